package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Status;
import org.ferrule.testing.References;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is found of what this appliance connects to, what peers are told of it, and how long. */
class ServerDiscoveryTest {
    private static final String ROUTE = AdvertisedRoute.KIND;
    private static final Duration NEAR = Duration.ofMillis(10);

    private final ServiceRig rig = new ServiceRig();
    private final FakeVirtuals virtuals = new FakeVirtuals();
    private final ServiceRig.Keeper keeper = new ServiceRig.Keeper();
    private final ServerDiscoveryKeeper discovery = new ServerDiscoveryKeeper(rig.service, keeper);
    private final FakeOwner peer = new FakeOwner();
    private final Transactions transactions = new Transactions(rig);

    @BeforeEach
    void join() throws ConfigException {
        virtuals.serves = (destination, straight) -> true;
        rig.service.core().services().virtuals().add(References.reference(), virtuals);
        rig.remote("/Common/dc1", "192.0.2.1", Map.of());
        rig.answer(peer, Joined.RUNS);
    }

    private void discover(Map<String, Object> more) throws ConfigException {
        Map<String, Object> properties = new HashMap<>(Map.of("mode", "enabled", "auto-save", "disabled"));
        properties.putAll(more);
        rig.put(ServerDiscovery.KIND, "", properties);
    }

    private void saving() throws ConfigException {
        discover(Map.of("auto-save", "enabled"));
        discovery.bindConfiguration(References.reference(), transactions);
    }

    private void seen(String host, Duration took) {
        rig.service.serverSeen(new InetSocketAddress(host, 80), took);
    }

    private void seen(String... hosts) {
        for (String host : hosts) {
            seen(host, NEAR);
        }
        look();
    }

    private void look() {
        keeper.run();
        rig.loop.run();
    }

    private void minutesPass(long minutes) {
        rig.now += Duration.ofMinutes(minutes).toNanos();
        look();
    }

    /** What the peer was told last. */
    private List<String> told() {
        return peer.routes.get(peer.routes.size() - 1).all().stream()
                .map(route -> route.subnet() + (route.found() ? "" : " configured"))
                .toList();
    }

    @Test
    void aServerThatIsNearIsTold() throws ConfigException {
        discover(Map.of());
        seen("10.1.2.3");
        assertEquals(List.of("10.1.2.3/32"), told());
        seen("10.1.2.3", "2001:db8::5");
        assertEquals(List.of("10.1.2.3/32", "2001:db8::5/128"), told());
        assertEquals(3, peer.routes.size(), "what is no news is not told");
    }

    @Test
    void withoutModeNothingIsKeptInMind() throws ConfigException {
        seen("10.1.2.3");
        discover(Map.of());
        look();
        assertEquals(List.of(), told());
        seen("10.1.2.3");
        discover(Map.of("mode", "disabled"));
        look();
        assertEquals(List.of(), told());
    }

    @Test
    void whatIsFartherThanTheThresholdIsNot() throws ConfigException {
        discover(Map.of("rtt-threshold", "7"));
        seen("10.1.2.3", Duration.ofMillis(7).plusNanos(1));
        seen("10.1.2.4", Duration.ofMillis(7));
        look();
        assertEquals(List.of("10.1.2.4/32"), told());
    }

    @Test
    void whatPeersCannotReachHereIsNotTold() throws ConfigException {
        virtuals.serves = (destination, straight) -> straight;
        discover(Map.of());
        seen("10.1.2.3");
        assertEquals(List.of(), told());
        rig.put("wom profile isession", Settings.ROOT, Map.of("target-virtual", "match-all"));
        seen("10.1.2.3");
        assertEquals(List.of("10.1.2.3/32"), told());
        rig.put("wom profile isession", Settings.ROOT, Map.of("target-virtual", "virtual-match-all"));
        look();
        assertEquals(List.of(), told());
        rig.put("wom profile isession", Settings.ROOT, Map.of("target-virtual", "none"));
        look();
        assertEquals(List.of("10.1.2.3/32"), told());
    }

    /** Of a server some ports may be served and others not: the one that is stands for it. */
    @Test
    void aPortThatIsNotServedDoesNotHideOneThatIs() throws ConfigException {
        virtuals.serves = (destination, straight) -> destination.getPort() == 80;
        discover(Map.of());
        rig.service.serverSeen(new InetSocketAddress("10.1.2.3", 22), NEAR);
        look();
        assertEquals(List.of(), told());
        seen("10.1.2.3");
        rig.service.serverSeen(new InetSocketAddress("10.1.2.3", 22), NEAR);
        look();
        look();
        assertEquals(List.of("10.1.2.3/32"), told());
    }

