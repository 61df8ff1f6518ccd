package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoriesTest {
    @ParameterizedTest
    @CsvSource({", 16", "'', 16", "many, 16", "-5, 16", "3, 16", "16, 16", "200, 200", "999999, 1024", "9999999, 16"})
    void whatAPeerSaysIsKeptWithinBounds(String said, int kept) {
        assertEquals(kept, Histories.read(said));
    }

    @ParameterizedTest
    @CsvSource({"0, 16", "134217728, 16", "1073741824, 64", "1099511627776, 1024"})
    void howManyAreKeptFollowsFromMemory(long memory, int kept) {
        assertEquals(kept, Histories.kept(memory));
    }
}
