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
import org.ferrule.codec.zstd.internal.ZstdCodec;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockCodingTest {
    private final CodingRig rig = new CodingRig();
    private final FakeCodec first = rig.first;

    @Property(tries = 300)
    void anyContentComesBackWhileCodecAndLevelChange(@ForAll long seed, @ForAll boolean sharedContext)
            throws ProtocolError {
        CodingRig mixed = new CodingRig(sharedContext);
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            if (random.nextInt(4) == 0) {
                mixed.use(new FakeCodec[] {null, mixed.first, mixed.second}[random.nextInt(3)], 1 + random.nextInt(5));
            }
            if (random.nextInt(10) == 0) {
                mixed.encoder.giveUp();
            }
            mixed.roundTrip(
                    Bytes.content(random, 1 + random.nextInt(random.nextBoolean() ? 300 : Protocol.MOST_ENCODED)));
        }
        mixed.encoder.close();
        mixed.own.close();
        mixed.shared.close();
        mixed.joined.near.stop("the end");
        assertEquals(0, mixed.first.contexts() + mixed.second.contexts());
        assertEquals(0, mixed.joined.nearOwner.encoders.used());
        assertEquals(0, mixed.joined.farOwner.decoders.used());
    }

    @Test
    void whatCompressesIsSentCompressed() {
        rig.use(first, 3);
        ByteBuffer block = rig.encode(Bytes.same(5000, 1));
        assertEquals("first", rig.codecOf(block));
        assertTrue(block.remaining() < 100);
    }

    @Test
    void theFirstBlocksStandAlone() throws ProtocolError {
        rig.use(first, 3);
        int alone = Protocol.FLAG_SHARED | Protocol.FLAG_RESET;
        for (int sent = 0; sent < BlockEncoder.ALONE; sent += 1 << 12) {
            ByteBuffer block = rig.encode(Bytes.same(1 << 12, 1));
            assertEquals(alone, CodingRig.flagsOf(block));
            assertArrayEquals(Bytes.same(1 << 12, 1), rig.decode(block));
        }
        assertEquals(Protocol.FLAG_RESET, CodingRig.flagsOf(rig.encode(Bytes.same(500, 1))));
    }

    @Test
    void onlyTheFirstBlockOfAHistoryResetsTheDecoder() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        assertEquals(Protocol.FLAG_RESET, CodingRig.flagsOf(rig.encode(Bytes.same(500, 1))));
        assertEquals(0, CodingRig.flagsOf(rig.encode(Bytes.same(500, 2))));
    }

    @Test
    void flowsThatShareAHistoryGoOnWithWhatOthersSent() throws ProtocolError {
        CodingRig fibre = new CodingRig(true);
        fibre.use(fibre.first, 3);
        BlockEncoder other = fibre.encoder();
        ByteBuffer block = fibre.encode(Bytes.same(500, 1));
        assertEquals(Protocol.FLAG_SHARED | Protocol.FLAG_RESET, CodingRig.flagsOf(block));
        fibre.decode(block);
        block = fibre.encode(other, Bytes.same(500, 1));
        assertEquals(Protocol.FLAG_SHARED, CodingRig.flagsOf(block));
        assertArrayEquals(Bytes.same(500, 1), fibre.decode(block));
        fibre.warm();
        block = fibre.encode(Bytes.same(500, 3));
        assertEquals(Protocol.FLAG_SHARED, CodingRig.flagsOf(block));
        assertEquals(2, fibre.first.contexts(), "one to encode, one to decode");
    }

    @Test
    void aFlowThatRestsGivesItsContextBackAndBeginsAnew() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        rig.roundTrip(Bytes.same(500, 1));
        assertEquals(4, first.contexts());
        rig.encoder.giveUp();
        assertEquals(1, rig.endsOfHistory);
        assertEquals(3, first.contexts());
        ByteBuffer mark = ByteBuffer.wrap(new byte[] {0, Protocol.FLAG_RESET, 0, 0, 0, 0});
        assertEquals(0, rig.decode(mark).length);
        assertEquals(2, first.contexts(), "those of the fibre");
        ByteBuffer next = rig.encode(Bytes.same(500, 2));
        assertEquals(Protocol.FLAG_RESET, CodingRig.flagsOf(next));
        assertArrayEquals(Bytes.same(500, 2), rig.decode(next));
        rig.encoder.giveUp();
        rig.encoder.giveUp();
        assertEquals(2, rig.endsOfHistory, "there is nothing to end");
    }

    @Test
    void aBlockThatDidNotFitRestartsTheHistory() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        rig.roundTrip(Bytes.same(500, 1));
        rig.roundTrip(Bytes.noise(new Random(1), 500));
        ByteBuffer next = rig.encode(Bytes.same(500, 2));
        while (rig.codecOf(next).isEmpty()) {
            next = rig.encode(Bytes.same(500, 2));
        }
        assertEquals(Protocol.FLAG_RESET, CodingRig.flagsOf(next));
        assertArrayEquals(Bytes.same(500, 2), rig.decode(next));
    }

    @Test
    void aShortBlockThatCannotBeCompressedDoesNotKeepALongOneFromIt() {
        rig.use(first, 3);
        assertEquals("", rig.codecOf(rig.encode(Bytes.noise(new Random(1), 200))));
        assertEquals("first", rig.codecOf(rig.encode(Bytes.same(10_000, 1))));
    }

    @Test
    void whatCannotBeCompressedIsSentAsItIsAndTriedAgainLater() {
        rig.use(first, 3);
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            ByteBuffer block = rig.encode(Bytes.noise(random, 500));
            assertEquals("", rig.codecOf(block));
            assertEquals(Protocol.BLOCK_HEADER + 500, block.remaining());
        }
        assertTrue(first.encodes < 20, first.encodes + " attempts");
        int plain = 0;
        while (rig.codecOf(rig.encode(Bytes.same(500, 1))).isEmpty()) {
            plain++;
        }
        assertTrue(plain <= 64, plain + " blocks were sent plain");
        assertEquals("first", rig.codecOf(rig.encode(Bytes.same(500, 1))));
    }

    @Test
    void afterNoiseWhatLooksCompressibleIsTriedAtOnce() {
        rig.use(first, 3);
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            assertEquals("", rig.codecOf(rig.encode(Bytes.noise(random, 5000))));
        }
        assertEquals("first", rig.codecOf(rig.encode(Bytes.same(5000, 1))));
    }

    /** Text in which no byte repeats looks as if it could be compressed, and cannot be: not by this codec. */
    @Test
    void whatOnlyLooksCompressibleIsNotTriedAgainAndAgain() {
        rig.use(first, 3);
        byte[] text = new byte[5000];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) ('a' + i % 20);
        }
        for (int i = 0; i < 200; i++) {
            assertEquals("", rig.codecOf(rig.encode(text)));
        }
        assertTrue(first.encodes < 12, first.encodes + " attempts");
    }

    @Test
    void smallBlocksAreSentAsTheyAre() {
        rig.use(first, 3);
        assertEquals("", rig.codecOf(rig.encode(Bytes.same(Compressible.WORTH_IT - 1, 1))));
        assertEquals("first", rig.codecOf(rig.encode(Bytes.same(Compressible.WORTH_IT, 1))));
    }

    @Test
    void aNewLevelReachesTheEncoderThatIsThere() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        rig.encode(Bytes.same(500, 1));
        rig.use(first, 5);
        rig.encode(Bytes.same(500, 1));
        assertEquals(List.of(3, 3, 5), first.levels, "of the fibre, of the flow, and the new one");
    }

    @Test
    void aLevelThatTheCodecDoesNotHaveBecomesTheNearest() {
        rig.use(first, 0);
        rig.encode(Bytes.same(500, 1));
        rig.use(first, 12);
        rig.encode(Bytes.same(500, 1));
        assertEquals(List.of(1, 5), first.levels);
    }

    @Test
    void theOldEncoderIsClosedWhenAnotherCodecComes() {
        rig.use(first, 3);
        rig.encode(Bytes.same(500, 1));
        rig.use(rig.second, 3);
        assertEquals("second", rig.codecOf(rig.encode(Bytes.same(500, 1))));
        assertEquals(0, first.contexts());
    }

    @Test
    void aCodecThatFailsIsNoReasonToLoseABlock() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        rig.roundTrip(Bytes.same(500, 1));
        first.broken = true;
        rig.roundTrip(Bytes.same(500, 2));
        first.broken = false;
        for (int i = 0; i < 5; i++) {
            rig.roundTrip(Bytes.same(500, 3));
        }
    }

    @Test
    void aDecoderThatFailsBreaksTheProtocolAndNothingElse() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        rig.roundTrip(Bytes.same(500, 1));
        ByteBuffer block = rig.encode(Bytes.same(500, 1));
        first.broken = true;
        assertEquals(
                Rule.CODEC,
                assertThrows(ProtocolError.class, () -> rig.decode(block)).rule());
    }

    @Test
    void aBlockThatIsMissingIsFoundOut() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        rig.roundTrip(Bytes.same(500, 1));
        rig.encode(Bytes.same(500, 2));
        ByteBuffer next = rig.encode(Bytes.same(500, 3));
        assertEquals(
                Rule.CODEC,
                assertThrows(ProtocolError.class, () -> rig.decode(next)).rule());
    }

    @Test
    void withoutMemoryForAHistoryBlocksStandAlone() throws ProtocolError {
        rig.joined.nearOwner.encoders = new MemoryPool(4 * first.encoderMemory(3) / 3);
        CodingRig tight = rig;
        BlockEncoder encoder = new BlockEncoder(
                new FibreCompression(
                        tight.joined.near.negotiation(),
                        tight.joined.nearOwner,
                        tight.joined.loop,
                        new LinkRate(() -> 0),
                        (codec, why) -> {}),
                () -> {});
        rig.use(first, 3);
        rig.decode(rig.encode(encoder, Bytes.same(BlockEncoder.ALONE, 1)));
        ByteBuffer block = rig.encode(encoder, Bytes.same(500, 1));
        assertEquals(Protocol.FLAG_SHARED | Protocol.FLAG_RESET, CodingRig.flagsOf(block));
        assertArrayEquals(Bytes.same(500, 1), rig.decode(block));
    }

    @Test
    void withoutMemoryToDecodeTheBlockIsNotTaken() throws ProtocolError {
        rig.use(first, 3);
        rig.warm();
        ByteBuffer block = rig.encode(Bytes.same(500, 1));
        BlockDecoder poor = new BlockDecoder(new MemoryPool(100), MemoryPool.Share.GROWTH);
        assertFalse(poor.decode(block, ByteBuffer.allocate(500), rig.joined.far.negotiation()::decoder));
    }

    /** A window is two to the power of 10 and the upper bits of the second byte of the frame. */
    @ParameterizedTest
    @CsvSource({"14,window of 16777216 bytes", "31,window of 2199023255552 bytes", "13,''", "9,of the 9 stated"})
    void aWindowThatAPeerStatesIsCheckedAndItsMemoryReserved(int exponent, String refused) throws ProtocolError {
        MemoryPool memory = new MemoryPool(4 << 20);
        BlockDecoder decoder = new BlockDecoder(memory, MemoryPool.Share.FIRST);
        ByteBuffer block =
                ByteBuffer.wrap(new byte[] {1, Protocol.FLAG_RESET, 0, 0, 0, 9, 0, (byte) (exponent << 3), 7});
        ByteBuffer raw = ByteBuffer.allocate(9);
        BlockDecoder.Codecs codecs = id -> Optional.of(new ZstdCodec());
        if (refused.isEmpty()) {
            assertFalse(decoder.decode(block, raw, codecs), "there is no memory for 8 MB");
        } else {
            ProtocolError error = assertThrows(ProtocolError.class, () -> decoder.decode(block, raw, codecs));
            assertTrue(error.getMessage().contains(refused), error.getMessage());
        }
        decoder.close();
        assertEquals(0, memory.used());
    }

    @Test
    void aBlockOfACodecThatIsNotThereIsRefused() {
        ByteBuffer block = ByteBuffer.wrap(new byte[] {9, 1, 0, 0, 0, 1, 0});
        assertEquals(
                Rule.CODEC,
                assertThrows(ProtocolError.class, () -> rig.decode(block)).rule());
    }

    @ParameterizedTest
    @CsvSource({
        "0,0,0,0",
        "0,0,5,4",
        "0,0,3,4",
        "1,0,0,4",
        "1,0,-1,4",
        "1,0,1048577,4",
        "1,2,10,4",
        "1,8,10,4",
        "0,1,4,4",
        "0,4,4,4",
        "1,4,16385,4",
        "0,-128,4,4"
    })
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
