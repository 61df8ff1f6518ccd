package org.ferrule.pool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ObjectId;
import org.ferrule.testing.References;
import org.ferrule.traffic.Pools;
import org.junit.jupiter.api.Test;

class PoolConfigurationTest {
    private static final Map<String, Object> PLAIN = Map.of();

    private final Appliance appliance = new Appliance();

    private String refused(org.junit.jupiter.api.function.Executable change) {
        return assertThrows(ConfigException.class, change).getMessage();
    }

    private Optional<Map<String, Object>> node(String name) {
        return appliance
                .running
                .get(new ObjectId("ltm node", "/Common/" + name))
                .map(o -> o.properties());
    }

    @Test
    void aNewMemberBringsItsNode() throws Exception {
        appliance.pool(
                "round-robin",
                "none",
                "10.0.0.1:80",
                PLAIN,
                "2001:db8::1.443",
                PLAIN,
                "web01:80",
                Map.of("address", "10.0.0.7"));
        assertEquals(Optional.of(Map.of("address", "10.0.0.1")), node("10.0.0.1"));
        assertEquals(Optional.of(Map.of("address", "2001:db8::1")), node("2001:db8::1"));
        assertEquals(Optional.of(Map.of("address", "10.0.0.7")), node("web01"));
        assertEquals(
                List.of("10.0.0.1:80", "[2001:db8:0:0:0:0:0:1]:443", "10.0.0.7:80"),
                appliance.service.members(Appliance.POOL).stream()
                        .map(m -> m.address().toString().replaceFirst("^[^/]*/", ""))
                        .toList());
    }

    @Test
    void aNodeThatExistsIsLeftAsItIs() throws Exception {
        appliance.put("ltm node", "/Common/web01", Map.of("address", "10.0.0.7", "session", "user-disabled"));
        appliance.pool("round-robin", "none", "web01:80", PLAIN);
        assertEquals(Optional.of(Map.of("address", "10.0.0.7", "session", "user-disabled")), node("web01"));
        assertTrue(appliance.nothing());
    }

