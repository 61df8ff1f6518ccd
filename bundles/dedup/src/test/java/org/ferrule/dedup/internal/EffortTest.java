package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much of what is new is looked at. */
class EffortTest {
    private static final int PIECE = 1 << 14;
    private static final int MEGABYTE = 1 << 20;

    private final Effort effort = new Effort();
    private final ByteBuffer noise = ByteBuffer.allocate(PIECE);
    private final ByteBuffer text = ByteBuffer.allocate(PIECE);

    EffortTest() {
        new Random(3).nextBytes(noise.array());
        byte[] words = "insert into accounts values (17, 'Smith', 4711);\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < PIECE; i++) {
            text.array()[i] = words[i % words.length];
        }
    }

    /** Gives how many of so many megabytes are looked at. */
    private int looksAt(ByteBuffer piece, int megabytes) {
        int looked = 0;
        for (int i = 0; i < megabytes * (MEGABYTE / PIECE); i++) {
            looked += effort.looks(piece, 0, PIECE) ? PIECE : 0;
        }
        return looked / MEGABYTE;
    }

    @Test
    void aQuarterOfWhatIsNoiseAndNeverRepeats() {
        assertEquals(64, looksAt(noise, 64));
        assertEquals(10, looksAt(noise, 40));
        effort.repeats();
        assertEquals(64, looksAt(noise, 64));
    }

    @Test
    void allOfTheRest() {
        assertEquals(200, looksAt(text, 200));
        assertEquals(1, looksAt(noise, 4));
        // Too short to tell.
        for (int i = 0; i < 100; i++) {
            assertTrue(effort.looks(noise, 0, 300));
        }
    }
}
