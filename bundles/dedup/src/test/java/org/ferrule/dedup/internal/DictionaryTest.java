package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What two ends do with each other, step by step. */
class DictionaryTest {
    private static final int SEGMENTS = 64;

    private final Random random = new Random(4);
    private final Model model = new Model(SEGMENTS);

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private long cost(Model.Flow flow, byte[] data) throws Exception {
        return model.cost(flow, data);
    }

    @Test
    void whatWasSentIsKnown() throws Exception {
        Model.Fibre fibre = model.fibre();
        model.settle();
        byte[] data = bytes(3 << 20);
        Model.Flow flow = fibre.flow(0, "d");
        assertTrue(cost(flow, data) > data.length);
        long again = cost(fibre.flow(0, "d"), data);
        assertTrue(again < data.length / 5000, "wire " + again);
    }

    @Test
    void whatWasUploadedIsKnownWhenItIsDownloaded() throws Exception {
        Model.Fibre fibre = model.fibre();
        model.settle();
        byte[] data = bytes(1 << 20);
        cost(fibre.flow(0, "d"), data);
        long again = cost(fibre.flow(1, "d"), data);
        assertTrue(again < 2000, "wire " + again);
    }

    @Test
    void otherFibresKnowIt() throws Exception {
        Model.Fibre first = model.fibre();
        Model.Fibre second = model.fibre();
        model.settle();
        byte[] data = bytes(1 << 20);
        cost(first.flow(0, "d"), data);
        assertTrue(cost(second.flow(0, "d"), data) < 2000);
        assertTrue(cost(second.flow(1, "d"), data) < 2000);
        first.cut();
        assertTrue(cost(second.flow(0, "d"), data) < 2000);
    }

    @Test
    void otherDomainsDoNot() throws Exception {
        Model.Fibre fibre = model.fibre();
        model.settle();
        byte[] data = bytes(1 << 20);
        cost(fibre.flow(0, "d"), data);
        assertTrue(cost(fibre.flow(0, "e"), data) > data.length);
        assertTrue(cost(fibre.flow(1, "f"), data) > data.length);
        assertTrue(cost(fibre.flow(1, "e"), data) < 2000);
    }

    @Test
    void aChangeCostsLittle() throws Exception {
        Model.Fibre fibre = model.fibre();
        model.settle();
        byte[] data = bytes(1 << 20);
        cost(fibre.flow(0, "d"), data);
        byte[] changed = new byte[data.length + 100];
        System.arraycopy(data, 0, changed, 0, 500_000);
        System.arraycopy(bytes(100), 0, changed, 500_000, 100);
        System.arraycopy(data, 500_000, changed, 500_100, data.length - 500_000);
        changed[900_000]++;
        long cost = cost(fibre.flow(0, "d"), changed);
        assertTrue(cost < 600, "wire " + cost);
    }

    @Test
    void smallWritesFormChunksToo() throws Exception {
        Model.Fibre fibre = model.fibre();
        model.settle();
        byte[] data = bytes(1 << 18);
        Model.Flow slow = fibre.flow(0, "d");
        for (int at = 0; at < data.length; at += 100) {
            slow.write(Arrays.copyOfRange(data, at, Math.min(data.length, at + 100)));
            slow.flush();
        }
        model.settle();
        long cost = cost(fibre.flow(0, "d"), data);
        assertTrue(cost < 4000, "wire " + cost);
    }

    @Test
    void moreThanFitsMakesRoom() throws Exception {
        Model.Fibre fibre = model.fibre();
        Model.Fibre other = model.fibre();
        model.settle();
        Model.Flow flow = fibre.flow(0, "d");
        byte[] last = null;
        for (int i = 0; i < 100; i++) {
            last = bytes(1 << 20);
            cost(i % 3 == 0 ? flow : i % 3 == 1 ? fibre.flow(1, "d") : other.flow(0, "d"), last);
        }
        assertTrue(cost(other.flow(1, "d"), last) < 2000);
        for (int end = 0; end < 2; end++) {
            assertTrue(model.counts[end].freed.sum() > 100, "freed " + model.counts[end].freed.sum());
            assertTrue(model.counts[end].unstored.sum() < 20 << 20, "unstored " + model.counts[end].unstored.sum());
            int live = model.dictionaries[end].sessions().get(0).live();
            assertTrue(live <= SEGMENTS && live > SEGMENTS / 2, "live " + live);
        }
        model.fibres.get(0).cut();
        model.fibres.get(0).cut();
        model.start(0);
        model.start(1);
        assertEquals(SEGMENTS, model.stores[0].unpromised());
        assertEquals(SEGMENTS, model.stores[1].unpromised());
    }