    @Test
    void aPoolThatGoesLeavesItsNodes() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        appliance.remove("ltm pool", Appliance.POOL);
        assertTrue(node("10.0.0.1").isPresent());
        assertTrue(appliance.nothing());
    }

    @Test
    void aMemberOnANameThatIsNoNodeIsRefused() {
        assertEquals(
                "01020036:3: The requested node (/Common/web01) was not found. Pool /Common/web names it in its member"
                        + " web01:80: create it first, or give the member an address",
                refused(() -> appliance.pool("round-robin", "none", "web01:80", PLAIN)));
    }

    @Test
    void aMemberThatContradictsItsNodeIsRefused() throws Exception {
        appliance.put("ltm node", "/Common/web01", Map.of("address", "10.0.0.7"));
        assertEquals(
                "01070734:3: Configuration error: Pool member (/Common/web web01:80) has the IP Address (10.0.0.8), but"
                        + " its node (/Common/web01) has (10.0.0.7). Leave the member's address out, or give the member"
                        + " another name.",
                refused(() -> appliance.pool("round-robin", "none", "web01:80", Map.of("address", "10.0.0.8"))));
        appliance.pool("round-robin", "none", "web01:80", Map.of("address", "10.0.0.7"));
        assertEquals("7", appliance.chosen(1));
    }

    @Test
    void aMemberThatContradictsItsOwnNameIsRefused() throws Exception {
        String expected = "Pool member (/Common/web 10.0.0.1:80) has the IP Address (10.0.0.2), but its node"
                + " (/Common/10.0.0.1) has (10.0.0.1).";
        String fresh =
                refused(() -> appliance.pool("round-robin", "none", "10.0.0.1:80", Map.of("address", "10.0.0.2")));
        assertTrue(fresh.contains(expected), fresh);
        assertTrue(node("10.0.0.1").isEmpty());
        appliance.put("ltm node", "/Common/10.0.0.1", PLAIN);
        assertEquals(
                fresh,
                refused(() -> appliance.pool("round-robin", "none", "10.0.0.1:80", Map.of("address", "10.0.0.2"))));
        appliance.pool("round-robin", "none", "2001:db8::1.80", Map.of("address", "2001:DB8:0::1"));
        assertTrue(node("2001:db8::1").isPresent(), "two spellings of one address agree");
    }

    @Test
    void aNodeThatAMemberStandsOnCannotGo() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        assertEquals(
                "01070110:3: Node address '/Common/10.0.0.1' is referenced by a member of pool '/Common/web'.",
                refused(() -> appliance.remove("ltm node", "/Common/10.0.0.1")));
        assertEquals("10.0.0.1:80", appliance.select().member());
    }

    @Test
    void aMemberNeedsAPort() {
        assertEquals(
                "01070734:3: Configuration error: Pool /Common/web: member 10.0.0.1:0 has no port; a port number or"
                        + " service name is needed, such as 10.0.0.1:80",
                refused(() -> appliance.pool("round-robin", "none", "10.0.0.1:0", PLAIN)));
        assertTrue(refused(() -> appliance.pool("round-robin", "none", "2001:db8::1.0", PLAIN))
                .endsWith("such as 2001:db8::1.80"));
    }

    @Test
    void aNodeWhoseNameIsNoAddressNeedsOne() {
        assertEquals(
                "01070734:3: Configuration error: node /Common/web01 needs an address, such as 10.0.0.1, as its name is"
                        + " none",
                refused(() -> appliance.put("ltm node", "/Common/web01", PLAIN)));
    }

    @Test
    void aNodeThatIsNamedByItsAddressNeedsNoOther() throws Exception {
        appliance.put("ltm node", "/Common/10.0.0.1", PLAIN);
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        assertEquals("1", appliance.chosen(1));
    }

    @Test
    void aNodeSwitchesAllMembersOnIt() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN, "10.0.0.1:81", PLAIN, "10.0.0.2:80", PLAIN);
        appliance.put("ltm node", "/Common/10.0.0.1", Map.of("address", "10.0.0.1", "state", "user-down"));
        assertEquals("22", appliance.chosen(2));
        appliance.put("ltm node", "/Common/10.0.0.1", Map.of("address", "10.0.0.1", "session", "user-disabled"));
        assertEquals("22", appliance.chosen(2));
        appliance.put("ltm node", "/Common/10.0.0.1", Map.of("address", "10.0.0.1"));
        assertTrue(appliance.chosen(3).contains("11"));
    }

    @Test
    void membersAreListedInOrderWithoutDisabledOnes() throws Exception {
        appliance.pool(
                "round-robin",
                "none",
                "10.0.0.3:80",
                PLAIN,
                "10.0.0.2:80",
                Map.of("session", "user-disabled"),
                "10.0.0.1:80",
                Map.of("state", "user-down"));
        assertEquals(
                List.of("10.0.0.3:80 true", "10.0.0.1:80 false"),
                appliance.service.members(Appliance.POOL).stream()
                        .map(m -> m.name() + " " + m.up())
                        .toList());
    }

    @Test
    void countsOutlastAChangeOfThePool() throws Exception {
        appliance.pool("round-robin", "none", "10.0.0.1:80", PLAIN);
        Pools.Selection before = appliance.open();
        appliance.pool("least-connections-member", "none", "10.0.0.1:80", Map.of("connection-limit", "1"));
        assertTrue(appliance.nothing(), "the connection from before counts towards the limit");
        before.ended();
        appliance.open();
        assertTrue(appliance.nothing());
    }

    @Test
    void countsOutlastAChangeOfTheMonitor() throws Exception {
        FakeMonitors monitors = new FakeMonitors();
        appliance.service.bindMonitors(References.reference(), monitors);
        appliance.pool("round-robin", "none", "10.0.0.1:80", Map.of("connection-limit", "1"));
        Pools.Selection before = appliance.open();
        appliance.pool("round-robin", "/Common/tcp", "10.0.0.1:80", Map.of("connection-limit", "1"));
        monitors.up("10.0.0.1");
        assertTrue(appliance.nothing(), "the connection from before counts towards the limit");
        before.ended();
        appliance.open();
        assertTrue(appliance.nothing());
    }

    @Test
    void aMemberThatMovesToAnotherAddressStartsAfresh() throws Exception {
        appliance.put("ltm node", "/Common/web01", Map.of("address", "10.0.0.1"));
        appliance.pool("round-robin", "none", "web01:80", Map.of("connection-limit", "1"));
        Pools.Selection before = appliance.open();
        appliance.put("ltm node", "/Common/web01", Map.of("address", "10.0.0.2"));
        assertEquals("2", appliance.chosen(1));
        before.ended();
        appliance.open();
        assertTrue(appliance.nothing());
    }
}
