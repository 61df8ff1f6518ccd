package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.FlightRecording;
import org.ferrule.testing.Peer;
import org.ferrule.traffic.Tunnels;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private final Rig rig = new Rig().net().pools().tunnels();
    private final FakeNetwork network = rig.network;

    private static Map<String, Object> tunnelAndPool() {
        Map<String, Object> both = new LinkedHashMap<>(Rig.TUNNELLED);
        both.put("pool", "/Common/web");
        return both;
    }

    private void pool(Map<String, Object> more) throws Exception {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put("pool", "/Common/web");
        rig.members.put("10.0.0.1", true);
        rig.members.put("10.0.0.2", true);
        rig.virtual("v", "203.0.113.2:80", all);
    }

    @Test
    void aMemberOfThePoolServes() throws Exception {
        pool(Map.of());
        Peer client = rig.call();
        client.send("hello");
        network.loop.run();
        assertEquals("hello", rig.servers.get(0).text());
        assertEquals(Map.of("10.0.0.1", 1), rig.current);
        rig.servers.get(0).send("good day");
        network.loop.run();
        // What flows is counted, not what has ended.
        assertEquals(5, rig.counters("v").fromClients.sum());
        assertEquals(8, rig.counters("v").toClients.sum());
        assertEquals(Map.of("10.0.0.1", 5L), rig.toServers);
        assertEquals(Map.of("10.0.0.1", 8L), rig.toClients);
        client.stream.reset();
        network.loop.run();
        assertEquals(Map.of("10.0.0.1", 0), rig.current);
        assertEquals(0, rig.counters("v").current.get());
        assertEquals(1, rig.counters("v").servedLocally.sum());
        assertEquals(5, rig.counters("v").fromClients.sum());
    }

    @Test
    void whenAMemberCannotBeReachedTheNextOneIsTried() throws Exception {
        pool(Map.of());
        rig.unreachable.add("10.0.0.1");
        Peer client = rig.call();
        client.send("hello");
        network.loop.run();
        assertEquals(List.of("10.0.0.1", "10.0.0.2"), network.dialledHosts());
        assertEquals("hello", rig.servers.get(0).text());
    }

    @Test
    void whenNoMemberCanBeReachedTheClientIsResetAfterEachWasTriedOnce() throws Exception {
        pool(Map.of());
        rig.unreachable.addAll(List.of("10.0.0.1", "10.0.0.2"));
        Peer client = rig.call();
        network.loop.run();
        assertTrue(client.wasReset());
        assertEquals(List.of("10.0.0.1", "10.0.0.2"), network.dialledHosts());
        assertEquals(1, rig.counters("v").failed.sum());
        assertEquals(0, rig.counters("v").current.get());
    }

    @Test
    void aClientMovesToTheLoopThatHasAFibreBeforeAnythingIsReadOfIt() throws Exception {
        rig.virtual("v", "203.0.113.2:80", tunnelAndPool());
        FakeLoop elsewhere = network.addLoop();
        rig.home = elsewhere;
        Peer client = rig.call();
        client.send("hello");
        network.loop.run();
        assertNull(rig.flow, "it is on its way to the other loop");
        elsewhere.run();
        FakeStream flow = FakeStream.pair(elsewhere);
        Peer far = new Peer(flow.far());
        rig.flow.opened(flow);
        for (int i = 0; i < 3; i++) {
            network.loop.run();
            elsewhere.run();
        }
        assertEquals("hello", far.text());
        assertEquals(List.of(elsewhere), rig.asked, "the flow is opened where the client is");
    }

    @Test
    void aClientStaysWhereNoTunnelIsWanted() throws Exception {
        pool(Map.of());
        rig.home = network.addLoop();
        rig.call().send("hello");
        network.loop.run();
        assertEquals("hello", rig.servers.get(0).text());
    }

    @Test
    void noMoreConnectionsThanTheLimitAreServed() throws Exception {
        pool(Map.of("connection-limit", "1"));
        Peer first = rig.call();
        Peer second = rig.call();
        network.loop.run();
        assertFalse(first.stream.closed());
        assertTrue(second.wasReset());
        assertEquals(1, rig.counters("v").refused.sum());
        first.stream.reset();
        network.loop.run();
        Peer third = rig.call();
        network.loop.run();
        assertFalse(third.stream.closed());
    }

    @Test
    void aClientFromElsewhereIsRefused() throws Exception {
        pool(Map.of("source", "10.0.0.0/8"));
        Peer client = rig.call();
        network.loop.run();
        assertTrue(client.wasReset());
        assertEquals(List.of(), network.dialledHosts());
    }

    @Test
    void theTunnelServesBeforeThePool() throws Exception {
        pool(Rig.TUNNELLED);
        Peer client = rig.call();
        FakeStream flow = FakeStream.pair(network.loop);
        Peer far = new Peer(flow.far());
        rig.flow.opened(flow);
        client.send("hello");
        network.loop.run();
        assertEquals("hello", far.text());
        assertEquals(List.of(), network.dialledHosts());
        assertEquals(1, rig.counters("v").servedByTunnel.sum());
    }

    @Test
    void whenTheTunnelRefusesTheOwnPoolServes() throws Exception {
        pool(Rig.TUNNELLED);
        rig.noRoute = Tunnels.NoRoute.DROP;
        Peer client = rig.call();
        client.send("hello");
        rig.flow.refused("no tunnel");
        network.loop.run();
        assertEquals("hello", rig.servers.get(0).text());
    }

    /** A client that said hello to a tunnel, which gave the connection back. */
    private Peer takenBack() throws Exception {
        pool(Rig.TUNNELLED);
        Peer client = rig.call();
        FakeStream flow = FakeStream.pair(network.loop);
        new Peer(flow.far());
        rig.flow.opened(flow);
        client.send("hello");
        network.loop.run();
        assertTrue(rig.flow.takeBack(flow));
        return client;
    }

    @Test
    void whenThePeerRefusesTheOwnPoolGetsTheFirstBytes() throws Exception {
        Peer client = takenBack();
        rig.unreachable.add("10.0.0.1");
        rig.flow.refused("no member");
        client.stream.far().deliver(" again".getBytes(StandardCharsets.US_ASCII));
        network.loop.run();
        assertEquals("hello again", rig.servers.get(0).text());
        assertEquals(11, rig.counters("v").fromClients.sum());
        assertEquals(Map.of("10.0.0.2", 11L), rig.toServers, "each byte once, however many were tried");
        assertEquals(0, rig.counters("v").servedByTunnel.sum());
        assertEquals(1, rig.counters("v").servedLocally.sum());
    }

    @Test
    void whenOnePeerRefusesAnotherGetsTheFirstBytes() throws Exception {
        Peer client = takenBack();
        FakeStream next = FakeStream.pair(network.loop);
        Peer other = new Peer(next.far());
        rig.flow.opened(next);
        client.send(" again");
        network.loop.run();
        assertEquals("hello again", other.text());
        assertEquals(1, rig.counters("v").servedByTunnel.sum());
        assertEquals(0, rig.counters("v").servedLocally.sum());
    }

    @Test
    void aClientThatLeftBeforeTheTunnelRefusedLeavesNoCountBehind() throws Exception {
        pool(Rig.TUNNELLED);
        Peer client = rig.call();
        client.stream.reset();
        network.loop.run();
        rig.flow.refused("no tunnel");
        network.loop.run();
        assertEquals(List.of(), network.dialledHosts());
        assertEquals(Map.of(), rig.current);
        assertEquals(0, rig.counters("v").current.get());
        assertEquals(0, rig.counters("v").failed.sum());
    }

    @Test
    void aClientThatLeftWhileAMemberWasDialledLeavesNoCountBehind() throws Exception {
        pool(Map.of());
        Peer client = rig.call();
        client.stream.reset();
        network.loop.run();
        assertTrue(rig.servers.get(0).wasReset());
        assertEquals(0, rig.current.getOrDefault("10.0.0.1", 0));
        assertEquals(0, rig.counters("v").current.get());
    }

    @Test
    void withoutATunnelAndAPoolNoRouteDropResets() throws Exception {
        rig.noRoute = Tunnels.NoRoute.DROP;
        rig.virtual("v", "203.0.113.2:80", Rig.TUNNELLED);
        Peer client = rig.call();
        rig.flow.refused("no tunnel");
        network.loop.run();
        assertTrue(client.wasReset());
        assertEquals(List.of(), network.dialledHosts());
    }

    @Test
    void withoutATunnelAndAPoolNoRoutePassthruGoesToTheDestination() throws Exception {
        rig.virtual("v", "any:80", Rig.TUNNELLED);
        Peer client = new Peer(network.call("0.0.0.0", 80));
        client.send("hello");
        rig.flow.refused("no tunnel");
        network.loop.run();
        assertEquals(List.of("203.0.113.2"), network.dialledHosts());
        assertEquals("hello", rig.servers.get(0).text());
        assertEquals(1, rig.counters("v").passedThrough.sum());
    }

    @Test
    void aConnectionNeverGoesRoundThroughTheVirtualServerItself() throws Exception {
        rig.virtual("v", "203.0.113.2:80", Rig.TUNNELLED);
        Peer client = rig.call();
        rig.flow.refused("no tunnel");
        network.loop.run();
        assertTrue(client.wasReset());
        assertEquals(List.of(), network.dialledHosts());
    }

    @Test
    void withoutTheModuleOfTunnelsTheOwnPoolServes() throws Exception {
        Rig bare = new Rig().net().pools();
        bare.members.put("10.0.0.1", true);
        bare.virtual("v", "203.0.113.2:80", tunnelAndPool());
        bare.call();
        bare.network.loop.run();
        assertEquals(List.of("10.0.0.1"), bare.network.dialledHosts());
    }

    @Test
    void withoutTheModuleOfTlsAClientSslVirtualServerResets() throws Exception {
        pool(Map.of("profiles", Map.of("/Common/clientssl", Map.of())));
        Peer client = rig.call();
        network.loop.run();
        assertTrue(client.wasReset());
        assertEquals(0, rig.counters("v").current.get());
    }

    @Test
    void withSnatNoneServersSeeTheClientsAddressAndElseTheAppliances() throws Exception {
        pool(Map.of("snat", "none"));
        rig.call();
        assertEquals(
                java.util.Optional.of(FakeStream.CLIENT),
                network.dialled().get(0).source());
        rig.virtual("v", "203.0.113.2:80", Map.of("pool", "/Common/web"));
        rig.call();
        assertEquals(java.util.Optional.empty(), network.dialled().get(1).source());
    }

    @Test
    void aServerOfTheOtherFamilySeesTheAppliancesAddressAndThatIsCounted() throws Exception {
        rig.members.put("2001:db8::7", true);
        rig.virtual("v", "203.0.113.2:80", Map.of("pool", "/Common/web", "snat", "none"));
        rig.call().send("hello");
        network.loop.run();
        assertEquals(java.util.Optional.empty(), network.dialled().get(0).source());
        assertEquals("hello", rig.servers.get(0).text());
        assertEquals(1, rig.counters("v").sourceMapped.sum());
    }

    // ---- server-discovery

    @Test
    void whichServerWasReachedIsToldWithTheTimeThatItTook() throws Exception {
        network.server(connection -> {
            network.loop.jump(Duration.ofMillis(7));
            connection.take();
        });
        pool(Map.of());
        rig.call();
        network.loop.run();
        assertEquals(Map.of(new InetSocketAddress("10.0.0.1", 80), Duration.ofMillis(7)), rig.seen);
    }

    @Test
    void whatCannotBeReachedIsNotTold() throws Exception {
        pool(Map.of());
        rig.unreachable.add("10.0.0.1");
        rig.call();
        network.loop.run();
        assertEquals(Set.of(new InetSocketAddress("10.0.0.2", 80)), rig.seen.keySet());
    }

    /** It may be far away: a tunnel leads to where it is. */
    @Test
    void aServerThatIsReachedForWantOfATunnelIsNotTold() throws Exception {
        pool(Rig.TUNNELLED);
        rig.call();
        network.loop.run();
        rig.flow.refused("no tunnel");
        network.loop.run();
        assertEquals(1, rig.servers.size());
        assertEquals(Map.of(), rig.seen);
    }

    @Test
    void theFlightRecorderIsToldWhoServedAndWhyNobodyDid() throws Exception {
        pool(Map.of());
        try (FlightRecording recording = new FlightRecording("org.ferrule.Connection")) {
            Peer served = rig.call();
            served.send("hello");
            network.loop.run();
            served.stream.reset();
            network.loop.run();
            rig.unreachable.addAll(List.of("10.0.0.1", "10.0.0.2"));
            rig.call();
            network.loop.run();
            List<RecordedEvent> events = recording.events();
            assertEquals(2, events.size());
            assertEquals("/Common/v", events.get(0).getString("virtualServer"));
            assertTrue(events.get(0).getString("server").startsWith("10.0.0.1:"), events.toString());
            assertEquals(5, events.get(0).getLong("bytesToServer"));
            assertEquals("", events.get(0).getString("failure"));
            assertEquals("", events.get(1).getString("server"));
            assertEquals("no member of /Common/web is available", events.get(1).getString("failure"));
        }
    }

    @Test
    void withoutARecordingNothingIsKeptForIt() {
        assertNull(ConnectionEvent.begun());
    }
}
