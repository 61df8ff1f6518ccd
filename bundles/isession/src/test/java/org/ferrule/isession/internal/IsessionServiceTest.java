package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.traffic.Tunnels;
import org.junit.jupiter.api.Test;

class IsessionServiceTest {
    private static final String PROFILE = "wom profile isession";
    private static final String TO_DC = "/Common/to_dc";
    private static final String POOL = "/Common/dc_endpoints";
    private static final String LOCAL = "wom local-endpoint";

    private final ServiceRig rig = new ServiceRig();
    private final FakeOwner peer = new FakeOwner();

    private void toDc(String mode) throws ConfigException {
        rig.put(PROFILE, TO_DC, Map.of("endpoint-pool", POOL, "mode", mode, "compression-codecs", List.of("runs")));
    }

    /** One profile with one endpoint, whose tunnel is up. */
    private Fibre up(Options allowed) throws ConfigException {
        rig.member(POOL, "192.0.2.1", true);
        toDc("enabled");
        return rig.answer(peer, allowed);
    }

    // ---- where tunnels lead

    @Test
    void endpointsFollowThePoolsMembersThatAreUp() throws ConfigException {
        rig.member(POOL, "192.0.2.1", true);
        rig.member(POOL, "192.0.2.2", false);
        toDc("enabled");
        assertEquals(List.of("192.0.2.1:443"), rig.endpoints(TO_DC));
        assertEquals(List.of("192.0.2.1"), rig.dialled());
        rig.answer(peer, Joined.RUNS);
        rig.member(POOL, "192.0.2.2", true);
        rig.look();
        assertEquals(List.of("192.0.2.1:443", "192.0.2.2:443"), rig.endpoints(TO_DC));
        assertEquals(List.of("192.0.2.2"), rig.dialled(), "the one that is up stays");
        assertEquals(List.of(), peer.ended);
        rig.member(POOL, "192.0.2.1", false);
        rig.look();
        assertEquals(List.of("192.0.2.2:443"), rig.endpoints(TO_DC));
        assertEquals(List.of("the peer ended the tunnel: the endpoint was taken out of the configuration"), peer.ended);
    }

    @Test
    void withoutAPoolTunnelsLeadToAllEnabledRemoteEndpoints() throws ConfigException {
        rig.remote("/Common/dc1", "192.0.2.1", Map.of());
        rig.remote("/Common/dc2", "192.0.2.2", Map.of("tunnel-port", "4443"));
        rig.remote("/Common/dc3", "192.0.2.3", Map.of("endpoint", "disabled"));
        assertEquals(List.of("192.0.2.1:443", "192.0.2.2:4443"), rig.endpoints(Settings.ROOT));
        toDc("enabled");
        assertEquals(List.of(), rig.endpoints(TO_DC), "a pool without members is no reason to go elsewhere");
        rig.remove("wom remote-endpoint", "/Common/dc1");
        assertEquals(List.of("192.0.2.2:4443"), rig.endpoints(Settings.ROOT));
    }

    @Test
    void whileThePoolModuleIsAwayTunnelsStay() throws ConfigException {
        up(Joined.RUNS);
        rig.modules.unbindPools(rig.pool);
        rig.look();
        toDc("enabled");
        assertEquals(List.of("192.0.2.1:443"), rig.endpoints(TO_DC));
        assertTrue(rig.service.ready(TO_DC));
        rig.members.clear();
        rig.modules.bindPools(rig.pool, rig);
        rig.look();
        assertEquals(List.of(), rig.endpoints(TO_DC));
    }

    @Test
    void aProfileThatGoesTakesItsTunnelsWithIt() throws ConfigException {
        up(Joined.RUNS);
        rig.remove(PROFILE, TO_DC);
        assertEquals(1, peer.ended.size());
        assertFalse(rig.service.ready(TO_DC));
        assertEquals(List.of("mode of /Common/to_dc is disabled"), rig.open(TO_DC).refused);
    }

