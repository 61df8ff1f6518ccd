package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Subnet;
import org.ferrule.shell.Status;
import org.ferrule.testing.FakeStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is shown of routes: which flows follow them, or why none do. */
class RouteUseTest {
    private static final String REMOTE = "wom remote-endpoint";
    private static final String ROUTE = "wom advertised-route";
    private static final String TEN = "10.0.0.0/8";
    private static final String USED = "Flows of /Common/isession follow it";

    private final ServiceRig rig = new ServiceRig();

    @BeforeEach
    void trustTwo() {
        rig.trust.only(Map.of(Trust.DC, "dc", Trust.OTHER, "other"));
    }

    private static Route route(String subnet, int metric, boolean include) {
        return new Route(Subnet.parse(subnet).orElseThrow(), metric, include, "");
    }

    private static FakeOwner advertising(Route... routes) {
        FakeOwner peer = new FakeOwner();
        peer.advertised = List.of(routes);
        return peer;
    }

    /** A device at an address that this end dials. */
    private FakeOwner dialled(boolean other, String address, Route... routes) throws ConfigException {
        FakeOwner peer = advertising(routes);
        rig.tls.peer = other ? Trust.OTHER : Trust.DC;
        rig.remote("/Common/r" + address, address, Map.of());
        rig.answer(peer, Joined.RUNS);
        return peer;
    }

    /** A device that dials in. */
    private FakeOwner dialsIn(boolean other, Route... routes) throws ConfigException {
        rig.put("wom local-endpoint", "", Map.of("addresses", List.of("192.0.2.9")));
        FakeOwner peer = advertising(routes);
        FakeStream caller = rig.call();
        rig.tls.peer = other ? Trust.OTHER : Trust.DC;
        rig.wan.secured();
        rig.greet(caller, peer, true, Joined.RUNS);
        rig.loop.run();
        return peer;
    }

    private void close(String address) throws ConfigException {
        rig.put(REMOTE, "/Common/r" + address, Map.of("address", address, "allow-routing", "disabled"));
    }

