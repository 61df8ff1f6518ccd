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
import org.ferrule.shell.Status;
import org.ferrule.testing.FakeNetwork;
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
}
