package org.ferrule.dedup.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing past the page cache, on whatever file system there is. */
class UnbufferedTest {
    @TempDir
    Path folder;

    @Test
    void lengthsAreFilledUp() {
        assertEquals(0, Unbuffered.padded(0));
        assertEquals(4096, Unbuffered.padded(1));
        assertEquals(4096, Unbuffered.padded(4096));
        assertEquals(8192, Unbuffered.padded(4097));
    }

    @Test
    void memoryIsAlignedAndLargeEnough() {
        for (int most : new int[] {1, 4096, 4097, Segment.SIZE + Seal.TAG}) {
            ByteBuffer memory = Unbuffered.memory(most);
            assertEquals(0, memory.alignmentOffset(0, Unbuffered.ALIGNMENT));
            assertTrue(memory.capacity() >= Unbuffered.padded(most));
        }
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        byte[] bytes = new byte[3 * Unbuffered.ALIGNMENT];
        new Random(1).nextBytes(bytes);
        Path file = Files.createFile(folder.resolve("data"));
        try (FileChannel to = Unbuffered.open(file)) {
            for (int at = 0; at < bytes.length; at += Unbuffered.ALIGNMENT) {
                to.write(Unbuffered.memory(Unbuffered.ALIGNMENT)
                        .put(bytes, at, Unbuffered.ALIGNMENT)
                        .flip());
            }
        }
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }
}
