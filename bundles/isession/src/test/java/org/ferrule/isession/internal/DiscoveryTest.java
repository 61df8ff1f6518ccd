package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Subnet;
import org.ferrule.shell.Status;
import org.ferrule.testing.FakeNetwork;
import org.junit.jupiter.api.Test;

/** Endpoints that nobody named. */
class DiscoveryTest {
    private static final String KIND = EndpointDiscovery.KIND;
    private static final String PROFILE = "wom profile isession";
    private static final List<String> NO_ENDPOINT = List.of("/Common/isession has no endpoint");

    private final ServiceRig rig = new ServiceRig();
    private final FakeOwner peer = new FakeOwner();

    private void enable(Map<String, Object> more) throws ConfigException {
        Map<String, Object> properties = new HashMap<>(more);
        properties.putIfAbsent("mode", "enable-tcp");
        rig.put(KIND, "", properties);
    }

    private Opened open(String destination) {
        return rig.open(Settings.ROOT, new InetSocketAddress(destination, 80));
    }

    /** The probe that waits is answered by a device that tells these endpoints; its tunnel is dialled after that. */
    private FakeOwner answerProbe(String endpoints) {
        FakeOwner answers = new FakeOwner();
        answers.hello = endpoints.isEmpty() ? Map.of() : Map.of("endpoints", endpoints);
        rig.answer(answers, Joined.RUNS);
        assertEquals(1, answers.ended.size(), "a probe ends");
        rig.look();
        return answers;
    }

    /** The data centre was found at the address, and its tunnel is up. */
    private void found(String address) throws ConfigException {
        enable(Map.of());
        open(address);
        answerProbe(address + ":443");
        rig.answer(peer, Joined.RUNS);
    }

    private void pass(Duration time) {
        rig.loop.pass(time);
        rig.look();
    }

    private Status shown() {
        return new DiscoveryStatus(rig.service).status().get(0);
    }

    // ---- finding

    @Test
    void nothingIsProbedUnlessThatIsWanted() throws ConfigException {
        open("192.0.2.1");
        assertEquals(List.of(), rig.dialled());
        assertEquals(Status.Availability.UNKNOWN, shown().availability());
        enable(Map.of("mode", "enable-all"));
        assertEquals(NO_ENDPOINT, open("192.0.2.1").refused, "the flow itself does not wait");
        assertEquals(List.of("192.0.2.1"), rig.dialled());
        assertEquals(443, rig.wan.waiting().get(0).port());
        open("192.0.2.1");
        assertEquals(1, rig.dialled().size(), "one probe of an address at once");
        assertEquals(1, shown().values().get("probes-under-way"));
    }

    @Test
    void whatIsFoundIsDialledAndLaterFlowsUseIt() throws ConfigException {
        enable(Map.of());
        open("192.0.2.1");
        FakeOwner probed = answerProbe("192.0.2.1:443");
        assertEquals(List.of("192.0.2.1:443"), rig.endpoints(Settings.ROOT));
        assertEquals(List.of("no tunnel of /Common/isession is up"), open("192.0.2.1").refused);
        rig.answer(peer, Joined.RUNS);
        assertEquals(List.of(), open("192.0.2.1").refused);
        assertEquals(1, peer.accepted.size());
        assertEquals(0, probed.accepted.size());
        Status endpoint = new EndpointStatus(rig.service).status().get(0);
        assertEquals("/Common/dc", endpoint.name());
        assertEquals("discovered", endpoint.values().get("origin"));
        assertEquals(1, shown().values().get("endpoints-not-saved"));
        assertEquals(1, shown().values().get("addresses-served"));
    }

    @Test
    void itServesWhatItWasFoundAtAndWhatItAdvertisesOnly() throws ConfigException {
        peer.advertised = List.of(new Route(Subnet.parse("10.0.0.0/8").orElseThrow(), 0, true, ""));
        found("192.0.2.1");
        open("192.0.2.1");
        open("10.1.2.3");
        assertEquals(2, peer.accepted.size());
        assertEquals(List.of("no endpoint of /Common/isession has a route"), open("172.16.0.1").refused);
        assertEquals(List.of("172.16.0.1"), rig.dialled(), "that is probed, too");
    }

    @Test
    void anEndpointThatPeopleNamedAndAdvertisesNothingIsTakenForEverything() throws ConfigException {
        enable(Map.of());
        rig.remote("/Common/dc", "192.0.2.1", Map.of());
        rig.answer(peer, Joined.RUNS);
        open("172.16.0.1");
        assertEquals(1, peer.accepted.size());
        assertEquals(List.of(), rig.dialled());
        Status endpoint = new EndpointStatus(rig.service).status().get(0);
        assertEquals("configured", endpoint.values().get("origin"));
    }

