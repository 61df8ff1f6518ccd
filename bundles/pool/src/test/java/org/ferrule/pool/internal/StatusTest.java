package org.ferrule.pool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.testing.References;
import org.ferrule.traffic.Pools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusTest {
    private static final Map<String, Object> PLAIN = Map.of();
    private static final String UNCHECKED = "The children pool member(s) either don't have service checking enabled,"
            + " or service check results are not available yet";

    private final Appliance appliance = new Appliance();
    private final FakeMonitors monitors = new FakeMonitors();

    @BeforeEach
    void bind() {
        appliance.service.bindMonitors(References.reference(), monitors);
    }

    private Status pool() {
        return new PoolStatus(appliance.service).status().get(0);
    }

    private Status member() {
        return pool().parts().get(0).status();
    }

    private static void is(Availability availability, String reason, Status status) {
        assertEquals(availability + ": " + reason, status.availability() + ": " + status.reason());
    }

    @Test
    void aPoolWithoutMembersIsUnknown() throws Exception {
        appliance.pool("round-robin", "none");
        is(Availability.UNKNOWN, "The pool has no members", pool());
    }

    @Test
    void withoutAMonitorNothingIsKnown() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        is(Availability.UNKNOWN, UNCHECKED, pool());
        is(Availability.UNKNOWN, "Pool member does not have service checking enabled", member());
    }

    @Test
    void beforeTheFirstAnswerNothingIsKnown() throws Exception {
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", PLAIN);
        is(Availability.UNKNOWN, UNCHECKED, pool());
        is(Availability.UNKNOWN, "The monitor has not answered yet", member());
    }

    @Test
    void aMemberThatIsUpMakesThePoolAvailable() throws Exception {
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", PLAIN, "10.0.0.2:80", PLAIN);
        monitors.up("10.0.0.1");
        monitors.down("10.0.0.2", "timed out");
        is(Availability.AVAILABLE, "The pool is available", pool());
        is(Availability.AVAILABLE, "Pool member is available", member());
        assertEquals(1, pool().values().get("active-member-count"));
        assertEquals(2, pool().values().get("member-count"));
    }

    @Test
    void aMemberThatAMonitorMarkedDownTakesThePoolDown() throws Exception {
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", PLAIN);
        monitors.down("10.0.0.1", "timed out");
        is(Availability.OFFLINE, "The children pool member(s) are down", pool());
        is(Availability.OFFLINE, "Pool member has been marked down by a monitor (timed out)", member());
    }

    @Test
    void aMemberThatIsForcedOfflineSaysSoWhateverItsMonitorSays() throws Exception {
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", Map.of("state", "user-down"));
        monitors.up("10.0.0.1");
        is(Availability.OFFLINE, "The children pool member(s) are down", pool());
        is(Availability.OFFLINE, "Manually forced offline", member());
    }

    @Test
    void aDisabledMemberShowsDisabledAndStillItsHealth() throws Exception {
        appliance.pool("round-robin", "/Common/http", "10.0.0.1:80", Map.of("session", "user-disabled"));
        monitors.up("10.0.0.1");
        is(Availability.AVAILABLE, "Pool member is available", member());
        assertFalse(member().enabled());
        assertTrue(pool().enabled());
    }

    @Test
    void trafficIsCountedInBitsAsTheServerSeesIt() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        Pools.Selection one = appliance.open();
        Pools.Selection two = appliance.open();
        one.moved(10, 100);
        one.ended();
        two.moved(1, 2);
        Map<String, Object> expected = Map.of(
                "bits-in", 88L,
                "bits-out", 816L,
                "current-connections", 1L,
                "maximum-connections", 2L,
                "total-connections", 2L);
        assertEquals(expected, pool().values().get("serverside"));
        assertEquals(expected, member().values().get("serverside"));
        assertEquals("10.0.0.1", member().values().get("address"));
        assertEquals("80", member().values().get("port"));
    }

    @Test
    void poolsAreListedByName() throws Exception {
        appliance.put("ltm pool", "/Common/b", PLAIN);
        appliance.put("ltm pool", "/Common/a", PLAIN);
        assertEquals(
                List.of("/Common/a", "/Common/b"),
                new PoolStatus(appliance.service)
                        .status().stream().map(Status::name).toList());
    }

    @Test
    void nodesTellWhatPeopleWantOfThem() throws Exception {
        appliance.put("ltm node", "/Common/10.0.0.1", Map.of("address", "10.0.0.1"));
        appliance.put("ltm node", "/Common/10.0.0.2", Map.of("address", "10.0.0.2", "state", "user-down"));
        appliance.put("ltm node", "/Common/10.0.0.3", Map.of("address", "10.0.0.3", "session", "user-disabled"));
        List<Status> nodes = new NodeStatus(appliance.service).status();
        is(Availability.UNKNOWN, "Node address does not have service checking enabled", nodes.get(0));
        is(Availability.OFFLINE, "Manually forced offline", nodes.get(1));
        assertEquals(
                List.of(true, true, false), nodes.stream().map(Status::enabled).toList());
        assertEquals("10.0.0.1", nodes.get(0).values().get("address"));
    }
}
