package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Subnet;
import org.ferrule.stream.Interception;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final Rig rig = new Rig();

    private Plan plan(String destination, Map<String, Object> more) throws Exception {
        rig.virtual("v", destination, more);
        return rig.plan("v");
    }

    private String refused(String destination, Map<String, Object> more) {
        return assertThrows(ConfigException.class, () -> rig.virtual("v", destination, more))
                .getMessage();
    }

    private static Map<String, Object> profiles(String name, String context, String other, String otherContext) {
        return Map.of(
                "profiles",
                Map.of(
                        "/Common/" + name, Map.of("context", context),
                        "/Common/" + other, Map.of("context", otherContext)));
    }

    @Test
    void aDestinationIsAnAddressAndAPort() throws Exception {
        assertEquals(
                "203.0.113.2:80", plan("203.0.113.2:80", Map.of()).destination().text());
        assertEquals(
                "2001:db8::1.443",
                plan("2001:db8::1.443", Map.of()).destination().text());
        assertTrue(plan("203.0.113.2:80", Map.of()).host());
        assertFalse(plan("any:80", Map.of()).host());
    }

    @Test
    void aDestinationWithoutAPortIsRefusedWhereItMustBeListenedOn() {
        assertEquals(
                "01070734:3: Configuration error: Virtual Server /Common/v: destination needs a port, such as"
                        + " 203.0.113.2:80; any port can be reached from tunnels only (vlans-enabled vlans { isession }), or where"
                        + " traffic is intercepted (translate-address disabled)",
                refused("203.0.113.2:0", Map.of()));
    }

    @Test
    void whatOnlyTunnelsReachIsNotListenedOn() throws Exception {
        Plan plan = plan("203.0.113.2:0", Map.of("vlan-mode", "vlans-enabled", "vlans", List.of("isession")));
        assertFalse(plan.bound());
        assertTrue(plan.fromTunnels());
    }

    @Test
    void whatTunnelsDoNotReachIsListenedOn() throws Exception {
        Plan plan = plan("203.0.113.2:80", Map.of("vlan-mode", "vlans-disabled", "vlans", List.of("isession")));
        assertTrue(plan.bound());
        assertFalse(plan.fromTunnels());
    }

    @Test
    void withoutVlansEverybodyReachesIt() throws Exception {
        Plan plan = plan("203.0.113.2:80", Map.of());
        assertTrue(plan.bound());
        assertTrue(plan.fromTunnels());
    }

    @Test
    void anUnknownVlanIsRefused() {
        assertEquals(
                "01020036:3: The requested VLAN (external) was not found. Virtual Server /Common/v names it in vlans;"
                        + " there is: isession",
                refused("203.0.113.2:80", Map.of("vlans", List.of("external"))));
    }

    @Test
    void aSourceIsAnAddressWithAPrefix() throws Exception {
        Subnet source = plan("203.0.113.2:80", Map.of("source", "10.16.0.0/12")).source();
        assertTrue(source.contains(InetAddress.getByName("10.31.255.255")));
        assertFalse(source.contains(InetAddress.getByName("10.32.0.0")));
        assertFalse(source.contains(InetAddress.getByName("2001:db8::1")));
        Subnet one = plan("203.0.113.2:80", Map.of("source", "10.0.0.1")).source();
        assertTrue(one.contains(InetAddress.getByName("10.0.0.1")));
        assertFalse(one.contains(InetAddress.getByName("10.0.0.0")));
        Subnet six = plan("203.0.113.2:80", Map.of("source", "2001:db8::/33")).source();
        assertTrue(six.contains(InetAddress.getByName("2001:db8:7fff::1")));
        assertFalse(six.contains(InetAddress.getByName("2001:db8:8000::1")));
    }

    @Test
    void theDefaultSourceIsEverybody() throws Exception {
        Subnet all = plan("203.0.113.2:80", Map.of()).source();
        assertTrue(all.closeness(InetAddress.getByName("198.51.100.1")) >= 0);
        assertTrue(all.closeness(InetAddress.getByName("2001:db8::1")) >= 0);
    }

    @Test
    void aSourceThatIsNoneIsRefused() {
        for (String source : new String[] {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "web01/8", "2001:db8::/129"}) {
            assertEquals(
                    "01070734:3: Configuration error: Virtual Server /Common/v: source must be an address and a prefix"
                            + " length, such as 10.0.0.0/8, not " + source,
                    refused("203.0.113.2:80", Map.of("source", source)));
        }
    }

    @Test
    void profilesHoldOnTheSideOfTheirContext() throws Exception {
        Plan sides = plan("203.0.113.2:80", profiles("tcp", "serverside", "lan", "clientside"));
        assertEquals("/Common/lan", sides.clientTcp());
        assertEquals("/Common/tcp", sides.serverTcp());
        Plan both = plan("203.0.113.2:80", Map.of("profiles", Map.of("/Common/lan", Map.of())));
        assertEquals("/Common/lan", both.clientTcp());
        assertEquals("/Common/lan", both.serverTcp());
        Plan none = plan("203.0.113.2:80", Map.of());
        assertEquals("/Common/tcp", none.clientTcp());
        assertEquals("", none.isession());
    }

    @Test
    void twoProfilesOfAKindOnOneSideAreRefused() {
        String message = refused("203.0.113.2:80", profiles("tcp", "all", "lan", "clientside"));
        assertTrue(message.contains("only one tcp profile can hold on the clientside: "), message);
        assertTrue(message.endsWith("; give each a context"), message);
    }

    @Test
    void anHttpProfileHoldsOnBothSides() throws Exception {
        assertEquals("", plan("203.0.113.2:80", Map.of()).http());
        assertEquals(
                "/Common/http",
                plan("203.0.113.2:80", Map.of("profiles", Map.of("/Common/http", Map.of())))
                        .http());
        for (String side : List.of("clientside", "serverside")) {
            assertTrue(refused("203.0.113.2:80", Map.of("profiles", Map.of("/Common/http", Map.of("context", side))))
                    .endsWith("an http profile holds on both sides: { context all }"));
        }
    }

    @Test
    void anIsessionProfileBelongsToTheServerSide() throws Exception {
        assertEquals("/Common/isession", plan("203.0.113.2:80", Rig.TUNNELLED).isession());
        assertEquals(
                "/Common/isession",
                plan("203.0.113.2:80", Map.of("profiles", Map.of("/Common/isession", Map.of())))
                        .isession());
        assertTrue(refused(
                        "203.0.113.2:80",
                        Map.of("profiles", Map.of("/Common/isession", Map.of("context", "clientside"))))
                .endsWith("an iSession profile belongs to the server side: { context serverside }"));
    }

    @Test
    void aNetworkAndWhatTranslatesNoAddressAreIntercepted() throws Exception {
        Plan network = plan("10.1.0.0:80", Map.of("mask", "255.255.0.0"));
        assertEquals(Optional.of(Interception.TPROXY), network.interception());
        assertEquals(new InetSocketAddress("0.0.0.0", 80), network.listener());
        Plan wildcard = plan(
                "any:0",
                Map.of("translate-address", "disabled", "interception", "redirect", "interception-port", "8000"));
        assertEquals(Optional.of(Interception.REDIRECT), wildcard.interception());
        assertEquals(new InetSocketAddress("0.0.0.0", 8000), wildcard.listener());
        for (Plan listening : List.of(
                plan("any:80", Map.of("interception-port", "8000")),
                plan("203.0.113.2:80", Map.of("translate-address", "disabled")))) {
            assertEquals(Optional.empty(), listening.interception());
            assertEquals(80, listening.listener().getPort());
        }
        Map<String, Object> tunnels = new HashMap<>(Rig.FROM_TUNNELS);
        tunnels.put("mask", "255.255.0.0");
        assertEquals(Optional.empty(), plan("10.1.0.0:80", tunnels).interception());
    }

    @Test
    void interceptionOfAnyPortNeedsAPortOfItsOwn() {
        assertEquals(
                "01070734:3: Configuration error: Virtual Server /Common/v: destination has any port: interception-port"
                        + " must tell the local port to which its traffic is brought",
                refused("any:0", Map.of("translate-address", "disabled")));
    }

    @Test
    void aDestinationAndAMaskThatDoNotGoTogetherAreRefusedAndTheMessageSaysWhatWould() {
        Map<String, List<String>> wrong = Map.of(
                "10.1.2.3:80", List.of("255.255.0.0", "that is 10.1.0.0"),
                "10.1.0.0:80", List.of("255.0.255.0", "as in 255.255.0.0"),
                "10.0.0.0:80", List.of("ffff::", "as in 255.255.0.0"),
                "2001:db8::.80", List.of("/129", "as in ffff:ffff::"),
                "any:80", List.of("255.0.0.0", "can only be any"));
        wrong.forEach((destination, mask) -> {
            String message = refused(destination, Map.of("mask", mask.get(0)));
            assertTrue(message.contains(mask.get(1)), message);
        });
    }
}
