package org.ferrule.codec.zstd.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.ferrule.codec.CodecException;
import org.ferrule.testing.CodecContract;
import org.junit.jupiter.api.Test;

class ZstdCodecTest extends CodecContract {
    ZstdCodecTest() {
        super(new ZstdCodec(), true);
    }

    /** A block as somebody would make it who allows himself a larger window. */
    private static ByteBuffer withWindow(int log, byte[] raw) {
        ByteBuffer block = ByteBuffer.allocate(raw.length + 100);
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setMagicless(true).setWindowLog(log).setContentSize(false);
            context.compressByteBufferStream(block, ByteBuffer.wrap(raw), EndDirective.FLUSH);
        }
        return block.flip();
    }

    @Test
    void aWindowThatWouldTakeMoreMemoryIsRefused() throws CodecException {
        byte[] raw = content(new Random(1), 1_000, 256);
        try (var decoder = codec().decoder()) {
            decoder.decode(withWindow(19, raw), ByteBuffer.allocate(raw.length));
            decoder.reset();
            ByteBuffer larger = withWindow(20, raw);
            assertThrows(CodecException.class, () -> decoder.decode(larger, ByteBuffer.allocate(raw.length)));
        }
    }

    @Test
    void aNewLevelCountsFromTheNextBlockOn() {
        byte[] raw = content(new Random(4), 200_000, 30);
        ByteBuffer fast = ByteBuffer.allocate(300_000);
        ByteBuffer small = ByteBuffer.allocate(300_000);
        try (var encoder = codec().encoder(1)) {
            encoder.encode(ByteBuffer.wrap(raw), fast);
            encoder.level(19);
            encoder.encode(ByteBuffer.wrap(raw), small);
        }
        // The frame began anew, so history does not explain it.
        assertTrue(small.position() < fast.position() - 1_000, small.position() + " after " + fast.position());
    }

    @Test
    void onlyTheEndOfALongPrefixCounts() throws CodecException {
        byte[] history = content(new Random(6), 3 << 20, 256);
        byte[] raw = Arrays.copyOfRange(history, history.length - 9_000, history.length);
        ByteBuffer block = ByteBuffer.allocate(20_000);
        try (var encoder = codec().encoder(3);
                var decoder = codec().decoder()) {
            encoder.prefix(ByteBuffer.wrap(history));
            encoder.encode(ByteBuffer.wrap(raw), block);
            assertTrue(block.position() < 100, "took " + block.position());
            decoder.prefix(ByteBuffer.wrap(history));
            ByteBuffer back = ByteBuffer.allocate(raw.length);
            decoder.decode(block.flip(), back);
            assertEquals(ByteBuffer.wrap(raw), back.flip());
        }
    }

    @Test
    void itsLevelsAndImplementationAreTold() {
        assertEquals("zstd", codec().name());
        assertEquals(3, codec().defaultLevel());
        assertEquals(19, codec().maxLevel());
        assertTrue(codec().implementation().startsWith("native zstd 1."), codec().implementation());
    }
}
