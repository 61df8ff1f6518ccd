package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Status;
import org.ferrule.testing.FakeNetwork;
import org.junit.jupiter.api.Test;

/** Fibres to the ports that clients called. */
class TransparencyTest {
    private static final String PROFILE = "wom profile isession";
    private static final String LOCAL = "wom local-endpoint";
    private static final Options WEB =
            new Options(true, true, List.of("runs"), Map.of(), false, false, true, true, List.of(80, 8080));

    private final ServiceRig rig = new ServiceRig();
    private final FakeOwner peer = new FakeOwner();

    /** What comes in over fibres to further ports. */
    private final FakeOwner further = new FakeOwner();

    private Fibre tunnel;

    /** The tunnel is up; this end's profile has port-transparency enabled and these properties. */
    private void up(Options theirs, Map<String, Object> properties) throws ConfigException {
        profile("enabled", properties);
        rig.remote("/Common/dc", "192.0.2.1", Map.of());
        tunnel = rig.answer(peer, theirs);
    }

    private void profile(String transparency, Map<String, Object> properties) throws ConfigException {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("port-transparency", transparency);
        all.put("compression-codecs", List.of("runs"));
        rig.put(PROFILE, Settings.ROOT, all);
    }

    private Opened open(int port) {
        return rig.open(Settings.ROOT, new InetSocketAddress("203.0.113.9", port));
    }

    private Endpoint endpoint() {
        return rig.service.endpoints().get(Settings.ROOT).get(0);
    }

