package org.ferrule.codec.lz4.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.ferrule.testing.CodecContract;
import org.junit.jupiter.api.Test;

class Lz4CodecTest extends CodecContract {
    Lz4CodecTest() {
        super(new Lz4Codec(), false);
    }

    @Test
    void theLibraryIsInUseAndSaysSo() {
        assertEquals("native lz4", codec().implementation());
        assertEquals("lz4", codec().name());
        assertEquals(1, codec().defaultLevel());
        assertEquals(12, codec().maxLevel());
    }

    @Test
    void theHighestLevelMakesSmallerBlocks() {
        byte[] raw = content(new Random(4), 16_384, 30);
        int[] sizes = new int[13];
        for (int level : new int[] {1, 12}) {
            ByteBuffer block = ByteBuffer.allocate(20_000);
            try (var encoder = codec().encoder(level)) {
                assertTrue(encoder.encode(ByteBuffer.wrap(raw), block));
            }
            sizes[level] = block.position();
        }
        assertTrue(sizes[12] < sizes[1], sizes[12] + " after " + sizes[1]);
    }
}
