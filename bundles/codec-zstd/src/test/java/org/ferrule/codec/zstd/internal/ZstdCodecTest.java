package org.ferrule.codec.zstd.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.ferrule.testing.CodecContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZstdCodecTest extends CodecContract {
    private static final int SLICE = 1 << 14;

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

    @ParameterizedTest
    @CsvSource({
        "0, 524288",
        "524288, 524288",
        "1048575, 524288",
        "2097152, 2097152",
        "8388608, 8388608",
        "9999999, 8388608"
    })
    void aHistoryReachesAsFarBackAsItsWindow(int asked, int window) throws CodecException {
        // What comes again lies a little less far back than that, or a little farther.
        assertTrue(again(asked, window - 3 * SLICE, window) < SLICE / 20);
        assertTrue(again(asked, window + SLICE, window) > SLICE / 2);
    }

    /** How long the first bytes of noise become when they come again behind all of it; everything comes back. */
    private int again(int asked, int length, int window) throws CodecException {
        byte[] noise = new byte[length / SLICE * SLICE];
        new Random(8).nextBytes(noise);
        ByteBuffer block = ByteBuffer.allocateDirect(2 * SLICE);
        ByteBuffer back = ByteBuffer.allocateDirect(SLICE);
        Decoder decoder = null;
        try (Encoder encoder = codec().encoder(3, asked)) {
            for (int at = 0; at <= noise.length; at += SLICE) {
                ByteBuffer raw = ByteBuffer.allocateDirect(SLICE).put(0, noise, at % noise.length, SLICE);
                assertTrue(encoder.encode(raw.duplicate(), block.clear()));
                block.flip();
                if (at == 0) {
                    assertEquals(window == 1 << 19 ? 0 : window, codec().window(block.duplicate()));
                    decoder = codec().decoder(codec().window(block));
                }
                decoder.decode(block, back.clear());
                assertEquals(raw, back.flip());
            }
            return block.limit();
        } finally {
            decoder.close();
        }
    }

    @Test
    void aDecoderTakesNoLongerWindowThanItWasMadeFor() throws CodecException {
        byte[] raw = content(new Random(1), 1_000, 256);
        try (var decoder = codec().decoder(1 << 21)) {
            decoder.decode(withWindow(21, raw), ByteBuffer.allocate(raw.length));
            decoder.reset();
            ByteBuffer larger = withWindow(22, raw);
            assertThrows(CodecException.class, () -> decoder.decode(larger, ByteBuffer.allocate(raw.length)));
        }
        CodecException refused = assertThrows(CodecException.class, () -> codec().window(withWindow(24, raw)));
        assertEquals(
                "the block needs a window of 16777216 bytes, and 8388608 is the longest there is",
                refused.getMessage());
    }

    @Property(tries = 500)
    void theWindowOfNoiseIsOneThatThereIs(@ForAll @Size(max = 20) byte[] noise) {
        try {
            int window = codec().window(ByteBuffer.wrap(noise));
            assertTrue(
                    window >= 0 && window <= codec().maxWindow() && Integer.bitCount(window) <= 1, window + " bytes");
            codec().decoder(window).close();
        } catch (CodecException e) {
            assertTrue(e.getMessage().contains("window"), e.getMessage());
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
