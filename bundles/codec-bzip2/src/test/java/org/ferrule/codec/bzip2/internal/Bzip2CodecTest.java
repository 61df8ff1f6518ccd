package org.ferrule.codec.bzip2.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.ferrule.codec.CodecException;
import org.ferrule.testing.CodecContract;
import org.junit.jupiter.api.Test;

class Bzip2CodecTest extends CodecContract {
    Bzip2CodecTest() {
        super(new Bzip2Codec(), false);
    }

    @Override
    protected int sizeStep() {
        return 331;
    }

    @Test
    void itsLevelsAreHundredsOfKilobytes() {
        assertEquals("bzip2", codec().name());
        assertEquals(1, codec().minLevel());
        assertEquals(9, codec().maxLevel());
        assertEquals(9, codec().defaultLevel());
    }

    @Test
    void noMoreIsAskedForThanABlockNeeds() {
        for (int[] expected :
                new int[][] {{1, 1}, {16_384, 1}, {79_000, 1}, {100_000, 2}, {400_000, 6}, {1 << 20, 9}}) {
            ByteBuffer block = ByteBuffer.allocate((1 << 20) + 20_000);
            try (var encoder = codec().encoder(9)) {
                assertTrue(encoder.encode(ByteBuffer.wrap(content(new Random(1), expected[0], 256)), block));
            }
            assertEquals('0' + expected[1], block.get(3), "for " + expected[0] + " bytes");
        }
    }

    @Test
    void aBlockThatWantsMuchMemoryForLittleIsRefused() {
        ByteBuffer block = ByteBuffer.allocate(2_000);
        byte[] raw = new byte[1_000];
        try (var encoder = codec().encoder(9);
                var decoder = codec().decoder()) {
            encoder.encode(ByteBuffer.wrap(raw), block);
            block.flip().put(3, (byte) '2');
            assertThrows(CodecException.class, () -> decoder.decode(block, ByteBuffer.allocate(raw.length)));
        }
    }
}
