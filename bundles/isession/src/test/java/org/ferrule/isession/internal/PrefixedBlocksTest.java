package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.ferrule.codec.zstd.internal.ZstdCodec;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks whose new bytes resemble what stood there before: encoded with that, or with the history. */
class PrefixedBlocksTest {
    private static final int HEAD = 30;
    private static final int RESTORES = 50_000;
    private static final int ALONE = Protocol.FLAG_PREFIX | Protocol.FLAG_DICTIONARY;

    private final Random random = new Random(3);
    private final Breaking codec = new Breaking();
    private final Joined joined = new Joined(options("zstd", "runs"), options("zstd", "runs"));
    private BlockEncoder encoder;
    private BlockDecoder own;
    private SharedHistory shared;
    private int endsOfHistory;

    /** What stood in the dictionary where the block that is encoded has new bytes. */
    private byte[] prefix = {};

    private static Options options(String... codecs) {
        return options(true, codecs);
    }

    private static Options options(boolean sharedHistory, String... codecs) {
        return new Options(true, true, List.of(codecs), Map.of(), false, sharedHistory, true, false, List.of());
    }

    /** As zstd, until its prefix fails. */
    private static final class Breaking implements Codec {
        private final Codec zstd = new ZstdCodec();
        private boolean broken;

        @Override
        public String name() {
            return "zstd";
        }

        @Override
        public String help() {
            return "";
        }

        @Override
        public int minLevel() {
            return 1;
        }

        @Override
        public int maxLevel() {
            return 3;
        }

        @Override
        public boolean takesPrefix() {
            return true;
        }

        @Override
        public Encoder encoder(int level) {
            Encoder encoder = zstd.encoder(level);
            return new Encoder() {
                @Override
                public boolean encode(ByteBuffer raw, ByteBuffer block) {
                    return encoder.encode(raw, block);
                }

                @Override
                public void prefix(ByteBuffer history) {
                    if (broken) {
                        throw new IllegalStateException("out of memory");
                    }
                    encoder.prefix(history);
                }

                @Override
                public void level(int next) {
                    encoder.level(next);
                }

                @Override
                public void reset() {
                    encoder.reset();
                }

                @Override
                public void close() {
                    encoder.close();
                }
            };
        }

        @Override
        public Decoder decoder() {
            return zstd.decoder();
        }
    }

    private final DictionaryEncoder madeBy = new DictionaryEncoder() {
        @Override
        public boolean take(ByteBuffer data, int mostRaw, int mostBlock) {
            throw new IllegalStateException();
        }

        @Override
        public boolean repeats() {
            throw new IllegalStateException();
        }

        @Override
        public int raw() {
            throw new IllegalStateException();
        }

        @Override
        public ByteBuffer block() {
            throw new IllegalStateException();
        }

        @Override
        public int head() {
            return HEAD;
        }

        @Override
        public ByteBuffer prefix() {
            return ByteBuffer.allocateDirect(prefix.length).put(prefix).flip();
        }
    };

