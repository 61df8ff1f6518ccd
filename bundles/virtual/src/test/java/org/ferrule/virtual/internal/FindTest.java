package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.kind.Addresses;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.Peer;
import org.ferrule.traffic.VirtualServers;
import org.junit.jupiter.api.Test;

class FindTest {
    private static final String ANY = "virtual-match-all";
    private static final Map<String, Object> POOLED = Map.of("pool", "/Common/web");

    private final Rig rig = new Rig().net().pools();

    private static VirtualServers.Answer find(Rig rig, String destination, String how, String noStraight) {
        return rig.service.find(new VirtualServers.Arrival(
                FakeStream.CLIENT, Addresses.endpoint(destination), how, Optional.ofNullable(noStraight)));
    }

    private VirtualServers.Answer find(String how) {
        return find(rig, "203.0.113.2:80", how, "not allowed");
    }

    private boolean found(String how) {
        return find(how).acceptor() != null;
    }

    /** The virtual server that counted the flow. */
    private String taker(String how) {
        FakeStream flow = FakeStream.pair(rig.network.loop);
        new Peer(flow.far());
        find(how).acceptor().accept(flow);
        return rig.service.servers().stream()
                .filter(s -> s.counters().total.sum() > 0)
                .map(s -> s.plan().name())
                .findFirst()
                .orElse("");
    }

    private void wildcardAndHost() throws Exception {
        Map<String, Object> tunnelsOnly = Rig.FROM_TUNNELS;
        rig.virtual("all", "any:0", tunnelsOnly);
        rig.virtual("port", "any:80", Map.of());
        rig.virtual("address", "203.0.113.2:0", tunnelsOnly);
        rig.virtual("exact", "203.0.113.2:80", Map.of());
    }

    @Test
    void theBestMatchIsAddressThenPortThenAny() throws Exception {
        wildcardAndHost();
        for (String best : new String[] {"exact", "address", "port", "all"}) {
            assertEquals("/Common/" + best, taker(ANY));
            rig.commit(rig.running.without(new org.ferrule.config.ObjectId("ltm virtual", "/Common/" + best)));
        }
        assertFalse(found(ANY));
    }

    @Test
    void hostMatchTakesHostsOnly() throws Exception {
        rig.virtual("all", "any:80", Map.of());
        assertFalse(found("host-match-all"));
        rig.virtual("exact", "203.0.113.2:80", Rig.TUNNELLED);
        assertEquals("/Common/exact", taker("host-match-all"));
    }

    @Test
    void hostMatchNoIsessionLeavesOutVirtualServersWithATunnelOfTheirOwn() throws Exception {
        rig.virtual("exact", "203.0.113.2:80", Rig.TUNNELLED);
        assertFalse(found("host-match-no-isession"));
        rig.virtual("exact", "203.0.113.2:80", Map.of());
        assertTrue(found("host-match-no-isession"));
    }

    @Test
    void disabledOnesAndThoseThatTunnelsDoNotReachAreNotFound() throws Exception {
        rig.virtual("v", "203.0.113.2:80", Map.of("enabled", "disabled"));
        assertFalse(found(ANY));
        rig.virtual("v", "203.0.113.2:80", Map.of("vlans", java.util.List.of("isession")));
        assertFalse(found(ANY));
        rig.virtual("v", "203.0.113.2:80", Map.of("vlan-mode", "vlans-enabled"));
        assertFalse(found(ANY));
    }

    @Test
    void oneWhosePoolHasAMemberUpIsFound() throws Exception {
        rig.members.put("10.0.0.1", false);
        rig.members.put("10.0.0.2", true);
        rig.virtual("v", "203.0.113.2:80", POOLED);
        assertTrue(found(ANY));
    }

    @Test
    void oneWhosePoolHasNoMemberUpIsNotFound() throws Exception {
        rig.virtual("v", "203.0.113.2:80", POOLED);
        assertFalse(found(ANY), "no members");
        rig.members.put("10.0.0.1", false);
        assertFalse(found(ANY), "all down");
    }

    @Test
    void oneWhoseTunnelLeadsOnIsFoundWhateverItsPoolCan() throws Exception {
        Map<String, Object> onward = new java.util.HashMap<>(Rig.TUNNELLED);
        onward.putAll(POOLED);
        rig.virtual("v", "203.0.113.2:80", onward);
        assertTrue(found(ANY));
    }

    @Test
    void aWorseMatchDoesNotStandInForOneThatCannotServe() throws Exception {
        rig.virtual("exact", "203.0.113.2:80", POOLED);
        rig.virtual("wild", "any:80", Map.of());
        assertFalse(found(ANY));
    }

    @Test
    void withoutTheModuleOfPoolsOnlyOneWithoutAPoolIsFound() throws Exception {
        Rig bare = new Rig();
        bare.virtual("v", "203.0.113.2:80", POOLED);
        assertNull(find(bare, "203.0.113.2:80", ANY, null).acceptor());
        bare.virtual("v", "203.0.113.2:80", Map.of());
        assertNotNull(find(bare, "203.0.113.2:80", ANY, null).acceptor());
    }

