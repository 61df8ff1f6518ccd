package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Subnet;
import org.ferrule.testing.FakeStream;
import org.junit.jupiter.api.Test;

/** Where flows go: by routes, by pools, to whom dials in, and to the next when one refuses. */
class RoutingTest {
    private static final String REMOTE = "wom remote-endpoint";
    private static final String POOL = "/Common/sites";
    private static final String POOLED = "/Common/pooled";
    private static final InetSocketAddress TEN = new InetSocketAddress("10.1.2.3", 80);

    private final ServiceRig rig = new ServiceRig();

    private static List<Route> routes(String... texts) {
        return List.of(texts).stream().map(RoutingTest::route).toList();
    }

    /** Such as {@code 10.0.0.0/8 5}, and {@code excluded} behind it. */
    private static Route route(String text) {
        String[] words = text.split(" ");
        return new Route(Subnet.parse(words[0]).orElseThrow(), Integer.parseInt(words[1]), words.length < 3, "");
    }

    /** A remote endpoint that is up and advertises this. */
    private FakeOwner remote(String address, String... routes) throws ConfigException {
        FakeOwner peer = new FakeOwner();
        peer.advertised = routes(routes);
        rig.remote("/Common/r" + address, address, Map.of());
        rig.answer(peer, Joined.RUNS);
        return peer;
    }

    /** A member of the pool that is up, in the pool and as an endpoint. */
    private FakeOwner member(String address, String... routes) throws ConfigException {
        FakeOwner peer = new FakeOwner();
        peer.advertised = routes(routes);
        rig.member(POOL, address, true);
        rig.put("wom profile isession", POOLED, Map.of("endpoint-pool", POOL));
        rig.answer(peer, Joined.RUNS);
        return peer;
    }

    private Opened open(String destination) {
        return rig.open(Settings.ROOT, new InetSocketAddress(destination, 80));
    }

    @Test
    void theMostSpecificRouteIsTakenThenTheCheapest() throws ConfigException {
        FakeOwner wide = remote("192.0.2.1", "10.0.0.0/8 0");
        FakeOwner dear = remote("192.0.2.2", "10.1.0.0/16 5");
        FakeOwner cheap = remote("192.0.2.3", "10.1.0.0/16 2");
        open("10.1.2.3");
        open("10.1.9.9");
        assertEquals(2, cheap.accepted.size());
        open("10.2.0.1");
        assertEquals(1, wide.accepted.size());
        assertEquals(0, dear.accepted.size());
        assertEquals(List.of("no endpoint of /Common/isession has a route"), open("172.16.0.1").refused);
    }

    @Test
    void anEndpointThatAdvertisesNothingIsTakenForEverythingLast() throws ConfigException {
        FakeOwner silent = remote("192.0.2.1");
        FakeOwner ten = remote("192.0.2.2", "10.0.0.0/8 9");
        open("10.1.2.3");
        open("172.16.0.1");
        assertEquals(1, ten.accepted.size());
        assertEquals(1, silent.accepted.size());
    }

    /** What was found there is a part of what is there. */
    @Test
    void anEndpointWhoseRoutesWereFoundIsTakenForEverythingLastToo() throws ConfigException {
        FakeOwner found = new FakeOwner();
        found.advertised = List.of(new Route(Subnet.parse("10.1.2.3").orElseThrow(), 0, true, "", true));
        rig.remote("/Common/r192.0.2.1", "192.0.2.1", Map.of());
        rig.answer(found, Joined.RUNS);
        FakeOwner ten = remote("192.0.2.2", "10.0.0.0/8 0");
        open("10.1.2.3");
        open("172.16.0.1");
        assertEquals(2, found.accepted.size());
        open("10.1.2.4");
        assertEquals(1, ten.accepted.size());
    }

    /** A virtual server asks for the loop first, and then opens the flow: one connection is one turn. */
    @Test
    void equalEndpointsTakeTurnsAlsoForWhoAsksForTheLoopFirst() throws ConfigException {
        FakeOwner first = remote("192.0.2.1", "10.0.0.0/8 0");
        FakeOwner second = remote("192.0.2.2", "10.0.0.0/8 0");
        for (int i = 0; i < 6; i++) {
            rig.service.loopFor(rig.loop, Settings.ROOT, TEN);
            open("10.1.2.3");
        }
        assertEquals(3, first.accepted.size());
        assertEquals(3, second.accepted.size());
    }