    @Test
    void serversAreAggregated() throws ConfigException {
        discover(Map.of("min-prefix-length-ipv4", "24", "min-prefix-length-ipv6", "64"));
        seen("10.1.2.3", "10.1.2.4", "10.1.3.4", "2001:db8::5", "2001:db8::6");
        assertEquals(List.of("10.1.2.0/24", "10.1.3.0/24", "2001:db8::/64"), told());
    }

    @Test
    void theFilterExcludesOrIncludes() throws ConfigException {
        discover(Map.of("subnet-filter", List.of("10.1.0.0/16")));
        seen("10.1.2.3", "10.2.2.3");
        assertEquals(List.of("10.2.2.3/32"), told());
        discover(Map.of("subnet-filter", List.of("10.1.0.0/16"), "filter-mode", "include"));
        look();
        assertEquals(List.of(), told());
        seen("10.1.2.3", "10.2.2.3");
        assertEquals(List.of("10.1.2.3/32"), told());
        ConfigException refused =
                assertThrows(ConfigException.class, () -> discover(Map.of("subnet-filter", List.of("lyon"))));
        assertTrue(refused.getMessage().endsWith("such as 10.1.0.0/16, not lyon"), refused.getMessage());
    }

    @Test
    void whatIsAdvertisedAlreadyIsNotToldTwice() throws ConfigException {
        discover(Map.of());
        seen("10.1.2.3");
        rig.put(ROUTE, "/Common/web", Map.of("dest", "10.1.2.3/32"));
        look();
        assertEquals(List.of("10.1.2.3/32 configured"), told());
        seen("10.1.2.3");
        assertEquals(List.of("10.1.2.3/32 configured"), told());
    }

    @Test
    void thereAreAsManyAsAllowed() throws ConfigException {
        discover(Map.of("max-server-count", "2"));
        seen("10.0.0.1");
        seen("10.0.0.2");
        seen("10.0.0.3");
        assertEquals(List.of("10.0.0.1/32", "10.0.0.2/32"), told());
        Status shown = new ServerDiscoveryStatus(rig.service).status().get(0);
        assertEquals(1L, shown.values().get("left-out"));
        assertEquals("There are as many as max-server-count allows", shown.reason());
        minutesPass(1);
        seen("10.0.0.2");
        discover(Map.of("max-server-count", "1"));
        look();
        assertEquals(List.of("10.0.0.2/32"), told());
    }

    @Test
    void whatIsIdleForLongIsForgotten() throws ConfigException {
        discover(Map.of("idle-time-limit", "5", "time-unit", "minutes"));
        seen("10.0.0.1", "10.0.0.2");
        minutesPass(4);
        // That it is slow at times does not matter any more.
        seen("10.0.0.2", Duration.ofSeconds(3));
        look();
        minutesPass(1);
        assertEquals(List.of("10.0.0.2/32"), told());
        discover(Map.of("idle-time-limit", "5", "time-unit", "days"));
        minutesPass(5 * 24 * 60 - 2);
        assertEquals(List.of("10.0.0.2/32"), told());
        minutesPass(1);
        assertEquals(List.of(), told());
    }

    @Test
    void withoutALimitNothingIsForgotten() throws ConfigException {
        discover(Map.of());
        seen("10.0.0.1");
        minutesPass(1000L * 24 * 60);
        assertEquals(List.of("10.0.0.1/32"), told());
    }

    @Test
    void whatIsIdleLongestMakesRoom() throws ConfigException {
        discover(Map.of("max-server-count", "2", "min-idle-time", "3", "time-unit", "hours"));
        seen("10.0.0.1");
        minutesPass(1);
        seen("10.0.0.2");
        minutesPass(178);
        seen("10.0.0.3");
        assertEquals(List.of("10.0.0.1/32", "10.0.0.2/32"), told());
        minutesPass(1);
        seen("10.0.0.3");
        assertEquals(List.of("10.0.0.2/32", "10.0.0.3/32"), told());
    }

    /** Event loops only fill a map that has a bound. */
    @Test
    void notesAreBounded() throws ConfigException {
        discover(Map.of("max-server-count", "1024", "min-prefix-length-ipv4", "32"));
        for (int i = 0; i < 2 * DiscoveredServers.MOST_NOTED; i++) {
            seen("10.0." + i / 256 + "." + i % 256, NEAR);
        }
        look();
        assertEquals(1024, told().size());
        Status shown = new ServerDiscoveryStatus(rig.service).status().get(0);
        assertEquals(0L, shown.values().get("left-out"), "the others were not even noted");
    }

