package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many fibres an endpoint has, how old they get, and who uses them. */
class LinesTest {
    private final TunnelRig rig = new TunnelRig();
    private final FakeOwner peer = new FakeOwner();
    private Endpoint endpoint;

    private void up(Map<String, Object> properties) {
        rig.core.settings(TunnelRig.settings(properties));
        endpoint = rig.endpoint();
        endpoint.start();
        rig.loop.run();
        answerAll();
        assertTrue(endpoint.ready());
    }

    private void answerAll() {
        while (!rig.wan.waiting().isEmpty()) {
            rig.answer(peer);
        }
    }

    private void tend() {
        endpoint.tend();
        rig.loop.run();
    }

    private Fibre ready() {
        return endpoint.readyFibre(rig.loop);
    }

    private Opened open() {
        Opened opened = Opened.on(ready());
        rig.loop.run();
        return opened;
    }

    // ---- age

    @Test
    void anOldFibreIsReplacedBeforeItLeavesAndItsFlowsGoOn() {
        up(Map.of("max-fibre-age", "100"));
        Fibre old = ready();
        Opened opened = open();
        rig.pass(89_000);
        assertTrue(rig.wan.waiting().isEmpty());
        rig.pass(11_001);
        assertSame(old, ready(), "until its successor is there");
        answerAll();
        Fibre next = ready();
        assertNotSame(old, next);
        opened.write(Bytes.same(100, 1));
        rig.loop.run();
        assertEquals(100, peer.recorders.get(0).size());
        assertFalse(old.ended());
        assertEquals("", endpoint.problem());
        opened.stream.reset();
        rig.loop.run();
        assertTrue(old.ended(), "with its last flow");
        assertFalse(next.ended());
        assertEquals(1, endpoint.tunnels().size());
    }

    @Test
    void anOldFibreThatCannotBeReplacedStays() {
        up(Map.of("max-fibre-age", "100"));
        Fibre old = ready();
        rig.pass(100_001);
        for (int i = 0; i < 5; i++) {
            rig.wan.next().refuse("connection refused");
            rig.pass(30_000);
            assertSame(old, ready());
        }
        assertEquals("", endpoint.problem(), "it is up all the same");
        answerAll();
        assertNotSame(old, ready());
    }

    @Test
    void anotherMaximumAgeHoldsForTheFibreThatIsThere() {
        up(Map.of("max-fibre-age", "0"));
        rig.pass(50_000);
        rig.core.settings(TunnelRig.settings(Map.of("max-fibre-age", "100")));
        endpoint.optionsChanged();
        rig.pass(50_001);
        assertEquals(1, rig.wan.waiting().size());
    }

    @Test
    void aFibreMayLiveForEver() {
        up(Map.of("max-fibre-age", "0"));
        rig.pass(100_000_000);
        assertTrue(rig.wan.waiting().isEmpty());
    }

    @Test
    void whatThePeerOpensOnALeavingFibreIsRefusedAndMayGoElsewhere() {
        Joined joined = new Joined().greet();
        Opened before = Opened.on(joined.far);
        joined.loop.run();
        joined.near.retire("its age");
        // It crosses the GOAWAY.
        Opened crossing = Opened.on(joined.far);
        crossing.takesBack = () -> true;
        joined.loop.run();
        assertEquals(1, crossing.takenBack);
        assertEquals(0, before.takenBack);
        before.write(Bytes.same(10, 1));
        joined.loop.run();
        assertEquals(10, joined.nearOwner.recorders.get(0).size());
        before.stream.reset();
        joined.loop.run();
        assertTrue(joined.near.ended() && joined.far.ended());
        assertTrue(joined.nearOwner.leaving.isEmpty(), "its own wish is no news to the owner");
        assertEquals(0, joined.nearOwner.stats.errors() + joined.farOwner.stats.errors());
    }

    @Test
    void aFibreWaitsForTheReadersOfItsLastFlowsAtBothEnds() {
        Joined joined = new Joined().greet();
        Opened opened = joined.open();
        joined.accepted(0).suspendRead();
        opened.write(Bytes.same(5000, 1));
        opened.stream.shutdownOutput();
        joined.accepted(0).shutdownOutput();
        joined.near.retire("its age");
        joined.loop.run();
        assertEquals(1, opened.recorder.closed.size(), "here it is over");
        joined.loop.pass(java.time.Duration.ofSeconds(30));
        assertFalse(joined.near.ended());
        joined.accepted(0).resumeRead();
        joined.loop.run();
        assertEquals(5000, joined.recorder(0).size());
        assertEquals(1, joined.recorder(0).inputEnds);
        assertTrue(joined.near.ended() && joined.far.ended());
    }

    @Test
    void bothEndsMayLeaveAtOnce() {
        Joined joined = new Joined().greet();
        Opened opened = joined.open();
        joined.near.retire("its age");
        joined.far.retire("maintenance");
        joined.loop.run();
        opened.write(Bytes.same(5000, 1));
        joined.loop.run();
        assertEquals(5000, joined.recorder(0).size());
        opened.stream.reset();
        joined.loop.run();
        assertTrue(joined.near.ended() && joined.far.ended());
        assertEquals(0, joined.nearOwner.stats.errors() + joined.farOwner.stats.errors());
    }

    @Test
    void aPeerThatHasNoFlowsLeftOnAFibreThatNobodyLeavesBreaksTheProtocol() {
        HandPeer peer = HandPeer.greeted();
        peer.send(to -> Frames.empty(to, FrameType.GONE, 0));
        assertEquals(1, peer.errors(ProtocolError.Rule.FLOW_STATE));
    }

    // ---- number

