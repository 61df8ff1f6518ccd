package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.Map;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.Peer;
import org.junit.jupiter.api.Test;

class FindTest {
    private static final String ANY = "virtual-match-all";
    private static final Map<String, Object> POOLED = Map.of("pool", "/Common/web");

    private final Rig rig = new Rig().pools();

    private boolean found(String how) {
        return rig.service.find(new InetSocketAddress("203.0.113.2", 80), how).isPresent();
    }

    /** The virtual server that counted the flow. */
    private String taker(String how) {
        FakeStream flow = FakeStream.pair(rig.network.loop);
        new Peer(flow.far());
        rig.service
                .find(new InetSocketAddress("203.0.113.2", 80), how)
                .orElseThrow()
                .accept(flow);
        return rig.service.servers().stream()
                .filter(s -> s.counters().total.sum() > 0)
                .map(s -> s.plan().name())
                .findFirst()
                .orElse("");
    }

    private void wildcardAndHost() throws Exception {
        Map<String, Object> tunnelsOnly = Map.of("vlan-mode", "vlans-enabled", "vlans", java.util.List.of("isession"));
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
        assertTrue(
                bare.service.find(new InetSocketAddress("203.0.113.2", 80), ANY).isEmpty());
        bare.virtual("v", "203.0.113.2:80", Map.of());
        assertTrue(
                bare.service.find(new InetSocketAddress("203.0.113.2", 80), ANY).isPresent());
    }
}
