package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Status;
import org.ferrule.stream.Interception;
import org.ferrule.stream.PrivilegeException;
import org.ferrule.testing.FakeNetwork;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.Peer;
import org.junit.jupiter.api.Test;

class PortsTest {
    private final Rig rig = new Rig().net();
    private final FakeNetwork network = rig.network;

    private Status status() {
        return new VirtualStatus(rig.service).status().get(0);
    }

    @Test
    void twoVirtualServersOnOneDestinationAreRefused() throws Exception {
        rig.virtual("a", "203.0.113.2:80", Map.of());
        assertEquals(
                "01070333:3: Virtual Server /Common/b illegally shares destination address, source address, service"
                        + " port, ip-protocol, and vlan with Virtual Server /Common/a.",
                assertThrows(ConfigException.class, () -> rig.virtual("b", "203.0.113.2:80", Map.of()))
                        .getMessage());
        assertEquals(1, rig.service.servers().size());
    }

    @Test
    void oneForTunnelsAndOneForNetworksMayShareADestination() throws Exception {
        rig.virtual("a", "203.0.113.2:80", Map.of("vlan-mode", "vlans-enabled", "vlans", List.of("isession")));
        rig.virtual("b", "203.0.113.2:80", Map.of("vlans", List.of("isession")));
        assertEquals(2, rig.service.servers().size());
        rig.call();
        assertEquals(1, rig.counters("b").total.sum());
    }

    @Test
    void twoPortsAreSwappedInOneTransactionWithoutBeingClosed() throws Exception {
        rig.virtual("a", "203.0.113.2:80", Map.of());
        rig.virtual("b", "203.0.113.2:81", Map.of());
        ConfigTree swapped = rig.with(rig.running, "a", "203.0.113.2:81", Map.of());
        rig.commit(rig.with(swapped, "b", "203.0.113.2:80", Map.of()));
        assertEquals(Set.of(80, 81), network.ports());
        assertEquals(2, network.binds());
        rig.call();
        assertEquals(1, rig.counters("b").total.sum());
        assertEquals(0, rig.counters("a").total.sum());
    }

    @Test
    void aPortThatCannotBeBoundIsRefusedAndNothingIsKept() throws Exception {
        rig.virtual("a", "203.0.113.2:80", Map.of());
        network.occupy(new InetSocketAddress("203.0.113.2", 90));
        ConfigTree next = rig.with(rig.running, "b", "203.0.113.2:85", Map.of());
        ConfigTree both = rig.with(next, "c", "203.0.113.2:90", Map.of());
        assertEquals(
                "01070734:3: Configuration error: Virtual Server /Common/c: destination 203.0.113.2:90 cannot be listened"
                        + " on: address already in use. Choose an address of this host and a port that nobody uses.",
                assertThrows(ConfigException.class, () -> rig.commit(both)).getMessage());
        assertEquals(Set.of(80), network.ports());
    }

    @Test
    void aProposalThatMakesNoSenseKeepsNoPort() {
        ConfigTree next = rig.with(rig.running, "a", "203.0.113.2:80", Map.of());
        ConfigTree both = rig.with(next, "b", "203.0.113.2:81", Map.of("source", "nonsense"));
        assertThrows(ConfigException.class, () -> rig.commit(both));
        assertEquals(Set.of(), network.ports());
    }

    @Test
    void whatAnotherModuleRefusedIsGivenBack() throws Exception {
        ConfigTree next = rig.with(rig.running, "a", "203.0.113.2:80", Map.of());
        var held = rig.service.prepare(rig.running, next);
        assertEquals(Set.of(80), network.ports());
        held.close();
        assertEquals(Set.of(), network.ports());
    }

    @Test
    void oneThatIsDisabledOrRemovedListensNoMore() throws Exception {
        rig.virtual("a", "203.0.113.2:80", Map.of());
        rig.virtual("a", "203.0.113.2:80", Map.of("enabled", "disabled"));
        assertEquals(Set.of(), network.ports());
        rig.virtual("a", "203.0.113.2:80", Map.of());
        rig.commit(rig.running.without(new ObjectId("ltm virtual", "/Common/a")));
        assertEquals(Set.of(), network.ports());
    }