    @Test
    void aFurtherFibreIsOpenedWhenAllAreFullAndClosedWhenItRests() {
        up(Map.of("flows-per-fibre", "2", "max-fibres", "2", "fibre-idle-timeout", "60", "max-fibre-age", "0"));
        List<Opened> opened = new ArrayList<>(List.of(open(), open()));
        tend();
        answerAll();
        assertEquals(2, endpoint.tunnels().size());
        Fibre further = ready();
        opened.add(open());
        opened.add(open());
        assertEquals(2, further.flowCount(), "new flows go where fewest are");
        tend();
        assertEquals(2, endpoint.tunnels().size(), "max-fibres");
        opened.forEach(flow -> flow.stream.reset());
        rig.loop.run();
        for (int second = 0; second < 59; second++) {
            rig.pass(1000);
            tend();
        }
        assertEquals(2, endpoint.tunnels().size());
        rig.pass(2000);
        tend();
        assertEquals(1, endpoint.tunnels().size());
        assertTrue(endpoint.ready());
        rig.pass(100_000);
        tend();
        assertEquals(1, endpoint.tunnels().size(), "the least stays");
    }

    @Test
    void theLeastNumberIsKeptOpen() {
        up(Map.of("min-fibres", "3"));
        for (int i = 0; i < 4; i++) {
            tend();
            answerAll();
        }
        assertEquals(3, endpoint.tunnels().size());
        rig.pass(200_000);
        answerAll();
        tend();
        assertEquals(3, endpoint.tunnels().size());
    }

    @Test
    void sparesAreKeptForFlowsToCome() {
        up(Map.of("spare-fibres", "2", "max-fibre-age", "0"));
        open();
        for (int i = 0; i < 5; i++) {
            tend();
            answerAll();
        }
        assertEquals(3, endpoint.tunnels().size(), "one in use, two spare");
        for (int second = 0; second < 200; second++) {
            rig.pass(1000);
            tend();
            assertEquals(3, endpoint.tunnels().size(), "spares do not come and go");
        }
    }

    @Test
    void noMoreAreOpenedWhileOneIsNotUp() {
        up(Map.of("flows-per-fibre", "1"));
        open();
        tend();
        tend();
        tend();
        assertEquals(2, endpoint.tunnels().size());
        assertEquals(1, rig.wan.waiting().size());
    }

    // ---- one flow each

    private Opened single() {
        Opened opened = new Opened();
        SingleUse.open(rig.core, endpoint, rig.loop, Opened.OPENING, opened);
        rig.loop.run();
        return opened;
    }

    @Test
    void aFlowMayHaveAFibreOfItsOwnThatEndsWithIt() {
        up(Map.of("reuse-connection", "disabled"));
        Fibre warm = ready();
        Opened first = single();
        assertTrue(first.stream == null && first.refused.isEmpty(), "it is being dialled");
        answerAll();
        assertEquals(0, warm.flowCount());
        first.write(Bytes.same(10, 1));
        rig.loop.run();
        assertEquals(10, peer.recorders.get(0).size());
        assertEquals(1, endpoint.stats().currentFlows.get());
        first.stream.reset();
        rig.loop.run();
        assertEquals(0, endpoint.stats().currentFlows.get());
        assertSame(warm, ready());
    }

    @Test
    void manyAtOnceHaveOneEachWhileTheTunnelStaysUp() {
        up(Map.of("reuse-connection", "disabled"));
        List<Opened> all = List.of(single(), single(), single());
        assertEquals(3, rig.wan.waiting().size());
        assertTrue(endpoint.ready());
        answerAll();
        all.forEach(opened -> opened.write(Bytes.same(10, 1)));
        rig.loop.run();
        assertTrue(peer.recorders.stream().allMatch(recorder -> recorder.size() == 10));
        assertEquals(3, peer.recorders.size());
    }

    @Test
    void aSpareFibreIsTakenAtOnceAndReplaced() {
        up(Map.of("reuse-connection", "disabled", "spare-fibres", "1", "max-fibre-age", "0"));
        for (int i = 0; i < 4; i++) {
            tend();
            answerAll();
        }
        assertEquals(2, endpoint.tunnels().size(), "one that stays, one to spare");
        Opened opened = single();
        assertEquals(1, peer.accepted.size());
        assertEquals(1, rig.wan.waiting().size(), "its successor");
        answerAll();
        opened.write(Bytes.same(10, 1));
        rig.loop.run();
        assertEquals(10, peer.recorders.get(0).size());
    }

    @Test
    void aFlowWhoseFibreCannotBeOpenedIsRefused() {
        up(Map.of("reuse-connection", "disabled"));
        Opened unlucky = single();
        rig.wan.next().refuse("connection refused");
        rig.loop.run();
        assertEquals(List.of("connection refused"), unlucky.refused);
        assertEquals(
                0,
                rig.core.stats(TunnelRig.PROFILE).refused.sum(),
                "who tries the next endpoint counts it, if none is left");
        assertEquals("", endpoint.problem());
    }

    @Test
    void fibresOfOneFlowEndWithTheirEndpoint() {
        up(Map.of("reuse-connection", "disabled"));
        Opened second = single();
        answerAll();
        endpoint.stop("over");
        rig.loop.run();
        assertEquals(1, second.recorder.closed.size());
    }

    // ---- silence

    @Test
    void theTimeAfterWhichASilentPeerIsDeadCanBeSet() {
        Joined joined = new Joined();
        joined.nearOwner.deadPeerTimeout = java.time.Duration.ofSeconds(3);
        joined.greet();
        joined.loop.pass(java.time.Duration.ofSeconds(60));
        assertFalse(joined.near.ended());
        joined.farStream.cut();
        joined.loop.pass(java.time.Duration.ofSeconds(5));
        assertEquals(List.of("nothing was heard of the peer for 3 s"), joined.nearOwner.ended);
    }
}
