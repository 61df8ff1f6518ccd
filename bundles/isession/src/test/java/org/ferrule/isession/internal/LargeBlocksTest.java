package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ferrule.codec.Codec;
import org.ferrule.codec.bzip2.internal.Bzip2Codec;
import org.ferrule.codec.deflate.internal.DeflateCodec;
import org.ferrule.codec.lz4.internal.Lz4Codec;
import org.ferrule.codec.lzo.internal.LzoCodec;
import org.ferrule.codec.zstd.internal.ZstdCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of more raw bytes than usual, where they are made small enough; and what becomes of those that are not. */
class LargeBlocksTest {
    private static final int MEGABYTE = 1 << 20;

    private final Random random = new Random(5);
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private Joined joined;
    private Opened opened;

    private void begin(boolean shared, Codec... codecs) {
        List<String> names = Stream.of(codecs).map(Codec::name).toList();
        Options options = new Options(true, true, names, Map.of(), false, shared, true, false, List.of());
        joined = new Joined(options, options);
        for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
            Stream.of(codecs).forEach(codec -> owner.codecs.put(codec.name(), codec));
        }
        joined.greet();
        opened = joined.open();
    }

    private void write(byte[] bytes) {
        sent.writeBytes(bytes);
        opened.write(bytes);
    }

    /** Writes in pieces, as they would come from a connection. */
    private void writeSame(int size) {
        for (int i = 0; i < size; i += 1 << 13) {
            write(Bytes.same(1 << 13, i));
            joined.loop.run();
        }
    }

    private long blocks() {
        return joined.nearOwner.stats.blocksCompressed.sum() + joined.nearOwner.stats.blocksPlain.sum();
    }

    private void assertAllArrived() {
        joined.loop.run();
        assertArrayEquals(sent.toByteArray(), joined.recorder(0).bytes());
        assertEquals(List.of(), joined.nearOwner.ended);
        assertEquals(List.of(), joined.farOwner.ended);
        assertEquals(List.of(), joined.nearOwner.failures);
        assertEquals(List.of(), joined.farOwner.failures);
    }

    @Test
    void whatIsMadeSmallIsSentInLargeBlocks() {
        begin(false, new FakeCodec("runs"));
        write(Bytes.same(MEGABYTE, 1));
        joined.loop.run();
        long before = blocks();
        write(Bytes.same(MEGABYTE, 2));
        assertAllArrived();
        long made = blocks() - before;
        assertTrue(made <= 20, made + " blocks of a megabyte, 16 if all are of the largest");
    }

    @Test
    void whatWaitsInSeveralChunksMakesOneBlock() {
        begin(false, new FakeCodec("runs"));
        writeSame(MEGABYTE);
        joined.nearStream.hold();
        write(Bytes.noise(random, 1 << 18));
        joined.loop.run();
        for (int i = 0; i < 64; i++) {
            write(Bytes.same(1 << 12, i));
        }
        joined.nearStream.release();
        assertAllArrived();
        // The noise is not all gone when what follows comes, and has to be forgotten.
        joined.nearStream.hold();
        writeSame(MEGABYTE / 2);
        joined.nearStream.release();
        joined.loop.run();
        joined.nearStream.hold();
        write(Bytes.same(1 << 16, 1));
        joined.loop.run();
        long before = blocks();
        for (int i = 0; i < 64; i++) {
            write(Bytes.same(1 << 12, i));
        }
        joined.nearStream.release();
        assertAllArrived();
        long made = blocks() - before;
        assertTrue(made <= 6, made + " blocks of 256 KB");
    }

    /** The codec gives up, and the same bytes are sent in blocks that may be plain. */
    @Test
    void whatTurnsOutTooLongIsSentInUsualBlocks() {
        FakeCodec codec = new FakeCodec("runs");
        begin(false, codec);
        for (int i = 0; i < 3; i++) {
            writeSame(MEGABYTE);
            write(Bytes.noise(random, 3 * BlockSize.MOST + 77));
            write(Bytes.content(random, 50_000));
        }
        assertAllArrived();
        long counted = joined.nearOwner.stats.codecs().get("runs").raw.sum();
        assertTrue(counted <= sent.size(), counted + " bytes counted of " + sent.size());
        opened.stream.shutdownOutput();
        joined.accepted(0).shutdownOutput();
        joined.loop.pass(Duration.ofSeconds(20));
        assertEquals(0, joined.nearOwner.encoders.used());
        assertEquals(0, joined.nearOwner.pool.used() + joined.farOwner.pool.used());
    }

    @Test
    void withTheFibresHistoryBlocksAreUsualOnes() {
        begin(true, new FakeCodec("runs"));
        write(Bytes.same(MEGABYTE, 1));
        assertAllArrived();
        assertEquals(MEGABYTE / Protocol.MOST_ENCODED, blocks());
    }

    @Test
    void whereLittleCreditIsLeftABlockIsNoLargerThanThat() {
        begin(false, new FakeCodec("runs"));
        joined.accepted(0).suspendRead();
        for (int i = 0; i < 40; i++) {
            write(Bytes.same(MEGABYTE / 4, i));
            joined.loop.run();
        }
        joined.accepted(0).resumeRead();
        assertAllArrived();
    }

    private static int cost(HandPeer peer) {
        return peer.seen(FrameType.DATA).stream()
                .map(HandPeer.Seen::payload)
                .mapToInt(block -> BlockDecoder.shared(block)
                        ? block.getInt(2)
                        : Protocol.cost(block.remaining() - Protocol.BLOCK_HEADER))
                .sum();
    }

    /** Sent in several blocks it takes more credit than in one: a short one counts as more than it has. */
    @Test
    void whatTurnsOutTooLongKeepsToItsCredit() {
        HandPeer peer = HandPeer.greeted();
        Opened flow = Opened.on(peer.fibre);
        int granted = 1 << 15;
        int credit = Protocol.FIRST_ENCODED + granted;
        peer.send(to -> Frames.credit(to, 1, granted, 0));
        flow.write(Bytes.same(MEGABYTE, 1));
        peer.loop.run();
        int left = credit - cost(peer);
        int wanted = 3 * Protocol.MOST_ENCODED + 10;
        assertTrue(left > 0 && left < wanted, left + " bytes are left");
        peer.send(to -> Frames.credit(to, 1, wanted - left, 0));
        flow.write(Bytes.noise(random, 1 << 17));
        peer.loop.run();
        int used = cost(peer) - (credit - left);
        assertTrue(used <= wanted && used > wanted - 2 * Protocol.LEAST_COST, used + " of " + wanted);
    }

    private static Stream<Codec> codecs() {
        return Stream.of(new Bzip2Codec(), new DeflateCodec(), new Lz4Codec(), new LzoCodec(), new ZstdCodec());
    }

    /** Lines of a log, with stretches of what cannot be compressed. */
    @ParameterizedTest
    @MethodSource("codecs")
    void everyCodecTakesThem(Codec codec) {
        begin(false, codec);
        long made = 0;
        for (int i = 0; i < 6; i++) {
            StringBuilder lines = new StringBuilder();
            while (lines.length() < MEGABYTE / 2) {
                lines.append("GET /")
                        .append(random.nextInt(50))
                        .append(" 200 in ")
                        .append(random.nextInt(9))
                        .append(" ms\n");
            }
            byte[] text = lines.toString().getBytes(StandardCharsets.US_ASCII);
            long before = blocks();
            write(text);
            joined.loop.run();
            // A window grows at first, and what it has room for is no whole block.
            made += i < 3 ? 0 : blocks() - before;
            write(Bytes.noise(random, random.nextInt(200_000)));
        }
        assertAllArrived();
        long usual = 3L * (MEGABYTE / 2) / Protocol.MOST_ENCODED;
        assertTrue(made < 0.8 * usual, made + " blocks, and " + usual + " if all were usual ones");
    }
}
