package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;

class FibreNegotiationTest {
    private static final byte[] DATA = Bytes.same(5000, 7);

    private static long[] blocks(Joined joined) {
        Stats stats = joined.nearOwner.stats;
        return new long[] {stats.blocksCompressed.sum(), stats.blocksPlain.sum()};
    }

    private static void send(Joined joined, Opened opened) {
        opened.write(DATA);
        joined.loop.run();
    }

    @Test
    void blocksAreCompressedByACodecThatBothAllow() {
        Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();
        send(joined, joined.open());
        assertArrayEquals(new long[] {1, 0}, blocks(joined));
        assertArrayEquals(DATA, joined.recorder(0).bytes());
        assertTrue(joined.nearOwner.stats.encodedOut.sum() < 100);
        assertEquals(5000, joined.farOwner.stats.rawIn.sum());
    }

    @Test
    void blocksAreSentPlainIfThePeerDoesNotAllowIt() {
        Joined joined = new Joined(Joined.RUNS, Joined.PLAIN).greet();
        send(joined, joined.open());
        assertArrayEquals(new long[] {0, 1}, blocks(joined));
    }

    @Test
    void aCodecThatIsNotThereIsPassedOver() {
        Options both = new Options(true, true, List.of("absent", "runs"));
        Joined joined = new Joined(both, both).greet();
        send(joined, joined.open());
        assertArrayEquals(new long[] {1, 0}, blocks(joined));
    }

    @Test
    void aChangeOfEitherEndHoldsFromTheNextBlockOn() {
        Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();
        Opened opened = joined.open();
        send(joined, opened);
        joined.far.options(Joined.PLAIN);
        joined.loop.run();
        send(joined, opened);
        assertArrayEquals(new long[] {1, 1}, blocks(joined));
        joined.far.options(Joined.RUNS);
        joined.near.options(Joined.PLAIN);
        joined.loop.run();
        send(joined, opened);
        assertArrayEquals(new long[] {1, 2}, blocks(joined));
        joined.near.options(Joined.RUNS);
        send(joined, opened);
        assertArrayEquals(new long[] {2, 2}, blocks(joined));
        assertEquals(4 * DATA.length, joined.recorder(0).size());
    }

    @Test
    void optionsThatDidNotChangeAreNotSentAgain() {
        HandPeer peer = HandPeer.greeted();
        peer.fibre.options(new Options(true, true, List.of("runs")));
        peer.loop.run();
        assertEquals(1, peer.seen(FrameType.CAPS).size());
        peer.fibre.options(Joined.PLAIN);
        peer.loop.run();
        assertEquals(2, peer.seen(FrameType.CAPS).get(1).payload().getInt());
    }

    @Test
    void aCodecKeepsItsNumberWhenItComesBack() {
        HandPeer peer = HandPeer.greeted();
        Opened opened = Opened.on(peer.fibre);
        opened.write(DATA);
        peer.fibre.options(Joined.PLAIN);
        peer.fibre.options(Joined.RUNS);
        opened.write(DATA);
        Opened.on(peer.fibre).write(DATA);
        peer.loop.run();
        assertEquals(1, peer.seen(FrameType.CODEC).size());
        assertEquals(
                List.of((byte) 1, (byte) 1, (byte) 1),
                peer.seen(FrameType.DATA).stream()
                        .map(frame -> frame.payload().get(0))
                        .toList());
    }

    private static Options runs(int level) {
        return new Options(true, true, List.of("runs"), Map.of("runs", level), false, false, true, false, List.of());
    }

    @Test
    void theLevelOfTheMomentIsUsed() {
        Joined joined = new Joined(runs(3), runs(5)).greet();
        Opened opened = joined.open();
        send(joined, opened);
        joined.near.options(runs(4));
        joined.loop.run();
        send(joined, opened);
        assertEquals(List.of(3, 4), joined.codec.levels);
    }

    @Test
    void thePeersLimitHoldsForALevelToo() {
        Joined joined = new Joined(runs(5), runs(2)).greet();
        Opened opened = joined.open();
        send(joined, opened);
        assertEquals(List.of(2), joined.codec.levels);
    }

