package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.References;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

/** Tunnels while the module net, or this one, is replaced by a newer version. */
class ReplacementTest {
    private static final String TO_DC = "/Common/to_dc";
    private static final String POOL = "/Common/dc_endpoints";
    private static final long SECOND = 1_000_000_000L;

    private final ServiceRig rig = new ServiceRig();
    private final FakeOwner peer = new FakeOwner();
    private final FakeOwner other = new FakeOwner();

    /** The peer's end of the tunnel. */
    private Fibre fibre;

    private final FakeNetwork next = new FakeNetwork().handshakesByHand();
    private final ServiceReference<Network> newer = References.reference("2.0.0");

    @BeforeEach
    void up() throws ConfigException {
        rig.member(POOL, "192.0.2.1", true);
        rig.put("wom local-endpoint", "", Map.of("addresses", List.of("192.0.2.9")));
        rig.put(
                "wom profile isession",
                TO_DC,
                Map.of("endpoint-pool", POOL, "mode", "enabled", "compression-codecs", List.of("runs")));
        fibre = rig.answer(peer, Joined.RUNS);
        assertTrue(rig.service.ready(TO_DC));
    }

    private void replaceNet() {
        rig.modules.bindNetwork(newer, next);
        next.loop.run();
    }

    /** The tunnel in the newer network comes up. */
    private void answerNext() {
        next.next().take();
        rig.greet(next.secured(), other, false, Joined.RUNS);
    }

