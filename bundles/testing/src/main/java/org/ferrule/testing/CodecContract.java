package org.ferrule.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ferrule.codec.Codec;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.junit.jupiter.api.Test;

/** What every codec must keep to; the test of a codec extends it and adds what is the codec's own. */
public abstract class CodecContract {
    private final Codec codec;
    private final boolean remembers;

    /**
     * A contract with one codec.
     *
     * @param remembers whether blocks are history for those that follow
     */
    protected CodecContract(Codec codec, boolean remembers) {
        this.codec = codec;
        this.remembers = remembers;
    }

    /** The codec. */
    protected final Codec codec() {
        return codec;
    }

    /** How far apart the block sizes are that are tried one by one; more than 1 for a codec that is too slow for it. */
    protected int sizeStep() {
        return 1;
    }

    // ---- material

    /** Content between noise and one repeated byte: {@code variety} distinct values, and some repeated runs. */
    protected static byte[] content(Random random, int size, int variety) {
        byte[] bytes = new byte[size];
        int at = 0;
        while (at < size) {
            int run = Math.min(size - at, 1 + random.nextInt(300));
            if (at > 0 && random.nextInt(4) == 0) {
                int from = random.nextInt(at);
                for (int i = 0; i < run; i++) {
                    bytes[at + i] = bytes[from + i];
                }
            } else {
                for (int i = 0; i < run; i++) {
                    bytes[at + i] = (byte) random.nextInt(variety);
                }
            }
            at += run;
        }
        return bytes;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** More than any codec makes of this many bytes. */
    private static int enough(int size) {
        return size + size / 8 + 1_000;
    }

    /** Mostly the default; the highest levels of some codecs begin slowly. */
    private int someLevel(Random random) {
        if (random.nextInt(4) != 0) {
            return codec.defaultLevel();
        }
        return codec.minLevel() + random.nextInt(codec.maxLevel() - codec.minLevel() + 1);
    }

    private ByteBuffer encoded(Encoder encoder, byte[] raw, boolean direct) {
        ByteBuffer source = MarkedRoom.holding(direct, raw);
        ByteBuffer block = MarkedRoom.of(direct, enough(raw.length));
        assertTrue(encoder.encode(source, block), "does not fit in more than enough");
        assertFalse(source.hasRemaining(), "left something out");
        MarkedRoom.assertStands(block, enough(raw.length));
        return block.flip().position(MarkedRoom.BEFORE);
    }

    private static void assertDecodes(Decoder decoder, ByteBuffer block, byte[] raw, boolean direct)
            throws CodecException {
        ByteBuffer back = MarkedRoom.of(direct, raw.length);
        decoder.decode(block, back);
        assertFalse(block.hasRemaining(), "left something of the block");
        assertFalse(back.hasRemaining(), "left room");
        MarkedRoom.assertStands(back, raw.length);
        assertArrayEquals(raw, bytes(back.position(MarkedRoom.BEFORE)));
    }

    // ---- there and back

    @Property(tries = 60)
    void anySplittingLevelAndContentComesBack(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 256) int variety,
            @ForAll boolean encodesDirect,
            @ForAll boolean decodesDirect)
            throws CodecException {
        Random random = new Random(seed);
        try (var encoder = codec.encoder(someLevel(random));
                var decoder = codec.decoder()) {
            for (int i = 0; i < 15; i++) {
                byte[] raw = content(random, 1 + random.nextInt(random.nextBoolean() ? 40 : 20_000), variety);
                if (random.nextInt(8) == 0) {
                    encoder.reset();
                    decoder.reset();
                }
                if (random.nextInt(4) == 0) {
                    encoder.level(someLevel(random));
                }
                byte[] block = bytes(encoded(encoder, raw, encodesDirect));
                assertDecodes(decoder, MarkedRoom.holding(decodesDirect, block), raw, decodesDirect);
            }
        }
    }

    @Test
    void everySizeOfABlockComesBack() throws CodecException {
        byte[] all = content(new Random(5), 16_384, 256);
        try (var encoder = codec.encoder(codec.defaultLevel());
                var decoder = codec.decoder()) {
            for (int size = 1; size <= all.length; size += size < 260 ? 1 : sizeStep()) {
                byte[] raw = Arrays.copyOf(all, size);
                assertDecodes(decoder, encoded(encoder, raw, size % 2 == 0), raw, size % 2 == 0);
            }
        }
    }