    @Test
    void countsOutlastAChange() throws Exception {
        rig.virtual("a", "203.0.113.2:80", Map.of());
        rig.call();
        rig.virtual("a", "203.0.113.2:81", Map.of());
        assertEquals(1, rig.counters("a").total.sum());
    }

    @Test
    void aNetworkModuleThatComesLaterListens() throws Exception {
        Rig late = new Rig();
        late.virtual("a", "203.0.113.2:80", Map.of());
        assertEquals(
                "It does not listen: module net is not running",
                new VirtualStatus(late.service).status().get(0).reason());
        late.net();
        assertEquals(Set.of(80), late.network.ports());
    }

    @Test
    void aStoppedModuleListensNoMore() throws Exception {
        rig.virtual("a", "203.0.113.2:80", Map.of());
        rig.service.deactivate();
        assertEquals(Set.of(), network.ports());
    }

    @Test
    void aConnectionThroughAWildcardNeverComesBackToIt() throws Exception {
        rig.virtual("a", "any:80", Map.of());
        var ours = rig.service.modules().ours();
        assertTrue(ours.test(new java.net.InetSocketAddress("127.0.0.1", 80)));
        for (var nic : java.util.Collections.list(java.net.NetworkInterface.getNetworkInterfaces())) {
            for (var address : java.util.Collections.list(nic.getInetAddresses())) {
                assertTrue(ours.test(new java.net.InetSocketAddress(address, 80)), address.toString());
                assertFalse(ours.test(new java.net.InetSocketAddress(address, 81)), address.toString());
            }
        }
        assertFalse(ours.test(new java.net.InetSocketAddress("203.0.113.2", 80)));
    }

    @Test
    void theStatusTellsWhatServes() throws Exception {
        rig.pools();
        rig.virtual("a", "203.0.113.2:80", Map.of("pool", "/Common/web"));
        assertEquals("The children pool member(s) are down", status().reason());
        rig.members.put("10.0.0.1", true);
        assertEquals("The virtual server is available", status().reason());
        assertEquals("pool /Common/web", status().values().get("served-by"));
        rig.virtual("a", "203.0.113.2:80", Rig.TUNNELLED);
        assertEquals(Status.Availability.OFFLINE, status().availability());
        rig.tunnels();
        assertEquals("tunnel", status().values().get("served-by"));
    }

    private static final Map<String, Object> INTERCEPTED =
            Map.of("translate-address", "disabled", "interception-port", "8000");

    private static Map<String, Object> intercepted(Map<String, Object> more) {
        Map<String, Object> all = new java.util.HashMap<>(INTERCEPTED);
        all.putAll(more);
        return all;
    }

    private Peer intercept(String called) {
        return new Peer(network.call(INTERCEPTS, FakeStream.CLIENT, Addresses.endpoint(called)));
    }

    private static final InetSocketAddress INTERCEPTS = new InetSocketAddress("0.0.0.0", 8000);

    @Test
    void interceptedOnesShareAListenerAndTheOriginalDestinationChooses() throws Exception {
        rig.virtual("web", "10.1.0.0:80", intercepted(Map.of("mask", "/16")));
        rig.virtual("six", "2001:db8::.80", intercepted(Map.of("mask", "/32")));
        rig.virtual("rest", "any:0", INTERCEPTED);
        assertEquals(Map.of(INTERCEPTS, Interception.TPROXY), network.intercepted());
        assertEquals(1, network.binds());
        intercept("10.1.2.3:80");
        intercept("2001:db8::5.80");
        intercept("10.1.2.3:81");
        network.loop.run();
        assertEquals(List.of("10.1.2.3", "2001:db8:0:0:0:0:0:5", "10.1.2.3"), network.dialledHosts());
        for (String each : List.of("web", "six", "rest")) {
            assertEquals(1, rig.counters(each).total.sum(), each);
        }
    }

    @Test
    void oneThatCallsTheListenerItselfIsRefusedAndCounted() throws Exception {
        rig.virtual("rest", "any:0", INTERCEPTED);
        Peer client = intercept("127.0.0.1:8000");
        network.loop.run();
        assertTrue(client.wasReset());
        assertEquals(1, rig.counters("rest").refused.sum());
        assertEquals(List.of(), network.dialledHosts());
    }

    @Test
    void oneThatNoVirtualServerWantsIsReset() throws Exception {
        rig.virtual("web", "10.1.0.0:80", intercepted(Map.of("mask", "/16")));
        Peer client = intercept("10.2.0.1:80");
        network.loop.run();
        assertTrue(client.wasReset());
    }

