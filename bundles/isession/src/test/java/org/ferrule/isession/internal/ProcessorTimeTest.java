package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.ferrule.testing.FakeLoop;
import org.junit.jupiter.api.Test;

/** What encoding takes, where others want the processor, too. */
class ProcessorTimeTest {
    private static final Duration WORK = Duration.ofMillis(1);

    private final FakeLoop loop = new FakeLoop();
    private final ProcessorTime time = new ProcessorTime(loop);

    private long encode(Duration others) {
        time.begin();
        loop.pass(WORK);
        loop.jump(others);
        return time.end();
    }

    @Test
    void aloneItHasAllOfTheProcessor() {
        for (int i = 0; i < 100; i++) {
            assertEquals(WORK.toNanos(), encode(Duration.ZERO));
        }
        assertEquals(1, time.share(), 1e-9);
    }

    @Test
    void whatOthersHadIsNotWhatEncodingTook() {
        for (int i = 0; i < 1000; i++) {
            assertEquals(WORK.toNanos(), encode(WORK));
            assertEquals(2 * WORK.toNanos(), time.elapsed());
        }
        assertEquals(0.5, time.share(), 0.01);
    }

    @Test
    void oneInterruptionCountsByItsLength() {
        encode(Duration.ofMillis(9));
        assertEquals(1 - 0.1 * 0.9, time.share(), 1e-9);
    }

    @Test
    void aMachineThatSleptIsNotTakenForASlowOne() {
        encode(Duration.ofHours(1));
        assertTrue(time.share() >= 0.1, "" + time.share());
    }

    @Test
    void whatComesBeforeIsAveragedOverBytes() {
        assertEquals(0, time.others());
        for (int i = 0; i < 3000; i++) {
            time.prepared(15_000, 30_000);
            time.prepared(5_000, 50_000);
        }
        assertEquals(4, time.others(), 0.1);
        for (int i = 0; i < 3000; i++) {
            time.prepared(15_000, 0);
        }
        assertEquals(0, time.others(), 0.05);
    }
}
