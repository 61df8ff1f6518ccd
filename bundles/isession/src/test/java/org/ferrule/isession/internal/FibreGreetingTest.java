package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.junit.jupiter.api.Test;

class FibreGreetingTest {
    @Test
    void bothEndsAreReadyOnceAfterTheyGreeted() {
        Joined joined = new Joined().greet();
        assertTrue(joined.near.ready() && joined.far.ready());
        assertEquals(List.of(1, 1), List.of(joined.nearOwner.readies, joined.farOwner.readies));
        assertEquals("test", joined.near.greeting().device());
    }

    @Test
    void aGreetingThatArrivesByteForByteIsUnderstood() {
        Joined joined = new Joined();
        joined.nearStream.chunk(1);
        joined.farStream.chunk(1);
        joined.greet();
        assertTrue(joined.near.ready() && joined.far.ready());
    }

    @Test
    void eachEndKnowsWhatTheOtherAllows() {
        Options other = new Options(false, true, List.of("zip", "runs"));
        Joined joined = new Joined(Joined.RUNS, other);
        joined.farOwner.codecs.put("zip", joined.codec);
        joined.greet();
        assertEquals(joined.far.ours(), joined.near.theirs());
        assertEquals(joined.near.ours(), joined.far.theirs());
        assertEquals(other.codecs(), joined.near.theirs().codecs());
        assertFalse(joined.near.theirs().mode());
    }

    @Test
    void aPeerThatSaysNothingIsLeftAfterTenSeconds() {
        HandPeer peer = new HandPeer(Joined.PLAIN);
        peer.endsAfter(Duration.ofSeconds(10), "the peer did not greet within 10 s");
    }

    @Test
    void aPeerThatGreetsHalfIsLeftToo() {
        HandPeer peer = new HandPeer(Joined.PLAIN);
        peer.send(Frames::preface);
        peer.pairs(FrameType.HELLO, 0, 0, Map.of("device", "half"));
        peer.loop.pass(Duration.ofSeconds(10));
        assertTrue(peer.fibre.ended());
        assertNull(peer.fibre.theirs());
    }

    @Test
    void aFlowBeforeTheGreetingBreaksTheProtocol() {
        HandPeer peer = new HandPeer(Joined.PLAIN);
        peer.send(Frames::preface);
        peer.open(2);
        assertEquals(1, peer.errors(Rule.FLOW_STATE));
        assertTrue(peer.fibre.ended());
    }

    @Test
    void whatIsNoISessionIsCountedAndAnswered() {
        HandPeer peer = new HandPeer(Joined.PLAIN);
        peer.send(to -> to.put("GET / HTTP/1.0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertEquals(1, peer.errors(Rule.MAGIC));
        assertEquals(1, peer.seen(FrameType.ERROR).size());
        assertTrue(peer.stream.far().outputEnded());
    }

    @Test
    void capabilitiesAreAcknowledgedByTheirGeneration() {
        HandPeer peer = HandPeer.greeted();
        peer.pairs(FrameType.CAPS, 0, 2, Joined.PLAIN.pairs());
        List<HandPeer.Seen> acknowledged = peer.seen(FrameType.CAPS_ACK);
        assertEquals(2, acknowledged.get(acknowledged.size() - 1).payload().getInt());
        assertEquals(1, peer.owner.readies);
    }

    @Test
    void aPingIsAnsweredWithItsContent() {
        HandPeer peer = HandPeer.greeted();
        peer.send(to -> Frames.number(to, FrameType.PING, 0x0123456789ABCDEFL));
        assertEquals(
                0x0123456789ABCDEFL, peer.seen(FrameType.PONG).get(0).payload().getLong());
    }

    @Test
    void theRoundTripIsMeasured() {
        Joined joined = new Joined().greet();
        assertEquals(0, joined.near.keepAlive().roundTripNanos());
        joined.nearStream.delay(Duration.ofMillis(30));
        joined.farStream.delay(Duration.ofMillis(50));
        joined.loop.pass(Duration.ofSeconds(6));
        assertEquals(Duration.ofMillis(80).toNanos(), joined.near.keepAlive().roundTripNanos());
    }

    @Test
    void anAnswerToNoPingMeasuresNothing() {
        HandPeer peer = HandPeer.greeted();
        peer.loop.pass(Duration.ofMillis(20));
        peer.send(to -> Frames.number(to, FrameType.PONG, 4711));
        assertEquals(-1, peer.fibre.keepAlive().roundTripNanos());
        long asked = peer.seen(FrameType.PING).get(0).payload().getLong();
        peer.send(to -> Frames.number(to, FrameType.PONG, asked));
        assertEquals(Duration.ofMillis(20).toNanos(), peer.fibre.keepAlive().roundTripNanos());
    }

    @Test
    void aDeadPeerIsFoundWhenNothingWasHeardForFifteenSeconds() {
        Joined joined = new Joined().greet();
        Opened opened = joined.open();
        joined.loop.pass(Duration.ofSeconds(60));
        assertTrue(joined.near.ready(), "pings keep it alive");
        joined.farStream.cut();
        joined.loop.pass(Duration.ofSeconds(14));
        assertTrue(joined.near.ready());
        joined.loop.pass(Duration.ofSeconds(6));
        assertEquals(List.of("nothing was heard of the peer for 15 s"), joined.nearOwner.ended);
        assertEquals(1, opened.recorder.closed.size());
    }

    @Test
    void anEndIsToldToTheOwnerOnceAndLeavesNoTimers() {
        Joined joined = new Joined().greet();
        joined.near.stop("maintenance");
        joined.near.stop("again");
        joined.loop.run();
        joined.loop.pass(Duration.ofSeconds(30));
        assertEquals(List.of("maintenance"), joined.nearOwner.ended);
        assertEquals(List.of("the peer ended the tunnel: maintenance"), joined.farOwner.ended);
        assertEquals(0, joined.loop.timers());
        assertTrue(joined.nearStream.closed() && joined.farStream.closed());
    }

    @Test
    void aConnectionThatIsResetEndsTheFibre() {
        Joined joined = new Joined().greet();
        joined.nearStream.reset();
        joined.loop.run();
        assertEquals(List.of("the fibre was reset"), joined.farOwner.ended);
    }

    @Test
    void nothingIsSentAfterTheEnd() {
        HandPeer peer = HandPeer.greeted();
        peer.fibre.stop("over");
        peer.loop.run();
        int seen = peer.seen.size();
        peer.fibre.options(Joined.PLAIN);
        peer.send(to -> Frames.number(to, FrameType.PING, 1));
        assertEquals(seen, peer.seen.size());
    }

    @Test
    void bytesOnTheWireAreCountedWithTheirRecords() {
        HandPeer peer = new HandPeer(Joined.PLAIN);
        long before = peer.owner.stats.tunnelIn.sum();
        peer.stream.write(ByteBuffer.wrap(Protocol.MAGIC));
        peer.loop.run();
        assertEquals(Protocol.MAGIC.length + 22, peer.owner.stats.tunnelIn.sum() - before);
    }
}