    private Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        for (Status status : new RouteStatus(rig.service).status()) {
            boolean used = status.values().get("in-use").equals("yes");
            assertEquals(used ? Status.Availability.AVAILABLE : Status.Availability.OFFLINE, status.availability());
            assertEquals(
                    used,
                    status.reason().startsWith("Flows of") || status.reason().endsWith("told of it"));
            shown.put(status.name().substring("/Common/".length()), status.reason());
        }
        return shown;
    }

    private List<String> refusals() {
        return rig.open(Settings.ROOT, new InetSocketAddress("10.1.2.3", 80)).refused;
    }

    @Test
    void bothEndsRoutesAreShown() throws ConfigException {
        dialled(false, "192.0.2.1", route(TEN, 3, true), route("10.1.0.0/16", 0, false));
        rig.put(ROUTE, "/Common/lan", Map.of("dest", "10.9.0.0/16"));
        assertEquals(
                Map.of(
                        "lan", "1 peer was told of it",
                        "dc-10.0.0.0/8", USED,
                        "dc-10.1.0.0/16", "include is disabled: traffic to it stays out of tunnels"),
                shown());
        Map<String, Object> values =
                new RouteStatus(rig.service).status().get(1).values();
        assertEquals("dc", values.get("advertised-by"));
        assertEquals(3, values.get("metric"));
        assertEquals("enabled", values.get("include"));
    }

    @Test
    void ourOwnRoutesTellWhoKnowsThem() throws ConfigException {
        rig.put(ROUTE, "/Common/lan", Map.of("dest", TEN, "metric", "5"));
        assertEquals(Map.of("lan", "No peer was told of it: no tunnel is up"), shown());
        dialled(false, "192.0.2.1");
        dialled(true, "192.0.2.2");
        assertEquals(Map.of("lan", "2 peers were told of it"), shown());
        rig.put(ROUTE, "/Common/cheap", Map.of("dest", TEN, "metric", "4"));
        assertEquals("Peers follow /Common/cheap instead, which leads to the same subnet", shown().get("lan"));
        rig.put(ROUTE, "/Common/cheap", Map.of("dest", TEN, "include", "disabled"));
        assertEquals("2 peers were told of it", shown().get("lan"));
    }

    @Test
    void theDearerRouteNamesTheOneThatIsTaken() throws ConfigException {
        dialled(false, "192.0.2.1", route(TEN, 3, true));
        dialled(true, "192.0.2.2", route(TEN, 2, true), route("10.1.0.0/16", 9, true));
        assertEquals(
                Map.of(
                        "dc-10.0.0.0/8", "other has a better route to it, with metric 2",
                        "other-10.0.0.0/8", USED,
                        "other-10.1.0.0/16", USED),
                shown());
        rig.remove(REMOTE, "/Common/r192.0.2.2");
        assertEquals(USED, shown().get("dc-10.0.0.0/8"));
    }

    @Test
    void ofOnePeersRoutesToASubnetTheBestCounts() throws ConfigException {
        dialled(false, "192.0.2.1", route(TEN, 3, true), route(TEN, 2, true));
        List<Status> all = new RouteStatus(rig.service).status();
        assertEquals("the same peer has a route to it with metric 2", all.get(0).reason());
        assertEquals(USED, all.get(1).reason());
    }

    @Test
    void aTunnelThatIsDownIsTheReason() throws ConfigException {
        FakeOwner branch = dialsIn(false, route(TEN, 3, true));
        assertEquals(Map.of("dc-10.0.0.0/8", USED), shown());
        rig.service.listening().close("the test ends it");
        rig.loop.run();
        assertEquals(List.of("the peer ended the tunnel: the test ends it"), branch.ended);
        assertEquals(Map.of("dc-10.0.0.0/8", "The tunnel of dc is down"), shown());
    }

    /** What was told before the tunnel broke holds no more if the peer has nothing to advertise when it is back. */
    @Test
    void aPeerThatComesBackWithoutRoutesHasNone() throws ConfigException {
        dialsIn(false, route(TEN, 3, true));
        rig.service.listening().close("the test ends it");
        rig.loop.run();
        dialsIn(false);
        assertEquals(Map.of(), shown());
    }

    @Test
    void aPeerWithoutModeTakesNone() throws ConfigException {
        FakeOwner peer = advertising(route(TEN, 3, true));
        rig.remote("/Common/r192.0.2.1", "192.0.2.1", Map.of());
        rig.answer(peer, Options.NONE);
        assertEquals(Map.of("dc-10.0.0.0/8", "dc takes no flows: tunnels are disabled there"), shown());
    }

    @Test
    void whereNoProfileLeadsNobodyGoes() throws ConfigException {
        dialsIn(false, route(TEN, 3, true));
        rig.put("wom profile isession", Settings.ROOT, Map.of("endpoint-pool", "/Common/sites"));
        assertEquals(Map.of("dc-10.0.0.0/8", "no iSession profile leads to dc"), shown());
    }

    // ---- allow-routing

    @Test
    void allowRoutingHoldsForWhatIsDialled() throws ConfigException {
        dialled(false, "192.0.2.1", route(TEN, 3, true));
        close("192.0.2.1");
        assertEquals(
                Map.of("dc-10.0.0.0/8", "allow-routing of remote endpoint /Common/r192.0.2.1 is disabled"), shown());
        assertFalse(rig.service.ready(Settings.ROOT));
    }

    @Test
    void allowRoutingHoldsForFibresThatTheSameDeviceOpened() throws ConfigException {
        FakeOwner in = dialsIn(false, route(TEN, 3, true));
        dialled(false, "192.0.2.5", route(TEN, 3, true));
        close("192.0.2.5");
        assertEquals(List.of("/Common/isession has no endpoint"), refusals());
        assertEquals(0, in.accepted.size());
        assertEquals(
                Map.of("dc-10.0.0.0/8", "allow-routing of remote endpoint /Common/r192.0.2.5 is disabled"), shown());
    }

    @Test
    void allowRoutingHoldsForNobodyElse() throws ConfigException {
        FakeOwner in = dialsIn(true, route(TEN, 3, true));
        dialled(false, "192.0.2.1");
        close("192.0.2.1");
        assertEquals(List.of(), refusals());
        assertEquals(1, in.accepted.size());
        assertEquals(Map.of("other-10.0.0.0/8", USED), shown());
    }

    /** Nobody dials it, so that only the address tells which device it is. */
    @Test
    void allowRoutingHoldsForWhoComesFromThatAddress() throws ConfigException {
        String address = FakeStream.CLIENT.getAddress().getHostAddress();
        dialsIn(false, route(TEN, 3, true));
        Map<String, Object> properties =
                Map.of("address", address, "endpoint", "disabled", "allow-routing", "disabled");
        rig.put(REMOTE, "/Common/branch", properties);
        assertEquals(List.of("/Common/isession has no endpoint"), refusals());
        rig.remove(REMOTE, "/Common/branch");
        assertEquals(List.of(), refusals());
        assertTrue(rig.service.ready(Settings.ROOT));
    }
}