    @Test
    void networksMatchByTheLongestPrefixAndThenBySourceAndPort() throws Exception {
        Map<String, Object> tunnels = new java.util.HashMap<>(Rig.FROM_TUNNELS);
        rig.virtual("wide", "203.0.0.0:80", Map.of("mask", "255.255.0.0"));
        rig.virtual("narrow", "203.0.113.0:80", Map.of("mask", "/24"));
        tunnels.put("mask", "/24");
        rig.virtual("narrow_any", "203.0.113.0:0", tunnels);
        tunnels.put("source", "192.0.2.0/24");
        rig.virtual("narrow_any_known", "203.0.113.0:0", tunnels);
        tunnels.put("source", "198.51.100.0/24");
        rig.virtual("narrow_other", "203.0.113.0:80", tunnels);
        for (String best : new String[] {"narrow_any_known", "narrow", "narrow_any", "wide"}) {
            assertEquals("/Common/" + best, taker(ANY));
            rig.commit(rig.running.without(new org.ferrule.config.ObjectId("ltm virtual", "/Common/" + best)));
        }
        assertEquals(
                "no virtual server that tunnels reach has the destination 203.0.113.2:80",
                find(ANY).refusal());
    }

    @Test
    void matchAllGoesStraightWhereNothingMatchesAndItIsAllowed() throws Exception {
        assertEquals("not allowed", find("match-all").refusal());
        VirtualServers.Answer answer = find(rig, "203.0.113.2:80", "match-all", null);
        assertTrue(answer.straight());
        FakeStream flow = FakeStream.pair(rig.network.loop);
        Peer far = new Peer(flow.far());
        answer.acceptor().accept(flow);
        far.send("hello");
        rig.network.loop.run();
        assertEquals(List.of("203.0.113.2"), rig.network.dialledHosts());
        assertEquals("hello", rig.servers.get(0).text());
        rig.virtual("v", "203.0.113.2:80", POOLED);
        assertEquals(
                "Virtual Server /Common/v: no member of pool /Common/web is available",
                find(rig, "203.0.113.2:80", "match-all", null).refusal());
    }

    @Test
    void noneAsksNoVirtualServer() throws Exception {
        rig.virtual("v", "203.0.113.2:80", POOLED);
        assertTrue(find(rig, "203.0.113.2:80", "none", null).straight());
        assertEquals("not allowed", find("none").refusal());
        assertTrue(find("anything else").refusal().contains("not known here"));
    }

    private static List<String> beyond() throws Exception {
        List<String> beyond = new ArrayList<>(
                List.of("127.0.0.1:8022", "127.9.9.9:80", "any:80", "::1.80", "169.254.169.254:80", "224.0.0.1:80"));
        for (var nic : java.util.Collections.list(java.net.NetworkInterface.getNetworkInterfaces())) {
            for (var address : java.util.Collections.list(nic.getInetAddresses())) {
                beyond.add(Addresses.text(new InetSocketAddress(address, 8022)));
            }
        }
        return beyond;
    }

    @Test
    void noFlowGoesStraightToTheApplianceItself() throws Exception {
        rig.virtual("all", "any:0", Rig.FROM_TUNNELS);
        for (String destination : beyond()) {
            assertTrue(find(rig, destination, "none", null).refusal().contains("no flow goes straight there"));
            assertTrue(find(rig, destination, ANY, null).refusal().contains("no flow goes straight there"));
        }
    }

    // ---- what routes may be advertised for

    private boolean serves(String destination, boolean straight) {
        return rig.service.serves(Addresses.endpoint(destination), straight);
    }

    @Test
    void whatMayGoStraightIsServed() {
        assertTrue(serves("10.0.0.1:80", true));
        assertTrue(serves("2001:db8::1.80", true));
        assertFalse(serves("10.0.0.1:80", false));
    }

    @Test
    void whatAVirtualServerTakesIsServed() throws Exception {
        rig.members.put("10.0.0.1", true);
        rig.virtual("v", "10.0.0.1:80", POOLED);
        rig.virtual(
                "all",
                "10.1.0.0:80",
                Map.of("mask", "255.255.0.0", "vlan-mode", "vlans-enabled", "vlans", List.of("isession")));
        assertTrue(serves("10.0.0.1:80", false));
        assertTrue(serves("10.1.2.3:80", false));
        assertFalse(serves("10.0.0.1:81", false));
        rig.members.put("10.0.0.1", false);
        assertFalse(serves("10.0.0.1:80", true), "no member is available");
    }

    @Test
    void whatTunnelsDoNotReachOrLeadOnIsNotServed() throws Exception {
        rig.virtual("bound", "10.0.0.1:80", Map.of("vlans", List.of("isession")));
        assertFalse(serves("10.0.0.1:80", false));
        rig.virtual("chain", "10.0.0.2:80", Rig.TUNNELLED);
        assertFalse(serves("10.0.0.2:80", true), "it would lead to a third appliance");
        rig.virtual("few", "10.0.0.3:80", Map.of("source", "192.0.2.0/24"));
        assertFalse(serves("10.0.0.3:80", false), "not every peer's clients are served");
    }

    @Test
    void thisApplianceItselfIsNotServed() throws Exception {
        rig.members.put("10.0.0.1", true);
        rig.virtual("all", "any:0", Rig.FROM_TUNNELS);
        rig.virtual("pooled", "any:80", POOLED);
        for (String destination : beyond()) {
            assertFalse(serves(destination, true), destination);
        }
        assertTrue(serves("10.0.0.1:80", false));
    }
}