    @Test
    void whatIsNotToBeIncludedStaysOut() throws ConfigException {
        remote("192.0.2.1", "10.0.0.0/8 0", "10.1.0.0/16 0 excluded");
        assertEquals(List.of("the route of dc is not to be included"), open("10.1.2.3").refused);
        assertEquals(List.of(), open("10.2.0.1").refused);
    }

    @Test
    void withTheTunnelItsRoutesGo() throws ConfigException {
        FakeOwner narrow = remote("192.0.2.1", "10.1.0.0/16 0");
        FakeOwner wide = remote("192.0.2.2", "10.0.0.0/8 0");
        open("10.1.2.3");
        assertEquals(1, narrow.accepted.size());
        rig.put(REMOTE, "/Common/r192.0.2.1", Map.of("address", "192.0.2.1", "endpoint", "disabled"));
        open("10.1.2.3");
        assertEquals(1, wide.accepted.size());
    }

    @Test
    void anEndpointThatIsNotToBeRoutedToIsPassedOver() throws ConfigException {
        remote("192.0.2.1");
        rig.put(REMOTE, "/Common/r192.0.2.1", Map.of("address", "192.0.2.1", "allow-routing", "disabled"));
        assertEquals(List.of("/Common/isession has no endpoint"), open("10.1.2.3").refused);
        assertFalse(rig.service.ready(Settings.ROOT));
    }

    // ---- whom dials in

    private FakeOwner dialsIn(String... routes) throws ConfigException {
        rig.put("wom local-endpoint", "", Map.of("addresses", List.of("192.0.2.9")));
        FakeOwner peer = new FakeOwner();
        peer.advertised = routes(routes);
        FakeStream caller = rig.call();
        rig.wan.secured();
        rig.greet(caller, peer, true, Joined.RUNS);
        rig.loop.run();
        return peer;
    }

    @Test
    void flowsGoToWhomDialsInByItsRoutes() throws ConfigException {
        FakeOwner branch = dialsIn("10.1.0.0/16 0");
        assertTrue(rig.service.ready(Settings.ROOT));
        Opened opened = open("10.1.2.3");
        assertEquals(List.of(), opened.refused);
        assertEquals(1, branch.accepted.size());
        opened.write(new byte[100]);
        rig.loop.run();
        assertEquals(100, branch.recorders.get(0).size());
        assertEquals(List.of("no endpoint of /Common/isession has a route"), open("172.16.0.1").refused);
    }

    @Test
    void aProfileWithAPoolKeepsToIt() throws ConfigException {
        dialsIn("10.1.0.0/16 0");
        rig.put("wom profile isession", POOLED, Map.of("endpoint-pool", POOL));
        assertEquals(List.of("/Common/pooled has no endpoint"), rig.open(POOLED, TEN).refused);
    }

    @Test
    void whoIsDialledAndDialsInIsUsedOnce() throws ConfigException {
        FakeOwner in = dialsIn("10.1.0.0/16 0");
        FakeOwner out = remote("192.0.2.1", "10.1.0.0/16 0");
        for (int i = 0; i < 6; i++) {
            open("10.1.2.3");
        }
        assertEquals(6, out.accepted.size());
        assertEquals(0, in.accepted.size());
    }

    // ---- pools