    private List<Integer> dialled() {
        return rig.wan.waiting().stream().map(FakeNetwork.Dialled::port).toList();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            rig.loop.pass(java.time.Duration.ofSeconds(1));
            rig.look();
        }
    }

    private Map<String, Object> shown() {
        return new EndpointStatus(rig.service).status().get(0).values();
    }

    private static Map<String, Object> port(int port, int fibres, int flows, String problem) {
        return Map.of("port", port, "fibres", fibres, "flows", flows, "problem", problem);
    }

    @Test
    void theFirstFlowRidesTheTunnelPortAndLaterOnesTheirOwn() throws ConfigException {
        up(WEB, Map.of());
        open(80);
        assertEquals(1, peer.accepted.size(), "it does not wait");
        assertEquals(List.of(80), dialled());
        open(80);
        assertEquals(List.of(80), dialled(), "one line for all");
        rig.answer(further, WEB);
        Opened third = open(80);
        third.write(Bytes.same(10, 1));
        rig.loop.run();
        assertEquals(10, further.recorders.get(0).size());
        assertEquals(2, peer.accepted.size());
        open(22);
        assertEquals(3, peer.accepted.size(), "the peer does not listen there");
        open(443);
        assertEquals(4, peer.accepted.size(), "that is the tunnel port");
        assertEquals(List.of(), dialled());
        assertEquals(List.of(port(80, 1, 1, "")), shown().get("transparent-ports"));
        assertEquals(1, shown().get("fibres"));
        assertEquals(5L, shown().get("total-flows"));
    }

    @Test
    void itNeedsBothEnds() throws ConfigException {
        up(new Options(true, true, List.of("runs"), Map.of(), false, false, true, false, List.of(80)), Map.of());
        open(80);
        assertEquals(List.of(), dialled());
        tunnel.options(WEB);
        profile("disabled", Map.of());
        open(80);
        assertEquals(List.of(), dialled());
        profile("enabled", Map.of());
        open(80);
        assertEquals(List.of(80), dialled());
        assertEquals(3, peer.accepted.size());
    }

    @Test
    void aPortThatCannotBeReachedRefusesNoFlowAndIsNoTroubleOfTheTunnel() throws ConfigException {
        up(WEB, Map.of());
        open(8080);
        rig.wan.next().refuse("connection refused");
        assertEquals(List.of(), open(8080).refused);
        assertEquals(2, peer.accepted.size());
        assertEquals("", endpoint().problem());
        assertEquals(List.of(port(8080, 0, 0, "connection refused")), shown().get("transparent-ports"));
    }

    @Test
    void anotherApplianceBehindThatPortIsLeft() throws ConfigException {
        up(WEB, Map.of());
        rig.trust.devices.put(Trust.OTHER, "other");
        open(80);
        rig.tls.peer = Trust.OTHER;
        rig.answer(further, WEB);
        assertEquals(List.of("the peer ended the tunnel: another appliance was expected here"), further.ended);
        open(80);
        assertEquals(2, peer.accepted.size());
        assertEquals("dc", endpoint().device());
        assertEquals(List.of(port(80, 0, 0, "another appliance, other, is there")), shown().get("transparent-ports"));
    }

    @Test
    void aLineThatRestsIsLeftAndOneWithAFlowIsNot() throws ConfigException {
        up(WEB, Map.of("fibre-idle-timeout", "60", "max-fibre-age", "0"));
        open(80);
        rig.answer(further, WEB);
        Opened opened = open(80);
        pass(100);
        assertEquals(1, endpoint().transparent().tunnels().size());
        opened.stream.reset();
        pass(58);
        assertEquals(1, endpoint().transparent().tunnels().size());
        pass(5);
        assertEquals(0, endpoint().transparent().tunnels().size());
        assertEquals(1, further.ended.size());
        assertEquals(List.of(), peer.ended);
    }

    @Test
    void aLineThatNeverComesUpIsLeftWhenNobodyWantsIt() throws ConfigException {
        up(WEB, Map.of("fibre-idle-timeout", "60"));
        open(80);
        rig.wan.server(connection -> connection.refuse("connection refused"));
        rig.wan.next().refuse("connection refused");
        pass(40);
        open(80);
        pass(40);
        assertEquals(1, endpoint().transparent().tunnels().size());
        pass(21);
        assertEquals(0, endpoint().transparent().tunnels().size());
    }

    @Test
    void whatIsNotAllowedAnyMoreIsLeftAndItsFlowsGoOn() throws ConfigException {
        up(WEB, Map.of());
        open(80);
        rig.answer(further, WEB);
        Opened opened = open(80);
        tunnel.options(WEB.listening(List.of(8080)));
        rig.loop.run();
        rig.look();
        assertEquals(0, endpoint().transparent().tunnels().size());
        opened.write(Bytes.same(10, 1));
        rig.loop.run();
        assertEquals(10, further.recorders.get(0).size());
        opened.stream.reset();
        rig.loop.run();
        assertEquals(1, further.ended.size());
    }

    @Test
    void linesEndWithTheirEndpoint() throws ConfigException {
        up(WEB, Map.of());
        open(80);
        rig.answer(further, WEB);
        open(8080);
        Endpoint endpoint = endpoint();
        rig.remove("wom remote-endpoint", "/Common/dc");
        assertEquals(
                List.of("the peer ended the tunnel: the endpoint was taken out of the configuration"), further.ended);
        assertNull(endpoint.transparent().fibre(rig.loop, 80, true));
        assertTrue(endpoint.transparent().tunnels().isEmpty(), "none comes after the end");
    }

    @Test
    void aDeviceThatIsTrustedNoLongerLosesTheseToo() throws ConfigException {
        up(WEB, Map.of());
        open(80);
        rig.answer(further, WEB);
        rig.trust.devices.clear();
        rig.trust.listeners.forEach(Runnable::run);
        rig.loop.run();
        assertEquals(List.of("the peer ended the tunnel: this device is no longer trusted"), further.ended);
    }

    @Test
    void withoutReUseAFlowTakesTheFibreThatIsThereAndTheNextIsOpened() throws ConfigException {
        up(WEB, Map.of("reuse-connection", "disabled"));
        open(80);
        assertEquals(List.of(443, 80), dialled(), "the flow's own fibre goes to the tunnel port meanwhile");
        rig.answer(peer, WEB);
        rig.answer(further, WEB);
        Opened second = open(80);
        assertEquals(1, further.accepted.size());
        assertEquals(List.of(80), dialled(), "the successor");
        open(80);
        assertEquals(List.of(80, 443), dialled());
        second.stream.reset();
        rig.loop.run();
        assertEquals(1, further.ended.size(), "it was for one flow");
    }

    @Test
    void morePortsThanPeersCanBeToldAreRefused() throws ConfigException {
        List<String> many =
                IntStream.rangeClosed(1, 129).mapToObj(String::valueOf).toList();
        String refused = assertThrows(
                        ConfigException.class, () -> rig.put(LOCAL, "", Map.of("transparent-ports", many)))
                .getMessage();
        assertTrue(refused.contains("transparent-ports must be at most 128 ports, not 129"), refused);
        rig.put(LOCAL, "", Map.of("transparent-ports", many.subList(0, 128)));
    }

    @Test
    void aPortThatIsTakenIsShownAndPeersAreToldWhenItIsFree() throws ConfigException {
        InetSocketAddress taken = new InetSocketAddress("192.0.2.9", 80);
        rig.wan.occupy(taken);
        up(WEB, Map.of());
        rig.put(LOCAL, "", Map.of("addresses", List.of("192.0.2.9"), "transparent-ports", List.of("80", "8080")));
        assertEquals(List.of(8080), tunnel.theirs().ports());
        Status local = new LocalStatus(rig.service).status().get(0);
        assertEquals(Status.Availability.AVAILABLE, local.availability(), "tunnels do without");
        assertEquals(
                List.of(
                        Map.of("address", "192.0.2.9:80", "listens", "no", "problem", "address already in use"),
                        Map.of("address", "192.0.2.9:8080", "listens", "yes", "problem", "")),
                local.values().get("transparent-ports"));
        rig.wan.vacate(taken);
        rig.look();
        assertEquals(List.of(80, 8080), tunnel.theirs().ports());
        assertFalse(
                new LocalStatus(rig.service).status().get(0).values().toString().contains("already in use"));
    }
}
