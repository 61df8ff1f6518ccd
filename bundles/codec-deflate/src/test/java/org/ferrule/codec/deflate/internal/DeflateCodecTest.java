package org.ferrule.codec.deflate.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ferrule.codec.CodecException;
import org.junit.jupiter.api.Test;

class DeflateCodecTest {
    private final DeflateCodec codec = new DeflateCodec();

    /** Content between noise and one repeated byte: {@code variety} distinct values. */
    private static byte[] content(Random random, int size, int variety) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) random.nextInt(variety);
        }
        return bytes;
    }

    private static ByteBuffer buffer(boolean direct, int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }

    @Property(tries = 150)
    void anySplittingLevelAndContentComesBack(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int level,
            @ForAll @IntRange(min = 1, max = 256) int variety,
            @ForAll boolean direct)
            throws CodecException {
        Random random = new Random(seed);
        try (var encoder = codec.encoder(level);
                var decoder = codec.decoder()) {
            for (int i = 0; i < 20; i++) {
                byte[] raw = content(random, random.nextInt(random.nextBoolean() ? 40 : 20_000), variety);
                if (random.nextInt(8) == 0) {
                    encoder.reset();
                    decoder.reset();
                }
                if (random.nextInt(8) == 0) {
                    encoder.level(1 + random.nextInt(9));
                }
                ByteBuffer source = buffer(direct, raw.length).put(raw).flip();
                ByteBuffer block = buffer(direct, 24_000);
                assertTrue(encoder.encode(source, block));
                assertFalse(source.hasRemaining());
                ByteBuffer back = buffer(direct, raw.length);
                decoder.decode(block.flip(), back);
                assertFalse(block.hasRemaining());
                assertArrayEquals(raw, bytes(back.flip()));
            }
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Property(tries = 300)
    void aBlockThatDoesNotFitChangesNothing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5_000) int size,
            @ForAll @IntRange(max = 5_100) int room)
            throws CodecException {
        byte[] raw = content(new Random(seed), size, 256);
        try (var encoder = codec.encoder(1);
                var decoder = codec.decoder()) {
            assertTrue(encoder.encode(ByteBuffer.wrap(raw), ByteBuffer.allocate(size + 100)));
            ByteBuffer source = ByteBuffer.wrap(raw);
            ByteBuffer block = ByteBuffer.allocate(room + 3).position(3);
            if (!encoder.encode(source, block)) {
                assertEquals(0, source.position());
                assertEquals(3, block.position());
                block = ByteBuffer.allocate(size + 100).position(3);
                assertTrue(encoder.encode(source, block));
            } else {
                // Its history is the first block, which this decoder has not seen.
                encoder.reset();
                block = ByteBuffer.allocate(size + 100).position(3);
                assertTrue(encoder.encode(ByteBuffer.wrap(raw), block));
            }
            ByteBuffer back = ByteBuffer.allocate(size);
            decoder.decode(block.flip().position(3), back);
            assertArrayEquals(raw, back.array());
        }
    }

    @Property(tries = 500)
    void aDamagedBlockEndsWithTheStatedSizeOrAnException(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3_000) int size,
            @ForAll @IntRange(max = 4_000) int stated) {
        Random random = new Random(seed);
        ByteBuffer block = ByteBuffer.allocate(size + 100);
        try (var encoder = codec.encoder(1);
                var decoder = codec.decoder()) {
            encoder.encode(ByteBuffer.wrap(content(random, size, 20)), block);
            block.flip();
            for (int i = random.nextInt(4); i >= 0; i--) {
                block.put(random.nextInt(block.limit()), (byte) random.nextInt());
            }
            block.limit(1 + random.nextInt(block.limit()));
            ByteBuffer raw = ByteBuffer.allocate(stated + 8).limit(stated);
            try {
                decoder.decode(block, raw);
                assertEquals(stated, raw.position());
                assertFalse(block.hasRemaining());
            } catch (CodecException e) {
                assertFalse(e.getMessage().isEmpty());
            }
            assertEquals(0, raw.limit(stated + 8).getLong(stated), "wrote beyond the stated size");
        }
    }

    @Property(tries = 300)
    void noiseIsRefused(@ForAll @Size(min = 1, max = 200) byte[] noise, @ForAll @IntRange(max = 2_000) int stated) {
        try (var decoder = codec.decoder()) {
            ByteBuffer raw = ByteBuffer.allocate(stated);
            decoder.decode(ByteBuffer.wrap(noise), raw);
            assertFalse(raw.hasRemaining());
        } catch (CodecException e) {
            assertFalse(e.getMessage().isEmpty());
        }
    }

    @Test
    void aBombIsCutAtTheStatedSize() {
        ByteBuffer block = ByteBuffer.allocate(16_384);
        try (var encoder = codec.encoder(9);
                var decoder = codec.decoder()) {
            assertTrue(encoder.encode(ByteBuffer.allocate(1 << 20), block));
            ByteBuffer raw = ByteBuffer.allocate(1_000);
            assertThrows(CodecException.class, () -> decoder.decode(block.flip(), raw));
        }
    }

    @Test
    void historyReachesAcrossBlocks() {
        byte[] raw = content(new Random(1), 8_000, 256);
        try (var encoder = codec.encoder(6)) {
            ByteBuffer first = ByteBuffer.allocate(10_000);
            ByteBuffer second = ByteBuffer.allocate(10_000);
            encoder.encode(ByteBuffer.wrap(raw), first);
            encoder.encode(ByteBuffer.wrap(raw), second);
            assertTrue(second.position() < first.position() / 20, second.position() + " of " + first.position());
        }
    }

    @Test
    void levelsOutOfRangeAreNamed() {
        assertThrows(IllegalArgumentException.class, () -> codec.encoder(0));
        assertThrows(IllegalArgumentException.class, () -> codec.encoder(10));
        assertEquals("deflate", codec.name());
        assertEquals(1, codec.minLevel());
        assertEquals(9, codec.maxLevel());
        assertFalse(codec.help().isEmpty());
    }
}