    @Test
    void thePoolBalancesAndCounts() throws ConfigException {
        FakeOwner first = member("192.0.2.1");
        FakeOwner second = member("192.0.2.2");
        List<Opened> all = new java.util.ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(rig.open(POOLED, TEN));
        }
        assertEquals(5, first.accepted.size());
        assertEquals(5, second.accepted.size());
        assertEquals(Map.of("192.0.2.1", 5, "192.0.2.2", 5), rig.connections);
        all.get(0).write(new byte[100]);
        rig.loop.run();
        assertEquals(100, rig.moved.values().stream().mapToLong(Long::longValue).sum(), "counted while it flows");
        all.forEach(opened -> opened.stream.reset());
        rig.loop.run();
        assertEquals(Map.of("192.0.2.1", 0, "192.0.2.2", 0), rig.connections);
    }

    @Test
    void routesComeBeforeThePoolsBalance() throws ConfigException {
        FakeOwner first = member("192.0.2.1", "10.1.0.0/16 0");
        FakeOwner second = member("192.0.2.2");
        for (int i = 0; i < 4; i++) {
            rig.open(POOLED, TEN);
        }
        assertEquals(4, first.accepted.size());
        rig.open(POOLED, new InetSocketAddress("172.16.0.1", 80));
        assertEquals(1, first.accepted.size() + second.accepted.size() - 4, "both stand for everything");
    }

    @Test
    void whatOneRefusesTheNextServes() throws ConfigException {
        FakeOwner first = member("192.0.2.1");
        FakeOwner second = member("192.0.2.2");
        first.accepts = false;
        for (int i = 0; i < 4; i++) {
            Opened opened = rig.open(POOLED, TEN);
            assertEquals(List.of(), opened.refused);
            assertFalse(opened.stream.closed());
        }
        assertEquals(4, second.accepted.size());
        second.accepts = false;
        Opened refused = rig.open(POOLED, TEN);
        String reason = "no virtual server that tunnels reach has the destination 10.1.2.3:80";
        assertEquals(List.of(reason), refused.refused);
        assertEquals(reason, rig.service.core().stats(POOLED).lastRefusal);
        assertEquals(2, refused.takenBack);
        assertEquals(4, rig.connections.get("192.0.2.2"));
        assertEquals(0, rig.connections.getOrDefault("192.0.2.1", 0));
    }

    // ---- configuration

    @Test
    void whatIsAdvertisedIsToldAndToldAgain() throws ConfigException {
        FakeOwner peer = remote("192.0.2.1");
        rig.put("wom advertised-route", "/Common/lan", Map.of("dest", "10.9.0.0/16", "metric", "7", "label", "Lyon"));
        Route told = peer.routes.get(peer.routes.size() - 1).all().get(0);
        assertEquals(new Route(Subnet.parse("10.9.0.0/16").orElseThrow(), 7, true, "Lyon"), told);
        rig.remove("wom advertised-route", "/Common/lan");
        assertTrue(peer.routes.get(peer.routes.size() - 1).isEmpty());
    }

    @Test
    void aRouteThatIsNoSubnetIsRefused() {
        for (String dest : List.of("10.9.0.1/16", "10.9.0.0/33", "lyon", "10.9.0.0/")) {
            ConfigException refused = assertThrows(
                    ConfigException.class, () -> rig.put("wom advertised-route", "/Common/lan", Map.of("dest", dest)));
            assertTrue(refused.getMessage().contains("dest must be a subnet as address/prefix, such as 10."));
        }
    }

    @Test
    void aLabelThatPeersCannotBeToldIsRefused() throws ConfigException {
        rig.put("wom advertised-route", "/Common/lan", Map.of("dest", "10.9.0.0/16", "label", "é".repeat(127)));
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> rig.put(
                        "wom advertised-route",
                        "/Common/lan",
                        Map.of("dest", "10.9.0.0/16", "label", "é".repeat(128))));
        assertTrue(
                refused.getMessage()
                        .endsWith("advertised route /Common/lan: label must have at most 255 bytes of UTF-8, not 256"),
                refused.getMessage());
    }

    @Test
    void moreRoutesThanPeersTakeAreRefused() throws ConfigException {
        Map<String, AdvertisedRoute> all = new java.util.HashMap<>();
        for (int i = 0; i < Routes.MOST; i++) {
            all.put(
                    "/Common/r" + i,
                    new AdvertisedRoute(
                            null,
                            "10." + i / 256 + "." + i % 256 + ".0/24",
                            true,
                            "",
                            0,
                            AdvertisedRoute.Origin.CONFIGURED));
        }
        AdvertisedRoute.check(all);
        all.put(
                "/Common/more",
                new AdvertisedRoute(null, "192.0.2.0/24", true, "", 0, AdvertisedRoute.Origin.CONFIGURED));
        ConfigException refused = assertThrows(ConfigException.class, () -> AdvertisedRoute.check(all));
        assertTrue(refused.getMessage().contains("at most 4096 of one appliance, not 4097"), refused.getMessage());
    }
}
