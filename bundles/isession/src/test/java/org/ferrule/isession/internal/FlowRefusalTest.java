package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.junit.jupiter.api.Test;

class FlowRefusalTest {
    private final HandPeer peer = HandPeer.greeted();
    private final Opened opened = Opened.on(peer.fibre);

    private void opened(int flow) {
        peer.send(to -> Frames.empty(to, FrameType.OPENED, flow));
    }

    @Test
    void aRefusedFlowIsTakenBackWithoutAnotherCall() {
        opened.takesBack = () -> true;
        opened.write(new byte[10]);
        peer.text(FrameType.REFUSED, 1, 0, "no such server");
        assertEquals(List.of("no such server"), opened.refused);
        assertTrue(opened.stream.closed());
        assertTrue(opened.recorder.closed.isEmpty());
        assertEquals(0, peer.owner.stats.currentFlows.get());
        assertTrue(peer.seen(FrameType.RESET).isEmpty());
    }

    @Test
    void aRefusedFlowThatIsNotTakenBackIsReset() {
        peer.text(FrameType.REFUSED, 1, 0, "no such server");
        assertEquals(1, opened.takenBack);
        assertTrue(opened.refused.isEmpty());
        assertEquals(List.of(new CloseReason(Kind.RESET_BY_PEER, "no such server")), opened.recorder.closed);
    }

    @Test
    void aFlowWithoutAVirtualServerIsRefusedByARealPeer() {
        Joined joined = new Joined().greet();
        joined.farOwner.accepts = false;
        Opened refused = Opened.on(joined.near);
        refused.takesBack = () -> true;
        joined.loop.run();
        assertEquals(
                List.of("no virtual server that tunnels reach has the destination 203.0.113.9:80"), refused.refused);
        assertEquals(1, joined.farOwner.stats.refused.sum());
    }

    @Test
    void aFlowThatWouldGoInACircleIsRefused() {
        Joined joined = new Joined().greet();
        joined.farOwner.self = "other";
        Opened circle = Opened.on(joined.near);
        circle.takesBack = () -> true;
        joined.loop.run();
        assertEquals(List.of("it came round in a circle: it passed this appliance already"), circle.refused);
        Opened far = new Opened();
        far.takesBack = () -> true;
        List<String> nine = List.of("a b c d e f g h i".split(" "));
        joined.near.open(new Opening(Opened.CLIENT, Opened.DESTINATION, "virtual-match-all", nine), far);
        joined.loop.run();
        assertEquals(List.of("it passed 9 appliances, and at most 8 may be"), far.refused);
    }

    @Test
    void aFlowRemembersWhatItPassed() {
        Joined joined = new Joined().greet();
        joined.open();
        assertEquals(List.of("other"), ((Flow) joined.accepted(0)).via());
    }

    @Test
    void aFlowThatThePeerOpenedCannotBeRefusedAnyMore() {
        opened(1);
        peer.text(FrameType.REFUSED, 1, 0, "too late");
        assertEquals(0, opened.takenBack);
        assertEquals(1, peer.errors(Rule.FLOW_STATE));
        assertEquals(1, opened.recorder.closed.size());
    }

    @Test
    void aFlowOfThePeerIsNotItsToRefuse() {
        peer.open(2);
        peer.text(FrameType.REFUSED, 2, 0, "");
        assertEquals(1, peer.errors(Rule.FLOW_STATE));
    }

    @Test
    void aRefusalThatCrossesAResetIsIgnored() {
        opened.stream.reset();
        peer.text(FrameType.REFUSED, 1, 0, "no");
        assertEquals(0, opened.takenBack);
        assertEquals(1, opened.recorder.closed.size());
    }

    @Test
    void anOpenerThatFailsCostsItsFlowOnly() {
        Opened failing = Opened.on(peer.fibre);
        failing.takesBack = () -> {
            throw new IllegalStateException("a defect");
        };
        peer.text(FrameType.REFUSED, 3, 0, "no");
        assertTrue(failing.stream.closed());
        assertEquals(1, failing.recorder.closed.size());
        assertFalse(peer.fibre.ended());
    }

