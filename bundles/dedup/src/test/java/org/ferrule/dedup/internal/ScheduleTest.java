package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any sequence of writes, pauses, slow readers, fibres that come and break, evictions and fresh starts, in any order of
 * arrival, gives the same bytes out.
 */
class ScheduleTest {
    private static final String[] DOMAINS = {"a", "a", "a", "b"};

    /** So few that everything is freed time and again. */
    private static final int SEGMENTS = 12;

    private static final long DISK = 8L << 20;

    @TempDir
    Path folder;

    private Model model = new Model(SEGMENTS);
    private final List<Model.Flow> flows = new ArrayList<>();
    private final List<byte[]> known = new ArrayList<>();
    private Random random;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void givesTheSameBytes(long seed) throws Exception {
        run(seed);
        assertTrue(model.counts[0].freed.sum() > 0, "nothing was freed");
    }

    @Test
    void givesTheSameBytesWithDisks() throws Exception {
        long broughtBack = 0;
        for (int seed = 21; seed < 33; seed++) {
            flows.clear();
            known.clear();
            model = new Model(SEGMENTS, folder.resolve("seed" + seed), DISK);
            run(seed);
            broughtBack += model.counts[0].diskHits.sum() + model.counts[1].diskHits.sum();
        }
        assertTrue(broughtBack > 20, "brought back " + broughtBack);
    }

    private void run(long seed) throws Exception {
        random = new Random(seed);
        for (int i = 0; i < 12_000; i++) {
            step(random.nextInt(1000));
        }
        flows.forEach(Model.Flow::flush);
        model.settle();
        flows.forEach(flow -> {
            if (!flow.cut()) {
                flow.read();
                assertArrayEquals(flow.sent.toByteArray(), flow.received.toByteArray());
                assertEquals(0, flow.mismatches);
            }
        });
        assertTrue(
                model.counts[0].hitBytesOut.sum() + model.counts[1].hitBytesOut.sum() > 1 << 20, "nothing was found");
        assertTrue(model.prefixed > 0, "no block had a prefix");
        restart();
        model.start(0);
        model.start(1);
        for (Store store : model.stores) {
            assertEquals(SEGMENTS, store.unpromised());
        }
    }

    private void step(int dice) throws Exception {
        if (model.fibres.isEmpty() || dice < 3 && model.fibres.size() < 4) {
            model.fibre();
        } else if (dice < 5) {
            Model.Fibre broken = any(model.fibres);
            broken.cut();
            release(broken);
        } else if (dice < 6 && random.nextInt(8) == 0) {
            restart();
        } else if (dice < 20) {
            model.stepDisk(random.nextInt(2));
            model.now += 10_000;
        } else if (dice < 60) {
            Model.Fibre fibre = any(model.fibres);
            int side = random.nextInt(2);
            if (fibre.ends[side].dictionary.ready()) {
                flows.add(fibre.flow(side, DOMAINS[random.nextInt(DOMAINS.length)]));
            }
        } else if (dice < 400 && !flows.isEmpty()) {
            write(any(flows));
        } else if (dice < 500 && !flows.isEmpty()) {
            any(flows).flush();
        } else if (dice < 520 && !flows.isEmpty()) {
            any(flows).reads = false;
        } else if (dice < 560 && !flows.isEmpty()) {
            any(flows).read();
        } else {
            any(model.fibres).ends[random.nextInt(2)].step();
        }
    }

    private void write(Model.Flow flow) {
        if (flow.cut()) {
            flows.remove(flow);
            return;
        }
        byte[] data = data();
        flow.write(data, 1 + random.nextInt(1 << 20), 128 + random.nextInt(FlowEncoder.MOST_BLOCK - 127));
    }

    /** New, known, or known with changes. */
    private byte[] data() {
        byte[] old = known.isEmpty() ? new byte[0] : any(known);
        if (old.length == 0 || random.nextInt(4) == 0) {
            byte[] data = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 300_000 : 9000)];
            random.nextBytes(data);
            if (random.nextInt(8) == 0) {
                Arrays.fill(data, (byte) 7);
            }
            known.add(data);
            return data;
        }
        int from = random.nextInt(old.length);
        byte[] data = Arrays.copyOfRange(old, from, from + 1 + random.nextInt(old.length - from));
        if (random.nextBoolean()) {
            data[random.nextInt(data.length)]++;
        }
        return data;
    }

    private void release(Model.Fibre broken) {
        flows.removeIf(flow -> {
            boolean gone = flow.cut();
            if (gone) {
                flow.read();
            }
            return gone;
        });
    }

    /** One end or both lose everything, and so all fibres. */
    private void restart() {
        for (Model.Fibre fibre : List.copyOf(model.fibres)) {
            fibre.cut();
            release(fibre);
        }
        int which = random.nextInt(3);
        start(which % 2);
        if (which > 0) {
            start(1);
        }
    }

    private void start(int end) {
        if (random.nextInt(3) == 0) {
            model.startAfterCrash(end);
        } else {
            model.start(end);
        }
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