    @Test
    void aDeviceThatIsThereAlreadyServesFurtherAddresses() throws ConfigException {
        found("192.0.2.1");
        open("192.0.2.77");
        answerProbe("192.0.2.1:443 192.0.2.77:443");
        assertEquals(List.of("192.0.2.1:443"), rig.endpoints(Settings.ROOT));
        assertEquals(List.of(), open("192.0.2.77").refused);
        assertEquals(1, peer.accepted.size());
    }

    @Test
    void theAddressThatAnsweredIsTakenBeforeOthersThatItTells() throws ConfigException {
        enable(Map.of());
        open("192.0.2.7");
        answerProbe("192.0.2.1:443 192.0.2.7:443");
        assertEquals(List.of("192.0.2.7:443"), rig.endpoints(Settings.ROOT));
    }

    @Test
    void onlyAddressesThatCanBeCalledFromHereCount() throws ConfigException {
        enable(Map.of());
        open("192.0.2.1");
        answerProbe("127.0.0.1:443 224.0.0.1:443 fe80::1.443 2001:db8::1.443");
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
        assertEquals(1, shown().values().get("addresses-in-vain"));
        open("192.0.2.2");
        answerProbe("any:443");
        assertEquals(List.of("192.0.2.2:443"), rig.endpoints(Settings.ROOT), "any stands for what was called");
        rig.answer(peer, Joined.RUNS);
        open("192.0.2.3");
        answerProbe("198.51.100.1:4443");
        assertEquals(List.of("192.0.2.2:443"), rig.endpoints(Settings.ROOT), "it is the same device");
    }

    // ---- not finding

    @Test
    void whoDoesNotWantToBeFoundIsNot() throws ConfigException {
        enable(Map.of());
        open("192.0.2.1");
        answerProbe("");
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
    }

    @Test
    void strangersAreNotFound() throws ConfigException {
        enable(Map.of());
        rig.tls.peer = Trust.OTHER;
        open("192.0.2.1");
        rig.answer(peer, Joined.RUNS);
        rig.look();
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
        rig.trust.devices.put(Trust.OTHER, "other");
        open("192.0.2.1");
        assertEquals(List.of(), rig.dialled());
        rig.trust.listeners.forEach(Runnable::run);
        open("192.0.2.1");
        assertEquals(List.of("192.0.2.1"), rig.dialled(), "trust changed: at once");
    }

    @Test
    void anAddressThatDoesNotAnswerIsLeftAloneForEverLonger() throws ConfigException {
        enable(Map.of());
        long minutes = 1;
        for (int i = 0; i < 9; i++) {
            open("192.0.2.1");
            assertEquals(1, rig.dialled().size(), "after " + i);
            rig.wan.next().refuse("connection refused");
            rig.loop.run();
            rig.loop.pass(Duration.ofMinutes(minutes).minusMillis(1));
            open("192.0.2.1");
            assertEquals(List.of(), rig.dialled(), "in the pause of " + minutes);
            rig.loop.pass(Duration.ofMillis(1));
            minutes = Math.min(60, 2 * minutes);
        }
        assertEquals(60, minutes);
        pass(Duration.ofHours(1));
        pass(Duration.ofMillis(1));
        assertEquals(0, shown().values().get("addresses-in-vain"), "it is forgotten in the end");
    }

    @Test
    void aPeerThatNeverGreetsHoldsNoPlace() throws ConfigException {
        enable(Map.of());
        open("192.0.2.1");
        rig.wan.next().take();
        rig.wan.secured();
        rig.loop.pass(Duration.ofSeconds(20));
        assertEquals(0, shown().values().get("probes-under-way"));
        assertEquals(1, shown().values().get("addresses-in-vain"));
    }

    @Test
    void fewProbesAreMadeAtOnce() throws ConfigException {
        enable(Map.of());
        for (int i = 1; i <= 10; i++) {
            open("192.0.2." + i);
        }
        assertEquals(Discovery.MOST_AT_ONCE, rig.dialled().size());
        rig.wan.next().refuse("connection refused");
        rig.loop.run();
        open("192.0.2.10");
        assertEquals(Discovery.MOST_AT_ONCE, rig.dialled().size());
        assertTrue(rig.dialled().contains("192.0.2.10"));
    }