    @Test
    void aDisabledProfileHasNoTunnels() throws ConfigException {
        up(Joined.RUNS);
        toDc("disabled");
        assertEquals(List.of(), rig.endpoints(TO_DC));
        assertEquals(1, peer.ended.size());
    }

    // ---- flows

    @Test
    void aFlowGoesThroughTheTunnel() throws ConfigException {
        up(Joined.RUNS);
        assertTrue(rig.service.ready(TO_DC));
        Opened opened = rig.open(TO_DC);
        assertEquals(1, peer.accepted.size());
        assertEquals(Opened.DESTINATION, peer.accepted.get(0).localAddress());
        assertEquals(List.of("virtual-match-all"), peer.targets);
        assertEquals(List.of(), opened.refused);
    }

    @Test
    void flowsTakeTurnsAmongEndpoints() throws ConfigException {
        rig.member(POOL, "192.0.2.2", true);
        up(Joined.RUNS);
        FakeOwner other = new FakeOwner();
        rig.answer(other, Joined.RUNS);
        for (int i = 0; i < 10; i++) {
            rig.open(TO_DC);
        }
        assertEquals(List.of(5, 5), List.of(peer.accepted.size(), other.accepted.size()));
        rig.member(POOL, "192.0.2.2", false);
        rig.look();
        rig.open(TO_DC);
        rig.open(TO_DC);
        assertEquals(12, peer.accepted.size() + other.accepted.size());
    }

    @Test
    void anEndpointWhoseTunnelIsDownIsPassedOver() throws ConfigException {
        rig.member(POOL, "192.0.2.2", true);
        up(Joined.RUNS);
        rig.open(TO_DC);
        rig.open(TO_DC);
        assertEquals(2, peer.accepted.size());
    }

    @Test
    void whyAFlowIsRefusedIsSaidAndCounted() throws ConfigException {
        assertEquals(List.of("mode of /Common/nosuch is disabled"), rig.open("/Common/nosuch").refused);
        toDc("disabled");
        assertEquals(List.of("mode of /Common/to_dc is disabled"), rig.open(TO_DC).refused);
        toDc("enabled");
        assertEquals(List.of("/Common/to_dc has no endpoint"), rig.open(TO_DC).refused);
        rig.member(POOL, "192.0.2.1", true);
        rig.look();
        assertEquals(List.of("no tunnel of /Common/to_dc is up"), rig.open(TO_DC).refused);
        rig.answer(peer, new Options(false, true, List.of("runs")));
        assertEquals(
                List.of("no peer of /Common/to_dc takes flows: tunnels are disabled there"), rig.open(TO_DC).refused);
        assertFalse(rig.service.ready(TO_DC), "who asks first must learn the same");
        assertEquals(4, rig.service.core().stats(TO_DC).refused.sum());
    }

    @Test
    void whatHappensWithoutARouteIsAsConfigured() throws ConfigException {
        assertEquals(Tunnels.NoRoute.PASSTHRU, rig.service.noRoute());
        rig.put(LOCAL, "", Map.of("no-route", "drop"));
        assertEquals(Tunnels.NoRoute.DROP, rig.service.noRoute());
    }

    // ---- codecs

    @Test
    void aCodecThatComesAndGoesIsToldToPeersOfBothKinds() throws ConfigException {
        Fibre dialled = up(Joined.RUNS);
        rig.put(LOCAL, "", Map.of("addresses", List.of("192.0.2.9")));
        rig.put(PROFILE, Settings.ROOT, Map.of("compression-codecs", List.of("runs")));
        rig.call();
        Fibre accepted = rig.greet(rig.wan.secured(), new FakeOwner(), true, Joined.RUNS);
        for (Fibre far : List.of(dialled, accepted)) {
            assertEquals(List.of("runs"), far.theirs().codecs());
        }
        rig.modules.unbindCodec(rig.codecs);
        rig.loop.run();
        for (Fibre far : List.of(dialled, accepted)) {
            assertEquals(List.of(), far.theirs().codecs());
        }
        rig.modules.bindCodec(rig.codecs, rig.codec);
        rig.loop.run();
        for (Fibre far : List.of(dialled, accepted)) {
            assertEquals(List.of("runs"), far.theirs().codecs());
        }
        assertEquals(List.of(), peer.ended);
    }