    @Test
    void goingAwayReturnsTheFlowsThatThePeerDidNotSee() {
        Opened later = Opened.on(peer.fibre);
        later.takesBack = () -> true;
        opened(1);
        peer.text(FrameType.GOAWAY, 0, 1, "upgrade");
        assertEquals(0, opened.takenBack);
        assertEquals(List.of("upgrade"), later.refused);
        assertFalse(opened.stream.closed());
    }

    @Test
    void flowsGoOnAfterThePeerIsGoingAway() {
        opened(1);
        peer.text(FrameType.GOAWAY, 0, 1, "upgrade");
        assertFalse(peer.fibre.ready());
        peer.plain(1, new byte[10]);
        opened.write(new byte[7]);
        peer.loop.run();
        assertEquals(10, opened.recorder.size());
        assertEquals(1, peer.seen(FrameType.DATA).size());
        assertEquals(0, peer.owner.stats.errors());
    }

    @Test
    void aFibreWhosePeerIsGoingAwayEndsWithItsLastFlow() {
        opened(1);
        peer.text(FrameType.GOAWAY, 0, 1, "upgrade");
        peer.text(FrameType.GOAWAY, 0, 1, "upgrade");
        assertEquals(1, peer.owner.leaving.size());
        assertTrue(peer.owner.ended.isEmpty());
        opened.stream.shutdownOutput();
        peer.send(to -> Frames.empty(to, FrameType.FIN, 1));
        assertEquals(1, peer.seen(FrameType.GONE).size());
        assertTrue(peer.owner.ended.isEmpty(), "the peer may have readers yet");
        peer.send(to -> Frames.empty(to, FrameType.GONE, 0));
        assertEquals(List.of("it takes no more flows, and the last one is over"), peer.owner.ended);
        peer.loop.pass(Duration.ofSeconds(30));
        assertEquals(1, peer.owner.ended.size());
        assertEquals(List.of(CloseReason.ORDERLY), opened.recorder.closed);
        assertEquals(1, peer.seen(FrameType.FIN).size());
        assertEquals(0, peer.loop.timers());
    }

    @Test
    void anIdleFibreEndsAtOnceWhenItsPeerIsGoingAway() {
        HandPeer idle = HandPeer.greeted();
        idle.text(FrameType.GOAWAY, 0, 0, "upgrade");
        idle.send(to -> Frames.empty(to, FrameType.GONE, 0));
        assertEquals(List.of(1, 1), List.of(idle.owner.leaving.size(), idle.owner.ended.size()));
    }

    @Test
    void aFibreThatWasNeverReadyEndsWhenItsPeerIsGoingAway() {
        HandPeer early = new HandPeer(Joined.RUNS);
        early.send(Frames::preface);
        early.text(FrameType.GOAWAY, 0, 0, "upgrade");
        early.pairs(FrameType.CAPS, 0, 1, Joined.RUNS.pairs());
        early.send(to -> Frames.empty(to, FrameType.GONE, 0));
        assertEquals(List.of(0, 1), List.of(early.owner.readies, early.owner.ended.size()));
    }

    @Test
    void capabilitiesDoNotBringBackAFibreWhosePeerIsGoingAway() {
        opened(1);
        peer.text(FrameType.GOAWAY, 0, 1, "upgrade");
        peer.pairs(FrameType.CAPS, 0, 2, Joined.RUNS.pairs());
        assertFalse(peer.fibre.ready());
        assertEquals(1, peer.owner.readies);
    }

    @Test
    void theFibreIsNotReadyAnyMoreWhenAFlowComesBack() {
        List<Boolean> ready = new ArrayList<>();
        Opened.on(peer.fibre).takesBack = () -> ready.add(peer.fibre.ready());
        peer.text(FrameType.GOAWAY, 0, 0, "upgrade");
        assertEquals(List.of(false), ready);
    }

    @Test
    void flowsOfThePeerAreNotReturnedWhenItIsGoingAway() {
        peer.open(2);
        peer.text(FrameType.GOAWAY, 0, 0, "upgrade");
        assertFalse(peer.owner.accepted.get(0).closed());
        peer.plain(2, new byte[4]);
        assertEquals(4, peer.owner.recorders.get(0).size());
    }
}