    @Test
    void withoutALevelTheCodecsOwnHolds() {
        Joined joined = new Joined(Joined.RUNS, runs(4)).greet();
        send(joined, joined.open());
        assertEquals(List.of(1), joined.codec.levels);
    }

    @Test
    void aCodecNumberIsDeclaredOnceAndWithinItsRange() {
        for (int number : new int[] {0, -1, Protocol.MOST_CODECS + 1}) {
            HandPeer peer = HandPeer.greeted();
            peer.text(FrameType.CODEC, 0, number, "runs");
            assertEquals(1, peer.errors(Rule.CODEC));
        }
        HandPeer peer = HandPeer.greeted();
        peer.text(FrameType.CODEC, 0, 1, "runs");
        peer.text(FrameType.CODEC, 0, Protocol.MOST_CODECS, "runs");
        assertFalse(peer.fibre.ended());
        peer.text(FrameType.CODEC, 0, 1, "runs");
        assertEquals(1, peer.errors(Rule.CODEC));
    }

    @Test
    void generationsOfOptionsAndTheirAcknowledgementsComeInOrder() {
        for (int generation : new int[] {0, 1, 3, -1}) {
            HandPeer peer = HandPeer.greeted();
            peer.pairs(FrameType.CAPS, 0, generation, Joined.RUNS.pairs());
            assertEquals(1, peer.errors(Rule.FRAME_CONTENT), "generation " + generation);
        }
        for (int generation : new int[] {0, 2, -1}) {
            HandPeer peer = HandPeer.greeted();
            peer.send(to -> Frames.generation(to, generation));
            assertEquals(1, peer.errors(Rule.FRAME_CONTENT), "generation " + generation);
        }
        HandPeer peer = HandPeer.greeted();
        peer.send(to -> Frames.generation(to, 1));
        assertFalse(peer.fibre.ended());
        peer.send(to -> Frames.generation(to, 1));
        assertEquals(1, peer.errors(Rule.FRAME_CONTENT));
    }

    @Test
    void moreCodecsThanThereAreNumbersAreNotUsed() {
        HandPeer peer = HandPeer.greeted();
        for (int i = 0; i <= Protocol.MOST_CODECS; i++) {
            String name = "codec-" + i;
            peer.owner.codecs.put(name, new FakeCodec(name));
            Options only = new Options(true, true, List.of(name));
            peer.fibre.options(only);
            peer.pairs(FrameType.CAPS, 0, 2 + i, only.pairs());
            Opened.on(peer.fibre).write(DATA);
            peer.loop.run();
        }
        assertEquals(Protocol.MOST_CODECS, peer.seen(FrameType.CODEC).size());
        List<HandPeer.Seen> blocks = peer.seen(FrameType.DATA);
        assertEquals(
                Protocol.MOST_CODECS,
                blocks.get(Protocol.MOST_CODECS - 1).payload().get(0));
        assertEquals(0, blocks.get(Protocol.MOST_CODECS).payload().get(0));
    }

    @Test
    void aBlockOfACodecThatWasNotDeclaredEndsTheFibre() {
        HandPeer peer = HandPeer.greeted();
        peer.open(2);
        peer.block(2, 5, 1, 3, new byte[] {0, 0, 0, 0, 3, 7});
        assertEquals(1, peer.errors(Rule.CODEC));
    }

    @Test
    void contextsAreGivenBackWithTheirFlow() {
        Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();
        Opened ended = joined.open();
        Opened reset = joined.open();
        for (Opened flow : List.of(ended, reset)) {
            flow.write(Bytes.same(BlockEncoder.ALONE, 1));
            send(joined, flow);
        }
        assertEquals(4 + 2, joined.codec.contexts(), "two a flow, and two of the fibre");
        reset.stream.reset();
        ended.stream.shutdownOutput();
        joined.loop.run();
        assertEquals(2, joined.codec.contexts());
        joined.near.stop("the end");
        joined.loop.run();
        assertEquals(0, joined.codec.contexts());
        assertEquals(0, joined.nearOwner.encoders.used() + joined.farOwner.decoders.used());
    }
}
