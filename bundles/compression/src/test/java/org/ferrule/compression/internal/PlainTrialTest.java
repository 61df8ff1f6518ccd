package org.ferrule.compression.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlainTrialTest {
    private static final int BLOCK = 1 << 14;
    private static final double FAST = 4;

    private final PlainTrial trial = new PlainTrial();
    private long now;
    private boolean plain;
    private long plainBytes;

    /** Sends so many megabytes, at the rates in nanoseconds a byte. */
    private void send(int megabytes, double link, double withCodec, double without) {
        plainBytes = 0;
        for (long at = 0; at < (long) megabytes << 20; at += BLOCK) {
            trial.came(BLOCK, now);
            plain = trial.plain(link, now);
            plainBytes += plain ? BLOCK : 0;
            now += (long) (BLOCK * (plain ? without : withCodec));
        }
    }

    @Test
    void plainIsKeptWhereItIsQuicker() {
        send(14, FAST, 2.4, 1.8);
        assertTrue(plain);
        send(40, FAST, 2.4, 1.8);
        assertEquals(40 << 20, plainBytes);
    }

    @Test
    void aCodecIsKeptWhereThatIs() {
        send(14, FAST, 2.4, 4);
        assertFalse(plain);
        send(40, FAST, 2.4, 4);
        assertEquals(0, plainBytes);
    }

    @Test
    void itIsFoundOutAgainAndMoreRarelyEachTime() {
        send(300, FAST, 2.4, 4);
        assertTrue(plainBytes <= 3 * (3L << 20), "in vain, though it is soon seen that it is slower: " + plainBytes);
        send(160, FAST, 2.4, 1.8);
        assertTrue(plain, "it has become better");
    }

    @Test
    void aSlowLinkNeedsNoTrial() {
        send(300, 80, 2.4, 1.8);
        assertEquals(0, plainBytes);
    }

    @Test
    void pausesAreNotMeasured() {
        send(6, FAST, 2.4, 1.8);
        for (int i = 0; i < 300; i++) {
            now += 1_000_000_000;
            trial.came(BLOCK, now);
            assertFalse(trial.plain(FAST, now), "nobody sends as fast as the link");
        }
    }
}