    @Test
    void soManyAddressesAreRememberedAndNoMore() throws ConfigException {
        enable(Map.of());
        rig.wan.server(connection -> connection.refuse("connection refused"));
        for (int i = 0; i < Discovery.MOST_TRIED + 100; i++) {
            open("10.1." + i / 250 + "." + (1 + i % 250));
        }
        assertEquals(Discovery.MOST_TRIED, shown().values().get("addresses-in-vain"));
        assertEquals((long) Discovery.MOST_TRIED, shown().values().get("probes"));
    }

    @Test
    void whatLeadsToNoOtherHostIsNotProbed() throws ConfigException {
        enable(Map.of());
        rig.put("wom local-endpoint", "", Map.of("addresses", List.of("192.0.2.9")));
        for (String address : List.of("192.0.2.9", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "ff02::1")) {
            open(address);
        }
        assertEquals(List.of(), rig.dialled());
    }

    @Test
    void flowsOfPeersAndProfilesWithAPoolAreNoReasonToProbe() throws ConfigException {
        enable(Map.of());
        rig.put(PROFILE, "/Common/pooled", Map.of("endpoint-pool", "/Common/sites"));
        rig.open("/Common/pooled", new InetSocketAddress("192.0.2.1", 80));
        Joined joined = new Joined().greet();
        joined.open();
        Opened onward = new Opened();
        rig.service.open(joined.accepted(0), Settings.ROOT, onward);
        assertEquals(NO_ENDPOINT, onward.refused);
        assertEquals(List.of(), rig.dialled());
    }

    // ---- bounds and ends

    @Test
    void soManyEndpointsMayBeFound() throws ConfigException {
        enable(Map.of("max-endpoint-count", "1"));
        rig.remote("/Common/saved", "192.0.2.50", Map.of("origin", "discovered", "endpoint", "disabled"));
        open("192.0.2.1");
        answerProbe("192.0.2.1:443");
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
        enable(Map.of("max-endpoint-count", "2"));
        open("192.0.2.1");
        answerProbe("192.0.2.1:443");
        assertEquals(List.of("192.0.2.1:443"), rig.endpoints(Settings.ROOT));
    }

    @Test
    void anEndpointThatPeopleDisabledIsNotDialled() throws ConfigException {
        enable(Map.of());
        rig.remote("/Common/dc", "192.0.2.1", Map.of("endpoint", "disabled"));
        open("192.0.2.1");
        answerProbe("192.0.2.1:443");
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
    }

    @Test
    void oneThatIsDownForTenMinutesIsForgotten() throws ConfigException {
        found("192.0.2.1");
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofMinutes(1));
            if (!rig.dialled().isEmpty()) {
                rig.answer(peer, Joined.RUNS);
            }
        }
        assertEquals(1, rig.endpoints(Settings.ROOT).size(), "it is up");
        rig.wan.server(connection -> connection.refuse("connection refused"));
        List.copyOf(rig.service.endpoints().get(Settings.ROOT).get(0).fibres()).forEach(f -> f.stop("cut"));
        for (int i = 0; i < 9; i++) {
            pass(Duration.ofMinutes(1));
        }
        assertEquals(1, rig.endpoints(Settings.ROOT).size());
        pass(Duration.ofMinutes(2));
        pass(Duration.ofSeconds(1));
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
        assertEquals(0, shown().values().get("addresses-served"));
        List<FakeNetwork.Dialled> before = new ArrayList<>(rig.wan.dialled());
        open("192.0.2.1");
        assertEquals(before.size() + 1, rig.wan.dialled().size(), "it may be found again");
    }

    @Test
    void disabledWhatWasFoundAndNotSavedIsLeft() throws ConfigException {
        found("192.0.2.1");
        enable(Map.of("mode", "disable"));
        rig.look();
        assertEquals(List.of(), rig.endpoints(Settings.ROOT));
        assertEquals(1, peer.ended.size());
    }

    // ---- being found

    @Test
    void thisEndTellsItselfUnlessItIsNotToBeFound() throws ConfigException {
        rig.put(
                "wom local-endpoint",
                "",
                Map.of("addresses", List.of("192.0.2.9", "192.0.2.8"), "tunnel-port", "4443"));
        assertEquals("192.0.2.8:4443 192.0.2.9:4443", rig.service.core().hello().get("endpoints"));
        rig.put(KIND, "", Map.of("discoverable", "disabled"));
        assertFalse(rig.service.core().hello().containsKey("endpoints"));
    }
}