    @Test
    void anotherMethodTakesTheListenerOver() throws Exception {
        rig.virtual("rest", "any:0", intercepted(Map.of("interception", "redirect")));
        assertEquals(Map.of(INTERCEPTS, Interception.REDIRECT), network.intercepted());
        rig.virtual("rest", "any:0", INTERCEPTED);
        assertEquals(Map.of(INTERCEPTS, Interception.TPROXY), network.intercepted());
        rig.virtual("rest", "any:0", intercepted(Map.of("interception", "redirect")));
        assertEquals(Map.of(INTERCEPTS, Interception.REDIRECT), network.intercepted());
        intercept("10.1.2.3:80");
        assertEquals(1, rig.counters("rest").total.sum());
    }

    @Test
    void withoutThePrivilegeInterceptionAndSourcesAreRefusedWithTheReason() throws Exception {
        network.notTransparent("there is no CAP_NET_ADMIN");
        assertEquals(
                "01070734:3: Configuration error: Virtual Server /Common/rest: connections to any:0 cannot be intercepted"
                        + " on port 8000 by tproxy: there is no CAP_NET_ADMIN. interception-port chooses another port,"
                        + " interception another method.",
                assertThrows(ConfigException.class, () -> rig.virtual("rest", "any:0", INTERCEPTED))
                        .getMessage());
        assertEquals(
                "01070734:3: Configuration error: Virtual Server /Common/a: snat none cannot be had: there is no"
                        + " CAP_NET_ADMIN.",
                assertThrows(ConfigException.class, () -> rig.virtual("a", "203.0.113.2:80", Map.of("snat", "none")))
                        .getMessage());
        rig.virtual("rest", "any:0", intercepted(Map.of("interception", "redirect")));
        assertEquals(Set.of(8000), network.ports());
    }

    @Test
    void whatComesWithARestartIsAcceptedAndToldOf() throws Exception {
        network.notTransparent(new PrivilegeException("it has that after a restart", true));
        rig.virtual("rest", "any:0", INTERCEPTED);
        assertEquals(Set.of(), network.ports());
        assertTrue(reason("rest").contains("it has that after a restart"), reason("rest"));
        rig.virtual("a", "203.0.113.2:80", Map.of("snat", "none"));
        assertEquals("snat none cannot be had: it has that after a restart", reason("a"));
        network.notTransparent(new PrivilegeException("give it", false));
        assertThrows(ConfigException.class, () -> rig.virtual("b", "203.0.113.3:80", Map.of("snat", "none")));
    }

    private String reason(String name) {
        return new VirtualStatus(rig.service)
                .status().stream()
                        .filter(status -> status.name().equals("/Common/" + name))
                        .findFirst()
                        .orElseThrow()
                        .reason();
    }

    @Test
    void capabilitiesAreWhatPortsAndForeignAddressesTake() throws Exception {
        rig.virtual("a", "203.0.113.2:8080", Map.of());
        assertEquals(Set.of(), rig.service.capabilities(rig.running));
        rig.virtual("b", "203.0.113.2:80", Map.of());
        assertEquals(Set.of("CAP_NET_BIND_SERVICE"), rig.service.capabilities(rig.running));
        rig.virtual("rest", "any:0", intercepted(Map.of("interception", "redirect")));
        assertEquals(Set.of("CAP_NET_BIND_SERVICE"), rig.service.capabilities(rig.running));
        rig.virtual("rest", "any:0", INTERCEPTED);
        assertEquals(Set.of("CAP_NET_BIND_SERVICE", "CAP_NET_ADMIN"), rig.service.capabilities(rig.running));
    }

    @Test
    void sourcesTellVirtualServersOfOneDestinationApart() throws Exception {
        rig.virtual("others", "203.0.113.2:80", Map.of());
        rig.virtual("known", "203.0.113.2:80", Map.of("source", "192.0.2.0/24"));
        assertEquals(1, network.binds());
        rig.call();
        assertEquals(1, rig.counters("known").total.sum());
        assertTrue(assertThrows(
                        ConfigException.class,
                        () -> rig.virtual("same", "203.0.113.2:80", Map.of("source", "192.0.2.7/24")))
                .getMessage()
                .contains("illegally shares"));
    }
}