    // ---- auto-save

    @Test
    void whatIsFoundIsSavedOnce() throws ConfigException {
        saving();
        seen("10.1.2.3", "2001:db8::5");
        seen("10.1.2.3");
        assertEquals(1, transactions.committed.size());
        Map<String, AdvertisedRoute> saved = rig.service.core().settings().advertised();
        assertEquals(
                AdvertisedRoute.Origin.PERSISTABLE,
                saved.get("/Common/discovered-10.1.2.3").origin());
        assertEquals(
                "2001:db8::5/128", saved.get("/Common/discovered-2001:db8::5").dest());
        assertEquals(List.of("10.1.2.3/32", "2001:db8::5/128"), told());
    }

    @Test
    void whatWasSavedCountsAndStays() throws ConfigException {
        saving();
        rig.put(ROUTE, "/Common/old", Map.of("dest", "10.9.9.9/32", "origin", "persistable"));
        rig.put(
                ServerDiscovery.KIND,
                "",
                Map.of("mode", "enabled", "max-server-count", "2", "idle-time-limit", "1", "time-unit", "minutes"));
        look();
        seen("10.0.0.1", "10.0.0.1");
        seen("10.0.0.2");
        minutesPass(10);
        assertEquals(
                List.of("10.0.0.1/32", "10.9.9.9/32"), told().stream().sorted().toList());
        assertEquals(
                2,
                new ServerDiscoveryStatus(rig.service).status().get(0).values().get("discovered-routes"));
    }

    @Test
    void whatAPersonDeletesIsNotBackBeforeItIsSeenAgain() throws ConfigException {
        saving();
        seen("10.1.2.3");
        look();
        rig.remove(ROUTE, "/Common/discovered-10.1.2.3");
        look();
        look();
        assertEquals(List.of(), told());
        seen("10.1.2.3");
        assertEquals(List.of("10.1.2.3/32"), told());
        assertEquals(2, transactions.committed.size());
    }

    @Test
    void whatIsRefusedIsTriedAgainWhenItChanged() throws ConfigException {
        saving();
        transactions.refusal = "no";
        seen("10.1.2.3");
        look();
        assertEquals(1, transactions.committed.size());
        assertEquals(List.of("10.1.2.3/32"), told());
        transactions.refusal = "";
        seen("10.1.2.4");
        assertEquals(2, transactions.committed.size());
        assertEquals(2, rig.service.core().settings().advertised().size());
    }

    @Test
    void aNameThatIsTakenIsNobodysLoss() throws ConfigException {
        saving();
        rig.put(ROUTE, "/Common/discovered-10.1.2.3", Map.of("dest", "10.2.0.0/16"));
        seen("10.1.2.3");
        assertEquals(0, transactions.committed.size());
        assertEquals(List.of("10.2.0.0/16 configured", "10.1.2.3/32"), told());
    }

    @Test
    void showTellsWhereARouteComesFrom() throws ConfigException {
        discover(Map.of());
        rig.put(ROUTE, "/Common/kept", Map.of("dest", "10.9.9.9/32", "origin", "manually-saved"));
        rig.put(ROUTE, "/Common/saved", Map.of("dest", "10.9.9.8/32", "origin", "persistable"));
        seen("10.1.2.3");
        minutesPass(3);
        peer.advertised = List.of();
        Map<String, Object> origins = new HashMap<>();
        Map<String, Object> idle = new HashMap<>();
        for (Status status : new RouteStatus(rig.service).status()) {
            origins.put(status.name(), status.values().get("origin"));
            idle.put(status.name(), status.values().get("idle-for"));
        }
        assertEquals(
                Map.of(
                        "/Common/kept", "manually-saved",
                        "/Common/saved", "persistable",
                        "/Common/discovered-10.1.2.3", "discovered"),
                origins);
        assertEquals(
                Map.of(
                        "/Common/kept", "",
                        "/Common/saved", "3 minutes",
                        "/Common/discovered-10.1.2.3", "3 minutes"),
                idle);
    }

    /** The kind says what holds without an object. */
    @Test
    void theDefaultsAreTheKinds() throws ConfigException {
        rig.put(ServerDiscovery.KIND, "", Map.of());
        assertEquals(ServerDiscovery.NONE, rig.service.core().settings().serverDiscovery());
        rig.remove(ServerDiscovery.KIND, "");
        assertEquals(ServerDiscovery.NONE, rig.service.core().settings().serverDiscovery());
        assertEquals(new ObjectId(ServerDiscovery.KIND, ""), ObjectId.singleton(ServerDiscovery.KIND));
    }
}
