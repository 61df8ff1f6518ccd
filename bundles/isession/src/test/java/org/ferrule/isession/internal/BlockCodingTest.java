package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.codec.Codec;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockCodingTest {
    private final FakeCodec first = new FakeCodec("first");
    private final FakeCodec second = new FakeCodec("second");
    private final BlockEncoder encoder = new BlockEncoder((codec, why) -> {});
    private final BlockDecoder decoder = new BlockDecoder();

    private int id(Codec codec) {
        return codec == null ? Protocol.CODEC_NONE : codec == first ? 1 : 2;
    }

    private Optional<Codec> codec(int id) {
        return id == 1 ? Optional.of(first) : id == 2 ? Optional.of(second) : Optional.empty();
    }

    private ByteBuffer encode(byte[] raw) {
        ByteBuffer block = ByteBuffer.allocate(Protocol.BLOCK_HEADER + raw.length);
        ByteBuffer source = ByteBuffer.wrap(raw);
        encoder.encode(source, block, id(encoder.codec()));
        assertFalse(source.hasRemaining());
        return block.flip();
    }

    private byte[] decode(ByteBuffer block) throws ProtocolError {
        ByteBuffer raw = ByteBuffer.allocate(BlockDecoder.rawSize(block));
        decoder.decode(block, raw, this::codec);
        assertFalse(raw.hasRemaining());
        return raw.array();
    }

    private void roundTrip(byte[] raw) throws ProtocolError {
        assertArrayEquals(raw, decode(encode(raw)));
    }

    private static int codecOf(ByteBuffer block) {
        return block.get(0);
    }

    private static int flagsOf(ByteBuffer block) {
        return block.get(1);
    }

    @Property(tries = 300)
    void anyContentComesBackWhileCodecAndLevelChange(@ForAll long seed) throws ProtocolError {
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            if (random.nextInt(4) == 0) {
                Codec next = new Codec[] {null, first, second}[random.nextInt(3)];
                encoder.use(next, 1 + random.nextInt(5), 1);
            }
            roundTrip(Bytes.content(random, 1 + random.nextInt(random.nextBoolean() ? 80 : Protocol.MOST_ENCODED)));
        }
        encoder.close();
        decoder.close();
        assertEquals(0, first.contexts() + second.contexts());
    }

    @Test
    void whatCompressesIsSentCompressed() {
        encoder.use(first, 3, 1);
        ByteBuffer block = encode(Bytes.same(5000, 1));
        assertEquals(1, codecOf(block));
        assertTrue(block.remaining() < 100);
    }

    @Test
    void onlyTheFirstBlockOfAnEncoderResetsTheDecoder() {
        encoder.use(first, 3, 1);
        assertEquals(Protocol.FLAG_RESET, flagsOf(encode(Bytes.same(500, 1))));
        assertEquals(0, flagsOf(encode(Bytes.same(500, 2))));
    }

    @Test
    void aBlockThatDidNotFitRestartsTheHistory() throws ProtocolError {
        encoder.use(first, 3, 1);
        roundTrip(Bytes.same(500, 1));
        roundTrip(Bytes.noise(new Random(1), 500));
        ByteBuffer next = encode(Bytes.same(500, 2));
        while (codecOf(next) == Protocol.CODEC_NONE) {
            next = encode(Bytes.same(500, 2));
        }
        assertEquals(Protocol.FLAG_RESET, flagsOf(next));
        assertArrayEquals(Bytes.same(500, 2), decode(next));
    }

    @Test
    void aShortBlockThatCannotBeCompressedDoesNotKeepALongOneFromIt() {
        encoder.use(first, 3, 1);
        assertEquals(Protocol.CODEC_NONE, codecOf(encode(Bytes.noise(new Random(1), 100))));
        assertEquals(1, codecOf(encode(Bytes.same(10_000, 1))));
    }

    @Test
    void whatCannotBeCompressedIsSentAsItIsAndTriedAgainLater() {
        encoder.use(first, 3, 1);
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            ByteBuffer block = encode(Bytes.noise(random, 500));
            assertEquals(Protocol.CODEC_NONE, codecOf(block));
            assertEquals(Protocol.BLOCK_HEADER + 500, block.remaining());
        }
        assertTrue(first.encodes < 20, first.encodes + " attempts");
        int plain = 0;
        while (codecOf(encode(Bytes.same(500, 1))) == Protocol.CODEC_NONE) {
            plain++;
        }
        assertTrue(plain <= 64, plain + " blocks were sent plain");
        assertEquals(1, codecOf(encode(Bytes.same(500, 1))));
    }

    @Test
    void smallBlocksAreSentAsTheyAre() {
        encoder.use(first, 3, 1);
        assertEquals(Protocol.CODEC_NONE, codecOf(encode(Bytes.same(63, 1))));
        assertEquals(1, codecOf(encode(Bytes.same(64, 1))));
    }

    @Test
    void aNewLevelReachesTheEncoderThatIsThere() {
        encoder.use(first, 3, 1);
        encode(Bytes.same(500, 1));
        encoder.use(first, 5, 1);
        encode(Bytes.same(500, 1));
        assertEquals(List.of(3, 5), first.levels);
    }

    @Test
    void aLevelThatTheCodecDoesNotHaveBecomesTheNearest() {
        encoder.use(first, 9, 1);
        encode(Bytes.same(500, 1));
        encoder.use(first, 0, 1);
        encoder.use(first, 12, 1);
        assertEquals(List.of(5, 1, 5), first.levels);
    }

    @Test
    void theOldEncoderIsClosedWhenAnotherCodecComes() {
        encoder.use(first, 3, 1);
        encode(Bytes.same(500, 1));
        encoder.use(second, 3, 1);
        assertEquals(0, first.contexts());
        assertEquals(2, codecOf(encode(Bytes.same(500, 1))));
    }

    @Test
    void aCodecThatFailsIsNoReasonToLoseABlock() throws ProtocolError {
        encoder.use(first, 3, 1);
        roundTrip(Bytes.same(500, 1));
        first.broken = true;
        roundTrip(Bytes.same(500, 2));
        first.broken = false;
        for (int i = 0; i < 5; i++) {
            roundTrip(Bytes.same(500, 3));
        }
    }

    @Test
    void aDecoderThatFailsBreaksTheProtocolAndNothingElse() throws ProtocolError {
        encoder.use(first, 3, 1);
        roundTrip(Bytes.same(500, 1));
        ByteBuffer block = encode(Bytes.same(500, 1));
        first.broken = true;
        assertEquals(
                Rule.CODEC,
                assertThrows(ProtocolError.class, () -> decode(block)).rule());
    }

    @Test
    void aBlockThatIsMissingIsFoundOut() throws ProtocolError {
        encoder.use(first, 3, 1);
        roundTrip(Bytes.same(500, 1));
        encode(Bytes.same(500, 2));
        ByteBuffer next = encode(Bytes.same(500, 3));
        assertEquals(
                Rule.CODEC,
                assertThrows(ProtocolError.class, () -> decode(next)).rule());
    }

    @Test
    void aBlockOfACodecThatIsNotThereIsRefused() {
        ByteBuffer block = ByteBuffer.wrap(new byte[] {9, 1, 0, 0, 0, 1, 0});
        assertEquals(
                Rule.CODEC,
                assertThrows(ProtocolError.class, () -> decode(block)).rule());
    }

    @ParameterizedTest
    @CsvSource({"0,0,0,0", "0,0,5,4", "0,0,3,4", "1,0,0,4", "1,0,-1,4", "1,0,1048577,4", "1,2,10,4", "0,-128,4,4"})
    void aHeaderThatCannotBeIsRefused(int codec, int flags, int raw, int encoded) {
        ByteBuffer block = ByteBuffer.allocate(Protocol.BLOCK_HEADER + encoded)
                .put((byte) codec)
                .put((byte) flags)
                .putInt(raw)
                .rewind();
        assertEquals(
                Rule.FRAME_CONTENT,
                assertThrows(ProtocolError.class, () -> BlockDecoder.rawSize(block))
                        .rule());
    }

    @Test
    void aBlockWithoutItsWholeHeaderIsRefused() {
        assertThrows(ProtocolError.class, () -> BlockDecoder.rawSize(ByteBuffer.allocate(5)));
    }
}
