package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;

/** A codec leaves, or is replaced, while blocks that need it are on their way. */
class CodecWithdrawalTest {
    private static final byte[] DATA = Bytes.same(5000, 7);

    private final Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();
    private final Opened opened = joined.open();
    private int sent;

    /** From here on the flow has a history of its own. */
    private void warm() {
        opened.write(Bytes.same(BlockEncoder.ALONE, 7));
        sent += BlockEncoder.ALONE;
        joined.loop.run();
    }

    private void send() {
        opened.write(DATA);
        sent += DATA.length;
    }

    private void leaves() {
        joined.farOwner.codecs.remove("runs");
        joined.far.options(Joined.RUNS);
    }

    private void allArrived() {
        assertEquals(sent, joined.recorder(0).size());
        assertFalse(joined.near.ended() || joined.far.ended());
    }

    @Test
    void whatIsOnItsWayIsDecodedAfterTheCodecLeft() {
        joined.nearStream.delay(Duration.ofMillis(100));
        joined.farStream.delay(Duration.ofMillis(100));
        send();
        joined.loop.run();
        leaves();
        // The peer does not know yet: a history that begins now needs a decoder of the codec that left.
        Opened late = Opened.on(joined.near);
        late.write(DATA);
        joined.loop.pass(Duration.ofSeconds(1));
        allArrived();
        assertEquals(DATA.length, joined.recorder(1).size());
        assertEquals(2, joined.nearOwner.stats.blocksCompressed.sum());
        send();
        joined.loop.pass(Duration.ofSeconds(1));
        allArrived();
        assertEquals(1, joined.nearOwner.stats.blocksPlain.sum());
    }

    @Test
    void decodersAreLetGoWhenThePeerHasAcknowledged() {
        send();
        joined.loop.run();
        assertEquals(2, joined.codec.contexts());
        leaves();
        joined.loop.run();
        assertEquals(1, joined.codec.contexts(), "the decoder is gone, the near end's encoder rests");
        send();
        joined.loop.run();
        assertEquals(0, joined.codec.contexts());
        allArrived();
    }

    @Test
    void blocksThatWaitForTheirReaderKeepTheCodec() {
        warm();
        joined.accepted(0).suspendRead();
        send();
        joined.loop.run();
        leaves();
        joined.loop.pass(Duration.ofSeconds(11));
        assertEquals(BlockEncoder.ALONE, joined.recorder(0).size());
        joined.accepted(0).resumeRead();
        joined.loop.run();
        allArrived();
        joined.loop.pass(Duration.ofSeconds(6));
        assertEquals(0, joined.codec.contexts());
    }

    @Test
    void aPeerThatDoesNotAcknowledgeWithinFiveSecondsLosesTheFibre() {
        HandPeer peer = HandPeer.greeted();
        peer.send(to -> Frames.generation(to, 1));
        peer.owner.codecs.remove("runs");
        peer.fibre.options(Joined.RUNS);
        peer.endsAfter(Duration.ofSeconds(5), "the peer did not acknowledge within 5 s that a codec was withdrawn");
    }

    @Test
    void aChangeThatWithdrawsNothingMayBeAcknowledgedLate() {
        HandPeer peer = HandPeer.greeted();
        peer.owner.codecs.put("more", new FakeCodec("more"));
        peer.fibre.options(new Options(true, true, List.of("runs", "more")));
        peer.loop.pass(Duration.ofSeconds(6));
        assertFalse(peer.fibre.ended());
    }

    @Test
    void aPeerThatUsesACodecAfterItAcknowledgedItsWithdrawalLosesTheFibre() {
        HandPeer peer = HandPeer.greeted();
        peer.send(to -> Frames.generation(to, 1));
        peer.text(FrameType.CODEC, 0, 1, "runs");
        peer.open(2);
        peer.fibre.options(Joined.PLAIN);
        peer.block(2, 1, Protocol.FLAG_RESET, 3, new byte[] {0, 0, 0, 0, 3, 7});
        assertFalse(peer.fibre.ended());
        peer.send(to -> Frames.generation(to, 2));
        peer.block(2, 1, Protocol.FLAG_RESET, 3, new byte[] {0, 0, 0, 0, 3, 7});
        assertEquals(1, peer.errors(Rule.CODEC));
    }

    @Test
    void aReplacedCodecTakesOverAtBothEnds() {
        send();
        joined.loop.run();
        FakeCodec newer = new FakeCodec("runs");
        joined.nearOwner.codecs.put("runs", newer);
        joined.farOwner.codecs.put("runs", newer);
        joined.near.options(Joined.RUNS);
        joined.far.options(Joined.RUNS);
        send();
        joined.loop.run();
        send();
        joined.loop.run();
        allArrived();
        assertEquals(0, joined.codec.contexts());
        assertEquals(2, newer.contexts());
        assertEquals(3, joined.nearOwner.stats.blocksCompressed.sum());
    }

    @Test
    void aCodecThatComesBackBeforeTheAcknowledgementIsUsedOn() {
        joined.nearStream.delay(Duration.ofMillis(100));
        send();
        leaves();
        joined.farOwner.codecs.put("runs", joined.codec);
        joined.far.options(Joined.RUNS);
        joined.loop.pass(Duration.ofSeconds(1));
        send();
        joined.loop.pass(Duration.ofSeconds(6));
        allArrived();
        assertTrue(joined.nearOwner.stats.blocksPlain.sum() == 0);
    }

    @Test
    void aHistoryThatWasNotBegunCannotBeContinued() {
        HandPeer peer = HandPeer.greeted();
        peer.text(FrameType.CODEC, 0, 1, "runs");
        peer.open(2);
        peer.block(2, 1, 0, 3, new byte[] {0, 0, 0, 0, 3, 7});
        assertEquals(1, peer.errors(Rule.CODEC));
    }
}