    @Test
    void whatNeverRepeatedIsFoundWhenItDoes() throws Exception {
        Model.Fibre fibre = model.fibre();
        model.settle();
        byte[] data = bytes(12 << 20);
        cost(fibre.flow(0, "d"), data);
        assertTrue(cost(fibre.flow(0, "d"), data) < 3000);
        // From the middle on, where not all of it was looked at; and by the end that received it.
        byte[] half = Arrays.copyOfRange(data, 6_543_210, data.length);
        long cost = cost(fibre.flow(0, "d"), half);
        assertTrue(cost < 70_000, "wire " + cost);
        cost = cost(fibre.flow(1, "d"), half);
        assertTrue(cost < 70_000, "wire " + cost);
    }

    @Test
    void fibresThatAreOverAreNotKept() throws Exception {
        Model.Fibre stays = model.fibre();
        model.settle();
        byte[] data = bytes(40_000);
        for (int i = 0; i < 20; i++) {
            Model.Fibre fibre = model.fibre();
            model.settle();
            cost(fibre.flow(i % 2, "d"), i < 10 ? data : bytes(40_000));
            fibre.cut();
            model.settle();
        }
        for (int end = 0; end < 2; end++) {
            for (Log log : model.dictionaries[end].sessions().get(0).logs().all()) {
                assertTrue(log.writer() == null || log.writer() == stays.ends[end].dictionary, "a fibre is kept");
            }
        }
        assertTrue(cost(stays.flow(0, "d"), data) < 500);
    }

    @Test
    void tenPeersShareTheMemory() throws Exception {
        int peers = 10;
        Store shared = new Store(160L << Segment.LOG_SIZE);
        List<Model> models = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            models.add(new Model(shared, () -> shared.size() / peers));
        }
        byte[] last = bytes(1 << 20);
        for (int round = 0; round < 8; round++) {
            for (Model each : models) {
                if (round == 0) {
                    each.fibre();
                    each.settle();
                }
                Model.Flow flow = each.fibres.get(0).flow(round % 2, "d");
                each.cost(flow, bytes(1 << 20));
                each.cost(flow, last);
            }
        }
        for (Model each : models) {
            int live = each.dictionaries[0].sessions().get(0).live();
            assertTrue(live >= 4 && live <= shared.size() / peers, "live " + live);
            assertTrue(each.cost(each.fibres.get(0).flow(0, "d"), last) < 2000);
            each.fibres.get(0).cut();
            each.dictionaries[0].retire();
        }
        assertEquals(shared.size(), shared.unpromised());
    }

    @Test
    void whatIsDamagedIsSentAgain() throws Exception {
        Model.Fibre fibre = model.fibre();
        model.settle();
        byte[] data = bytes(1 << 20);
        cost(fibre.flow(0, "d"), data);
        for (int at = 0; at < data.length; at += 200_000) {
            Segment damaged = model.stores[1].in(at >>> Segment.LOG_SIZE);
            int offset = at & Segment.SIZE - 1;
            damaged.bytes().put(offset, (byte) (damaged.bytes().get(offset) + 1));
        }
        Model.Flow again = fibre.flow(0, "d");
        again.write(data);
        again.flush();
        model.settle();
        assertArrayEquals(data, again.received.toByteArray());
        assertTrue(again.mismatches > 0);
        assertEquals(again.mismatches, model.counts[1].mismatches.sum());
        assertEquals(again.mismatches, model.counts[0].resent.sum());
        assertEquals(0, pinned(0) + pinned(1));
    }

    /** Claims on segments beside those of the session. */
    private int pinned(int end) {
        int pins = 0;
        for (int slot = 0; slot < SEGMENTS; slot++) {
            Segment segment = model.stores[end].in(slot);
            pins += segment == null ? 0 : segment.pins() - 1;
        }
        return pins;
    }
}