    @Property(tries = 12)
    void blocksOfUpToAMegabyteComeBack(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 1 << 20) int size,
            @ForAll @IntRange(min = 1, max = 256) int variety,
            @ForAll boolean direct)
            throws CodecException {
        Random random = new Random(seed);
        try (var encoder = codec.encoder(someLevel(random));
                var decoder = codec.decoder()) {
            for (int next : new int[] {size, 100, 1 << 20}) {
                byte[] raw = content(random, next, variety);
                assertDecodes(decoder, encoded(encoder, raw, direct), raw, direct);
            }
        }
    }

    @Test
    void anEncoderThatWasResetNeedsNoHistory() throws CodecException {
        byte[] raw = content(new Random(2), 9_000, 256);
        try (var encoder = codec.encoder(codec.defaultLevel());
                var first = codec.decoder();
                var second = codec.decoder()) {
            assertDecodes(first, encoded(encoder, raw, false), raw, false);
            encoder.reset();
            ByteBuffer block = encoded(encoder, raw, false);
            assertDecodes(second, block.duplicate(), raw, false);
            first.reset();
            assertDecodes(first, block, raw, false);
        }
    }

    @Test
    void historyReachesAcrossBlocks() {
        byte[] raw = content(new Random(1), 8_000, 256);
        try (var encoder = codec.encoder(codec.defaultLevel())) {
            int first = encoded(encoder, raw, false).remaining();
            int second = encoded(encoder, raw, false).remaining();
            if (remembers) {
                assertTrue(second < first / 20, second + " of " + first);
            } else {
                assertEquals(first, second, "blocks are independent");
            }
        }
    }

    // ---- blocks that do not fit

    @Property(tries = 200)
    void aBlockThatDoesNotFitChangesNothing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5_000) int size,
            @ForAll @IntRange(max = 5_100) int space,
            @ForAll boolean direct)
            throws CodecException {
        byte[] raw = content(new Random(seed), size, 256);
        try (var encoder = codec.encoder(codec.minLevel());
                var decoder = codec.decoder()) {
            encoded(encoder, raw, direct);
            ByteBuffer source = MarkedRoom.holding(direct, raw);
            ByteBuffer block = MarkedRoom.of(direct, space);
            if (encoder.encode(source, block)) {
                // Its history is the first block, which this decoder has not seen.
                encoder.reset();
            } else {
                assertEquals(MarkedRoom.BEFORE, source.position());
                assertEquals(MarkedRoom.BEFORE + size, source.limit());
                assertEquals(MarkedRoom.BEFORE, block.position());
                assertEquals(MarkedRoom.BEFORE + space, block.limit());
                assertArrayEquals(raw, bytes(source));
            }
            MarkedRoom.assertStands(block, space);
            assertDecodes(decoder, encoded(encoder, raw, direct), raw, direct);
        }
    }

    // ---- bytes that nobody encoded

    @Property(tries = 400)
    void aDamagedBlockEndsWithTheStatedSizeOrAnException(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3_000) int size,
            @ForAll @IntRange(max = 4_000) int stated,
            @ForAll boolean direct) {
        Random random = new Random(seed);
        byte[] raw = content(random, size, 1 + random.nextInt(256));
        try (var encoder = codec.encoder(codec.defaultLevel());
                var decoder = codec.decoder()) {
            byte[] block = bytes(encoded(encoder, raw, false));
            if (random.nextBoolean()) {
                decodes(decoder, block, size, direct);
                block = bytes(encoded(encoder, raw, false));
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                block[random.nextInt(block.length)] = (byte) random.nextInt();
            }
            if (random.nextBoolean()) {
                block = Arrays.copyOf(block, 1 + random.nextInt(block.length + 3));
            }
            decodes(decoder, block, random.nextBoolean() ? size : stated, direct);
            // Of no use any more, but it must not do harm.
            decodes(decoder, block, stated, direct);
        }
    }

    private static void decodes(Decoder decoder, byte[] block, int stated, boolean direct) {
        ByteBuffer from = MarkedRoom.holding(direct, block);
        ByteBuffer raw = MarkedRoom.of(direct, stated);
        try {
            decoder.decode(from, raw);
            assertFalse(raw.hasRemaining(), "left room without a word");
            assertFalse(from.hasRemaining(), "left something of the block without a word");
        } catch (CodecException e) {
            assertFalse(e.getMessage().isEmpty());
        }
        MarkedRoom.assertStands(raw, stated);
    }

    @Property(tries = 500)
    void noiseDoesNoHarm(
            @ForAll @Size(min = 1, max = 200) byte[] noise,
            @ForAll @IntRange(max = 2_000) int stated,
            @ForAll boolean direct) {
        try (var decoder = codec.decoder()) {
            decodes(decoder, noise, stated, direct);
        }
    }

    @Property(tries = 200)
    void everyCutIsNoticed(@ForAll long seed, @ForAll @IntRange(min = 100, max = 3_000) int size) {
        Random random = new Random(seed);
        byte[] raw = content(random, size, 256);
        try (var encoder = codec.encoder(codec.defaultLevel());
                var decoder = codec.decoder()) {
            byte[] block = bytes(encoded(encoder, raw, false));
            byte[] cut = Arrays.copyOf(block, 1 + random.nextInt(block.length / 2));
            ByteBuffer back = ByteBuffer.allocate(size);
            try {
                decoder.decode(ByteBuffer.wrap(cut), back);
            } catch (CodecException noticed) {
                return;
            }
            // What was cut off may have held nothing, such as the mark at the end of a block of one letter.
            assertArrayEquals(raw, back.array());
        }
    }

    @Property(tries = 100)
    void anotherSizeThanTheBlocksIsRefused(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40_000) int size,
            @ForAll @IntRange(min = 1, max = 40_000) int stated,
            @ForAll boolean direct) {
        if (size != stated) {
            byte[] raw = content(new Random(seed), size, 20);
            try (var encoder = codec.encoder(codec.minLevel());
                    var decoder = codec.decoder()) {
                ByteBuffer block = encoded(encoder, raw, direct);
                ByteBuffer back = MarkedRoom.of(direct, stated);
                assertThrows(CodecException.class, () -> decoder.decode(block, back));
                MarkedRoom.assertStands(back, stated);
            }
        }
    }

    @Test
    void aBombIsCutAtTheStatedSize() {
        try (var encoder = codec.encoder(codec.maxLevel());
                var decoder = codec.decoder()) {
            ByteBuffer block = encoded(encoder, new byte[1 << 20], false);
            assertThrows(CodecException.class, () -> decoder.decode(block, ByteBuffer.allocate(1_000)));
        }
    }

    // ---- history from outside

    @Property(tries = 30)
    void aPrefixIsHistoryAtBothEnds(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 200_000) int length, @ForAll boolean direct)
            throws CodecException {
        Random random = new Random(seed);
        byte[] history = content(random, length, 256);
        try (var encoder = codec.encoder(codec.defaultLevel());
                var decoder = codec.decoder()) {
            if (!codec.takesPrefix()) {
                ByteBuffer given = ByteBuffer.wrap(history);
                assertThrows(UnsupportedOperationException.class, () -> encoder.prefix(given));
                assertThrows(UnsupportedOperationException.class, () -> decoder.prefix(given));
                return;
            }
            byte[] raw = content(random, 5_000, 256);
            System.arraycopy(history, 0, raw, 0, Math.min(raw.length, length));
            for (int i = 0; i < 6; i++) {
                if (i % 2 == 1) {
                    encoder.prefix(MarkedRoom.holding(direct, history));
                    decoder.prefix(MarkedRoom.holding(direct, history));
                }
                ByteBuffer block = encoded(encoder, raw, direct);
                if (i % 2 == 1 && length > 5_000 && length < 100_000) {
                    assertTrue(block.remaining() < 300, "the prefix did not help: " + block.remaining());
                }
                assertDecodes(decoder, block, raw, direct);
            }
        }
    }

    // ---- what it says of itself

    @Test
    void itTellsWhatItIs() {
        assertFalse(codec.name().isEmpty());
        assertEquals(codec.name().toLowerCase(java.util.Locale.ROOT), codec.name());
        assertFalse(codec.help().isEmpty());
        assertFalse(codec.implementation().isEmpty());
        assertTrue(codec.minLevel() <= codec.defaultLevel() && codec.defaultLevel() <= codec.maxLevel());
        assertTrue(codec.decoderMemory() > 0);
        for (int level = codec.minLevel(); level <= codec.maxLevel(); level++) {
            assertTrue(codec.encoderMemory(level) > 0);
            assertTrue(codec.encoderMemory(level, codec.maxWindow())
                    >= codec.encoderMemory(level) + codec.maxWindow() / 2);
        }
        assertTrue(codec.decoderMemory(codec.maxWindow()) >= codec.decoderMemory() + codec.maxWindow() / 2);
    }

    @Test
    void levelsOutOfRangeAreRefused() {
        int below = codec.minLevel() - 1;
        int above = codec.maxLevel() + 1;
        assertThrows(IllegalArgumentException.class, () -> codec.encoder(below));
        assertThrows(IllegalArgumentException.class, () -> codec.encoder(above));
        try (var encoder = codec.encoder(codec.minLevel())) {
            assertThrows(IllegalArgumentException.class, () -> encoder.level(below));
            assertThrows(IllegalArgumentException.class, () -> encoder.level(above));
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws CodecException {
        byte[] raw = content(new Random(3), 2_000, 256);
        Encoder encoder = codec.encoder(codec.defaultLevel());
        Decoder decoder = codec.decoder();
        assertDecodes(decoder, encoded(encoder, raw, true), raw, true);
        encoder.close();
        encoder.close();
        decoder.close();
        decoder.close();
        codec.encoder(codec.defaultLevel()).close();
        codec.decoder().close();
    }
}