    // ---- the tunnel port

    @Test
    void aPortThatCannotBeBoundIsRefusedAndNothingStaysReserved() throws ConfigException {
        InetSocketAddress taken = new InetSocketAddress("192.0.2.10", 443);
        rig.wan.occupy(taken);
        String message = assertThrows(
                        ConfigException.class,
                        () -> rig.put(LOCAL, "", Map.of("addresses", List.of("192.0.2.9", "192.0.2.10"))))
                .getMessage();
        assertTrue(message.contains("it cannot listen on tunnel-port 443: address already in use"), message);
        assertEquals(Set.of(), rig.wan.bound());
    }

    @Test
    void aPortThatCannotBeBoundLaterIsTriedAgain() throws ConfigException {
        InetSocketAddress here = new InetSocketAddress("192.0.2.9", 443);
        rig.modules.unbindNetwork(rig.net, rig.wan);
        rig.put(LOCAL, "", Map.of("addresses", List.of("192.0.2.9")));
        rig.wan.occupy(here);
        rig.modules.bindNetwork(rig.net, rig.wan);
        assertEquals(Set.of(), rig.wan.bound());
        rig.wan.vacate(here);
        rig.look();
        assertEquals(Set.of(here), rig.wan.bound());
        assertEquals(Map.of(), rig.service.listening().failures());
    }

    @Test
    void withAnotherNetworkTunnelsAreMadeAnew() throws ConfigException {
        up(Joined.RUNS);
        rig.modules.unbindNetwork(rig.net, rig.wan);
        rig.loop.run();
        assertEquals(List.of("the peer ended the tunnel: the network module changes"), peer.ended);
        assertFalse(rig.service.ready(TO_DC));
        rig.modules.bindNetwork(rig.net, rig.wan);
        rig.loop.run();
        rig.answer(peer, Joined.RUNS);
        assertTrue(rig.service.ready(TO_DC));
    }

    // ---- other modules

    @Test
    void whenCryptoIsBackTunnelsDoNotSitOutTheirPause() throws ConfigException {
        rig.modules.unbindTls(rig.crypto);
        rig.member(POOL, "192.0.2.1", true);
        toDc("enabled");
        assertEquals(List.of(), rig.dialled());
        rig.modules.bindTls(rig.crypto, rig.tls);
        rig.loop.run();
        assertEquals(List.of("192.0.2.1"), rig.dialled());
    }

    @Test
    void trustThatIsWithdrawnEndsTheTunnelAndTrustThatComesOpensIt() throws ConfigException {
        up(Joined.RUNS);
        rig.trust.only(Map.of());
        rig.loop.run();
        assertFalse(rig.service.ready(TO_DC));
        rig.trust.only(Map.of(Trust.DC, "dc"));
        rig.loop.run();
        assertEquals(List.of("192.0.2.1"), rig.dialled());
    }

    @Test
    void whileTheSystemModuleIsAwayFibresStay() throws ConfigException {
        up(Joined.RUNS);
        rig.modules.unbindTrust(rig.system, rig.trust);
        rig.look();
        assertTrue(rig.service.ready(TO_DC));
        assertEquals(List.of(), rig.trust.listeners, "its changes concern nobody here any more");
    }

    @Test
    void deactivatedItSaysGoodbyeAndDoesNothingMore() throws ConfigException {
        up(Joined.RUNS);
        rig.put(LOCAL, "", Map.of("addresses", List.of("192.0.2.9")));
        rig.service.deactivate();
        rig.loop.run();
        assertEquals(List.of("the peer ended the tunnel: the isession module of the peer stops"), peer.ended);
        assertTrue(rig.keeper.isShutdown());
        rig.look();
        assertEquals(List.of(), rig.dialled());
        assertEquals(Set.of(), rig.wan.bound());
    }
}
