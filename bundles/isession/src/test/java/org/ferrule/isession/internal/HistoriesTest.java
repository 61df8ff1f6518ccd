package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoriesTest {
    @ParameterizedTest
    @CsvSource({", 16", "'', 16", "many, 16", "-5, 16", "3, 16", "16, 16", "200, 200", "999999, 1024", "9999999, 16"})
    void whatAPeerSaysIsKeptWithinBounds(String said, int kept) {
        assertEquals(kept, Histories.read(said));
    }

    @Test
    void longWindowsCountAsSeveralAndLeaveHalfToOthers() {
        Histories histories = new Histories();
        histories.most(16);
        List<BlockEncoder> flows = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            BlockEncoder flow = new BlockEncoder(null, () -> {});
            flows.add(flow);
            assertEquals(i < 12, histories.admit(flow, 5L << 19, 0), "flow " + i);
            assertEquals(i < 2 ? 3 : i < 12 ? 1 : 0, flow.counts(), "flow " + i);
        }
        histories.leave(flows.get(0));
        histories.leave(flows.get(0));
        assertTrue(histories.admit(flows.get(12), 5L << 19, 0));
        assertEquals(1, flows.get(12).counts(), "others have more than half");
        flows.subList(1, 10).forEach(histories::leave);
        assertTrue(histories.admit(flows.get(0), 5L << 19, 0));
        assertEquals(3, flows.get(0).counts());
    }

    @Test
    void codecsWithoutLongWindowsCountAsOne() {
        Histories histories = new Histories();
        for (int i = 0; i < 17; i++) {
            BlockEncoder flow = new BlockEncoder(null, () -> {});
            assertEquals(i < 16, histories.admit(flow, 1 << 20, 0));
        }
        assertEquals(16, histories.size());
    }

    @ParameterizedTest
    @CsvSource({"0, 16", "134217728, 16", "1073741824, 64", "1099511627776, 1024"})
    void howManyAreKeptFollowsFromMemory(long memory, int kept) {
        assertEquals(kept, Histories.kept(memory));
    }
}