    /** Time passes in both networks, a second at a time. */
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            rig.now += SECOND;
            next.loop.jump(Duration.ofSeconds(1));
            rig.look();
            next.loop.run();
        }
    }

    private Opened open(FakeNetwork network) {
        Opened opened = new Opened();
        rig.service.open(FakeStream.pair(network.loop, Opened.CLIENT, Opened.DESTINATION), TO_DC, opened);
        network.loop.run();
        return opened;
    }

    private EventLoop home(FakeNetwork network) {
        return rig.service.loopFor(network.loop, TO_DC, Opened.DESTINATION);
    }

    // ---- net

    @Test
    void tunnelsComeUpInTheNewNetworkWhileThoseOfTheOldServeItsClients() {
        replaceNet();
        answerNext();
        open(next);
        assertEquals(List.of(0, 1), List.of(peer.accepted.size(), other.accepted.size()));
        open(rig.wan);
        assertEquals(List.of(1, 1), List.of(peer.accepted.size(), other.accepted.size()));
        assertEquals(List.of(), peer.ended);
        assertSame(rig.loop, home(rig.wan), "a client does not move to another network");
        assertSame(next.loop, home(next));
    }

    @Test
    void theListenerIsHandedOver() {
        replaceNet();
        assertEquals(Set.of(), rig.wan.ports());
        assertEquals(Set.of(443), next.ports());
        assertEquals(0, next.binds());
    }

    @Test
    void afterAWhileTheOldTunnelsTakeNoMoreAndEndWithTheirLastFlow() {
        Opened flow = open(rig.wan);
        replaceNet();
        answerNext();
        pass(11);
        assertEquals(List.of("the peer takes no more flows: the network module was replaced"), peer.leaving);
        assertEquals(List.of(), peer.ended, "it has a flow yet");
        assertEquals(1, rig.service.endpoints().get(TO_DC).size());
        assertEquals(2, rig.service.users(), "the old one and the new one");
        flow.stream.reset();
        rig.loop.run();
        assertEquals(1, peer.ended.size());
        pass(1);
        assertEquals(1, rig.service.users());
    }

    @Test
    void fibresOfPeersInTheOldNetworkAreLetGo() {
        FakeOwner dialler = new FakeOwner();
        rig.call();
        rig.greet(rig.wan.secured(), dialler, true, Joined.RUNS);
        replaceNet();
        pass(1);
        assertEquals(List.of("the peer takes no more flows: the network module was replaced"), dialler.leaving);
    }

    @Test
    void whenTheOldNetworkIsGoneWhatItHadIsOver() {
        replaceNet();
        answerNext();
        rig.modules.unbindNetwork(rig.net, rig.wan);
        rig.loop.run();
        next.loop.run();
        assertEquals(List.of("the peer ended the tunnel: the network module changes"), peer.ended);
        assertEquals(List.of(), other.ended);
        assertTrue(rig.service.ready(TO_DC));
    }

    // ---- isession

    @Test
    void drainedItListensNoMoreAndItsTunnelsRetireWhenTheNewOnesHadAMoment() {
        Opened flow = open(rig.wan);
        rig.service.drain();
        assertEquals(Set.of(), rig.wan.ports());
        pass(9);
        assertEquals(List.of(), peer.leaving);
        open(rig.wan);
        assertEquals(2, peer.accepted.size(), "who comes before the new tunnels are up is served");
        pass(2);
        assertEquals(List.of("the peer takes no more flows: the isession module was replaced"), peer.leaving);
        assertFalse(rig.service.ready(TO_DC));
        assertEquals(1, rig.service.users());
        flow.stream.reset();
        peer.accepted.get(1).reset();
        rig.loop.run();
        pass(1);
        assertEquals(0, rig.service.users());
        assertEquals(List.of(), rig.dialled(), "it opens no more");
    }

    @Test
    void fibresOfPeersAreLetGoOneASecond() {
        FakeOwner first = new FakeOwner();
        FakeOwner second = new FakeOwner();
        for (FakeOwner dialler : List.of(first, second)) {
            rig.call();
            rig.greet(rig.wan.secured(), dialler, true, Joined.RUNS);
        }
        rig.service.drain();
        pass(1);
        assertEquals(1, first.leaving.size() + second.leaving.size());
        pass(1);
        assertEquals(2, first.leaving.size() + second.leaving.size());
    }

    @Test
    void resumedItServesAgain() {
        rig.service.drain();
        pass(20);
        assertFalse(rig.service.ready(TO_DC));
        rig.service.resume();
        rig.loop.run();
        assertEquals(Set.of(443), rig.wan.ports());
        rig.answer(peer, Joined.RUNS);
        assertTrue(rig.service.ready(TO_DC));
    }

    // ---- what a peer that is replaced does to the one that dials

    @Test
    void aFibreThatThePeerLetsGoIsFollowedByAnotherAtOnce() {
        rig.loop.pass(Duration.ofSeconds(2));
        fibre.retire("the isession module was replaced");
        rig.loop.run();
        assertEquals(List.of("192.0.2.1"), rig.dialled());
    }

    // ---- a loop that has no fibre at the moment, although the tunnel is up

    /** A tunnel that is up on the second loop only. */
    private ServiceRig onTheOtherLoop() throws ConfigException {
        ServiceRig two = new ServiceRig();
        FakeLoop second = two.wan.addLoop();
        two.member(POOL, "192.0.2.1", true);
        two.put(
                "wom profile isession",
                TO_DC,
                Map.of("endpoint-pool", POOL, "mode", "enabled", "compression-codecs", List.of("runs")));
        second.run();
        two.wan.waiting().get(1).take();
        two.greet(two.wan.secured(), other, false, Joined.RUNS);
        assertTrue(two.service.ready(TO_DC));
        return two;
    }

    @Test
    void aFlowWaitsForTheNextFibreOfItsLoop() throws ConfigException {
        ServiceRig two = onTheOtherLoop();
        Opened opened = two.open(TO_DC);
        assertEquals(List.of(), opened.refused);
        two.answer(peer, Joined.RUNS);
        int before = peer.accepted.size();
        two.loop.pass(Duration.ofMillis(50));
        assertEquals(before + 1, peer.accepted.size());
        assertEquals(List.of(), opened.refused);
    }

    @Test
    void itDoesNotWaitForLong() throws ConfigException {
        ServiceRig two = onTheOtherLoop();
        Opened opened = two.open(TO_DC);
        two.loop.pass(Duration.ofMillis(1100));
        assertEquals(List.of("no tunnel of /Common/to_dc is up"), opened.refused);
    }
}