    private void greet(Options near) {
        for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
            owner.codecs.put("zstd", codec);
        }
        joined.greet();
        joined.near.options(near);
        joined.loop.run();
        encoder = new BlockEncoder(joined.near.compression(), () -> endsOfHistory++);
        own = new BlockDecoder(joined.farOwner.decoders, MemoryPool.Share.GROWTH);
        shared = new SharedHistory(joined.farOwner.decoders, joined.far.negotiation()::decoder);
    }

    /** Words, of which none has been before. */
    private byte[] unlikeOthers(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(16));
        }
        return bytes;
    }

    /** The same with some changes. */
    private byte[] like(byte[] bytes) {
        byte[] changed = bytes.clone();
        for (int i = 0; i < changed.length; i += 40) {
            changed[i] = (byte) ('A' + random.nextInt(26));
        }
        return changed;
    }

    private ByteBuffer encode(byte[] raw) {
        ByteBuffer from = ByteBuffer.wrap(raw);
        encoder.prepare(from, madeBy, 0);
        joined.loop.run();
        ByteBuffer block = ByteBuffer.allocate(Protocol.BLOCK_HEADER + Protocol.RESTORES + raw.length);
        encoder.encode(from, RESTORES, block);
        assertFalse(from.hasRemaining());
        return block.flip();
    }

    private byte[] decode(ByteBuffer block) throws ProtocolError {
        int size = BlockDecoder.rawSize(block);
        assertEquals(RESTORES, BlockDecoder.restores(block, size));
        ByteBuffer raw = ByteBuffer.allocate(size);
        if (BlockDecoder.prefixed(block)) {
            int head = BlockDecoder.head(block);
            assertEquals(HEAD, head);
            int start = Protocol.BLOCK_HEADER + Protocol.RESTORES + Protocol.HEAD_LENGTH;
            raw.put(block.slice(start, head));
            shared.prefixed(
                    block.get(0), ByteBuffer.wrap(prefix), block.duplicate().position(start + head), raw);
        } else if (BlockDecoder.shared(block)) {
            ByteBuffer plain = shared.plain(block, size);
            raw.put(plain.position(plain.position() + Protocol.BLOCK_HEADER));
        } else {
            own.decode(block, raw, joined.far.negotiation()::decoder);
        }
        assertFalse(raw.hasRemaining());
        return raw.array();
    }

    private static int flags(ByteBuffer block) {
        return block.get(1);
    }

    private void roundTrip(byte[] raw) throws ProtocolError {
        assertArrayEquals(raw, decode(encode(raw)));
    }

    @Test
    void whatResemblesThePrefixIsSentWithIt() throws ProtocolError {
        greet(options(false, "zstd"));
        for (int i = 0; i < 100; i++) {
            prefix = unlikeOthers(5000);
            byte[] raw = like(prefix);
            ByteBuffer block = encode(raw);
            assertEquals(ALONE, flags(block));
            assertTrue(block.remaining() < 1500, block.remaining() + " bytes");
            assertArrayEquals(raw, decode(block));
        }
    }

    @Test
    void whatDoesNotIsSentWithTheHistory() throws ProtocolError {
        greet(options(false, "zstd"));
        byte[] raw = unlikeOthers(5000);
        for (int i = 0; i < 10; i++) {
            roundTrip(raw);
        }
        int with = 0;
        for (int i = 0; i < 200; i++) {
            prefix = unlikeOthers(5000);
            ByteBuffer block = encode(raw);
            with += flags(block) == ALONE ? 1 : 0;
            assertTrue(block.remaining() < 100, block.remaining() + " bytes");
            assertArrayEquals(raw, decode(block));
        }
        assertEquals(0, with);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void historiesStayInStepWhateverWins(boolean sharedHistory) throws ProtocolError {
        greet(options(sharedHistory, "zstd"));
        int with = 0;
        byte[] raw = {};
        for (int i = 0; i < 600; i++) {
            if (i % 100 < 50 || raw.length == 0) {
                prefix = unlikeOthers(200 + random.nextInt(3000));
                raw = like(prefix);
            } else {
                raw = like(raw);
                prefix = random.nextBoolean() ? new byte[0] : unlikeOthers(500);
            }
            ByteBuffer block = encode(raw);
            with += flags(block) == ALONE ? 1 : 0;
            assertArrayEquals(raw, decode(block));
        }
        assertTrue(with > 50 && with < 550, with + " with a prefix");
    }

    @Test
    void aCodecThatTakesNoneHasNone() throws ProtocolError {
        greet(options(false, "runs"));
        for (int i = 0; i < 20; i++) {
            prefix = Bytes.same(3000, i);
            ByteBuffer block = encode(Bytes.same(3000, i));
            assertEquals(0, flags(block) & Protocol.FLAG_PREFIX);
            assertArrayEquals(Bytes.same(3000, i), decode(block));
        }
    }

    @Test
    void oneThatFailsIsToldAndTheBlockIsSentAllTheSame() throws ProtocolError {
        greet(options(false, "zstd"));
        codec.broken = true;
        for (int i = 0; i < 20; i++) {
            prefix = unlikeOthers(3000);
            roundTrip(like(prefix));
        }
        int failures = joined.nearOwner.failures.size();
        assertTrue(failures > 0 && failures < 4, failures + " failures");
    }

    @Test
    void aHistoryThatLostIsStillGivenUp() throws ProtocolError {
        greet(options(false, "zstd"));
        roundTrip(unlikeOthers(BlockEncoder.ALONE - 100));
        roundTrip(unlikeOthers(200));
        roundTrip(unlikeOthers(200));
        prefix = unlikeOthers(5000);
        ByteBuffer block = encode(like(prefix));
        assertEquals(ALONE, flags(block));
        encoder.giveUp();
        assertEquals(1, endsOfHistory);
    }

    @Test
    void nothingGoesOnWithABlockThatHasAPrefix() throws ProtocolError {
        greet(options(false, "zstd"));
        prefix = unlikeOthers(5000);
        ByteBuffer block = encode(like(prefix));
        assertEquals(ALONE, flags(block));
        int codecNumber = block.get(0);
        decode(block);
        ByteBuffer next = ByteBuffer.allocate(20).put((byte) codecNumber).put((byte) Protocol.FLAG_SHARED);
        next.putInt(10).position(20).flip();
        assertEquals(
                Rule.CODEC,
                assertThrows(ProtocolError.class, () -> shared.plain(next, 10)).rule());
    }

    @Test
    void aPeerThatUsesACodecWithoutPrefixBreaksTheProtocol() {
        greet(options(false, "runs"));
        encode(Bytes.same(3000, 1));
        ByteBuffer raw = ByteBuffer.allocate(10);
        for (int codecNumber : new int[] {1, 9}) {
            ProtocolError error = assertThrows(
                    ProtocolError.class,
                    () -> shared.prefixed(codecNumber, ByteBuffer.allocate(5), ByteBuffer.allocate(20), raw));
            assertEquals(Rule.CODEC, error.rule());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // flags, codec, raw size, head, bytes behind it
        "2,1,100,10,20",
        "11,1,100,10,20",
        "14,1,100,10,20",
        "10,0,32,10,20",
        "10,1,100,100,20",
        "10,1,100,30,-1",
        "10,1,100,65535,20",
        "10,1,16381,10,20",
    })
    void whatIsNoBlockWithAPrefixIsRefused(int flags, int codecNumber, int size, int head, int behind) {
        byte[] bytes = new byte[Protocol.BLOCK_HEADER + Protocol.RESTORES + 2 + Math.min(head, 100) + behind];
        ByteBuffer block = ByteBuffer.wrap(bytes);
        block.put((byte) codecNumber).put((byte) flags).putInt(size).putInt(RESTORES);
        block.putShort((short) head).rewind();
        assertEquals(
                Rule.FRAME_CONTENT,
                assertThrows(ProtocolError.class, () -> BlockDecoder.rawSize(block))
                        .rule());
    }

    @Test
    void aHeadThatIsCutShortIsRefused() {
        byte[] good = new byte[Protocol.BLOCK_HEADER + Protocol.RESTORES + 1];
        ByteBuffer block = ByteBuffer.wrap(good);
        block.put((byte) 1).put((byte) ALONE).putInt(100).putInt(RESTORES).rewind();
        for (int length = Protocol.BLOCK_HEADER; length <= good.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(good, length));
            assertEquals(
                    Rule.FRAME_CONTENT,
                    assertThrows(ProtocolError.class, () -> BlockDecoder.rawSize(cut))
                            .rule());
        }
    }
}
