package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.FlightRecording;
import org.ferrule.tls.DeviceTls;
import org.ferrule.tls.Fingerprint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListeningTest {
    private static final InetSocketAddress HERE = new InetSocketAddress("192.0.2.9", 443);

    private final TunnelRig rig = new TunnelRig();
    private final Listening listening = new Listening(rig.core);
    private final FakeOwner dialler = new FakeOwner();

    @BeforeEach
    void listen() {
        listening.listen(rig.wan, rig.core.settings());
    }

    private static Settings on(boolean enabled, int port, String... addresses) {
        LocalEndpoint local = new LocalEndpoint(
                List.of(addresses), 256, null, enabled, LocalEndpoint.NoRoute.PASSTHRU, 0, 0, List.of(), port);
        Settings other = TunnelRig.settings(true);
        return new Settings(
                local, other.profiles(), Map.of(), Map.of(), EndpointDiscovery.DEFAULTS, ServerDiscovery.NONE, "here");
    }

    private Set<InetSocketAddress> bound() {
        return rig.wan.bound();
    }

    /** A peer calls, and its handshake is done. Gives its end. */
    private FakeStream call() {
        rig.call();
        return rig.wan.secured();
    }

    private Fibre join() {
        return rig.greet(call(), dialler, true);
    }

    private Listening.Peer peer() {
        return listening.peers().iterator().next();
    }

    // ---- where it listens

    @Test
    void itListensWhereTheSettingsSayAndFollowsThem() {
        assertEquals(Set.of(HERE), bound());
        listening.listen(rig.wan, on(true, 4443, "192.0.2.9", "192.0.2.10"));
        assertEquals(
                Set.of(new InetSocketAddress("192.0.2.9", 4443), new InetSocketAddress("192.0.2.10", 4443)), bound());
        listening.listen(rig.wan, on(true, 4443, "192.0.2.10"));
        assertEquals(Set.of(new InetSocketAddress("192.0.2.10", 4443)), bound());
        assertEquals(3, rig.wan.binds(), "what stays is not bound anew");
        listening.listen(rig.wan, on(false, 4443, "192.0.2.10"));
        assertEquals(Set.of(), bound());
    }

    @Test
    void whatWasReservedIsUsedAndWhatIsNotUsedIsReleased() throws IOException {
        Settings next = on(true, 4443, "192.0.2.9", "192.0.2.10");
        listening.reserve(rig.wan, next);
        listening.reserve(rig.wan, next);
        assertEquals(3, rig.wan.binds());
        listening.listen(rig.wan, on(true, 4443, "192.0.2.10"));
        listening.release();
        assertEquals(Set.of(new InetSocketAddress("192.0.2.10", 4443)), bound());
        assertEquals(3, rig.wan.binds());
    }

    @Test
    void anAddressThatCannotBeBoundIsRefusedWhenItIsReserved() {
        rig.wan.occupy(new InetSocketAddress("192.0.2.10", 443));
        assertThrows(IOException.class, () -> listening.reserve(rig.wan, on(true, 443, "192.0.2.9", "192.0.2.10")));
    }

    @Test
    void aFailureToBindIsKeptLoggedOnceAndGoneWhenItWorks() {
        InetSocketAddress other = new InetSocketAddress("192.0.2.10", 443);
        Settings both = on(true, 443, "192.0.2.9", "192.0.2.10");
        rig.wan.occupy(other);
        List<String> logged = Logged.during(() -> {
            listening.listen(rig.wan, both);
            listening.listen(rig.wan, both);
            listening.listen(rig.wan, both);
        });
        assertEquals(1, logged.size(), logged.toString());
        assertEquals(Map.of(other, "address already in use"), listening.failures());
        assertEquals(Set.of(HERE), bound(), "the other address goes on");
        rig.wan.vacate(other);
        listening.listen(rig.wan, both);
        assertEquals(Map.of(), listening.failures());
        assertEquals(Set.of(HERE, other), bound());
    }

    @Test
    void closedItListensNoMoreAndPeersAreToldWhy() {
        join();
        listening.close("the isession module of the peer stops");
        rig.loop.run();
        assertEquals(Set.of(), bound());
        assertEquals(List.of("the peer ended the tunnel: the isession module of the peer stops"), dialler.ended);
    }

    // ---- further ports

    private static Settings with(String... ports) {
        LocalEndpoint local = new LocalEndpoint(
                List.of("192.0.2.9", "192.0.2.10"),
                256,
                null,
                true,
                LocalEndpoint.NoRoute.PASSTHRU,
                0,
                0,
                List.of(ports),
                443);
        return new Settings(
                local,
                TunnelRig.settings(true).profiles(),
                Map.of(),
                Map.of(),
                EndpointDiscovery.DEFAULTS,
                ServerDiscovery.NONE,
                "here");
    }

    @Test
    void furtherPortsAreListenedOnAtAllAddressesAndTold() throws IOException {
        listening.reserve(rig.wan, with("80", "443", "8080", "80"));
        assertTrue(listening.listen(rig.wan, with("80", "443", "8080", "80")));
        assertEquals(6, bound().size());
        assertEquals(Set.of(80, 443, 8080), rig.wan.ports());
        assertEquals(List.of(80, 8080), rig.core.ports(), "the tunnel port is no further one");
        assertEquals(List.of(80, 8080), rig.core.options(TunnelRig.PROFILE).ports());
        assertFalse(listening.listen(rig.wan, with("80", "8080")), "no news");
        assertTrue(listening.listen(rig.wan, with("8080")));
        assertEquals(List.of(8080), rig.core.ports());
        assertEquals(Set.of(443, 8080), rig.wan.ports());
        listening.close("over");
        assertEquals(List.of(), rig.core.ports());
    }

    @Test
    void aFurtherPortThatCannotBeHadStopsNothingAndIsToldWhenItCan() throws IOException {
        InetSocketAddress taken = new InetSocketAddress("192.0.2.10", 80);
        rig.wan.occupy(taken);
        listening.reserve(rig.wan, with("80", "8080"));
        listening.listen(rig.wan, with("80", "8080"));
        assertEquals(Map.of(taken, "address already in use"), listening.failures());
        assertEquals(List.of(8080), rig.core.ports(), "a peer may call either address");
        rig.wan.vacate(taken);
        assertTrue(listening.listen(rig.wan, with("80", "8080")));
        assertEquals(List.of(80, 8080), rig.core.ports());
        assertEquals(Map.of(), listening.failures());
    }

    @Test
    void flowsOfThisEndKeepOffFibresToFurtherPorts() {
        listening.listen(rig.wan, with("8080"));
        rig.wan.call(
                new InetSocketAddress("192.0.2.9", 8080), FakeStream.CLIENT, new InetSocketAddress("192.0.2.9", 8080));
        rig.loop.run();
        rig.greet(rig.wan.secured(), dialler, true);
        assertEquals(1, peer().all().size());
        assertEquals(List.of(), peer().fibres());
        join();
        assertEquals(2, peer().all().size());
        assertEquals(FakeStream.CALLED.getPort(), peer().readyFibre(rig.loop).localPort());
    }

    // ---- who is let in

    @Test
    void aTrustedDeviceIsLetInAndCounted() {
        assertTrue(join().ready());
        assertEquals("dc", peer().device());
        assertEquals("x25519", peer().keyExchange());
        assertEquals(1, peer().fibres().size());
        assertEquals(1, peer().stats().reconnects.sum());
        assertEquals("", peer().problem());
        assertEquals(0, listening.refused());
    }

    @Test
    void fibresOfOneDeviceAreOnePeer() {
        join();
        Fibre second = join();
        assertEquals(1, listening.peers().size());
        assertEquals(2, peer().fibres().size());
        assertEquals(List.of(), Logged.during(() -> {
            second.stop("one of two");
            rig.loop.run();
        }));
        assertEquals(1, peer().fibres().size());
        assertEquals("the peer ended the tunnel: one of two", peer().problem());
    }

    @Test
    void aStrangerIsToldWhyAndLoggedOncePerAddress() {
        rig.tls.peer = Trust.OTHER;
        List<String> logged = Logged.during(() -> {
            join();
            join();
        });
        assertEquals(
                List.of(
                        "the peer ended the tunnel: this device is not trusted there; pair the two with run cm pair",
                        "the peer ended the tunnel: this device is not trusted there; pair the two with run cm pair"),
                dialler.ended);
        assertEquals(1, logged.size(), logged.toString());
        assertTrue(
                logged.get(0).contains("192.0.2.1 (fingerprint " + Fingerprint.of(Trust.OTHER) + ")"),
                logged.toString());
        assertEquals(2, listening.refused());
        assertTrue(listening.peers().isEmpty());
        listening.trustChanged();
        assertEquals(1, Logged.during(this::join).size(), "it is named again when trust has changed");
    }

    @Test
    void aStrangersConnectionEndsEvenIfItStaysSilent() {
        rig.tls.peer = Trust.OTHER;
        FakeStream far = call();
        rig.pass(999);
        assertFalse(far.far().closed());
        rig.pass(1);
        assertTrue(far.far().closed());
    }

    @Test
    void theDiallerThatDoesNotTrustThisEndSaysSoHere() {
        List<String> logged = Logged.during(() -> {
            for (int i = 0; i < 3; i++) {
                Ignore.dismiss(call(), Listening.STRANGER);
                rig.loop.run();
            }
        });
        String told = "the peer ended the tunnel: this device is not trusted there; pair the two with run cm pair";
        assertEquals(told, peer().problem());
        assertEquals(1, logged.size(), logged.toString());
        assertTrue(logged.get(0).endsWith("The tunnel of dc is down: " + told), logged.toString());
        join().stop("over");
        assertEquals(1, Logged.during(rig.loop::run).size(), "that is another reason");
    }

    @Test
    void pairingGoesToWhoPairs() {
        rig.tls.peer = Trust.OTHER;
        rig.tls.protocol = DeviceTls.PAIRING_PROTOCOL;
        call();
        assertEquals(1, rig.trust.pairing.size());
        assertEquals(0, listening.refused());
    }

    @Test
    void aTrustedDeviceThatSpeaksAnotherProtocolIsRefused() {
        rig.tls.protocol = "";
        call();
        assertEquals(1, listening.refused());
        assertTrue(listening.peers().isEmpty());
    }

    @Test
    void aPeerThatIsTrustedNoLongerIsLeftAtOnce() {
        join();
        listening.trustChanged();
        rig.loop.run();
        assertEquals(List.of(), dialler.ended, "trust in it did not change");
        rig.trust.devices.clear();
        listening.trustChanged();
        rig.loop.run();
        assertEquals(
                List.of("the peer ended the tunnel: this device is no longer trusted there; pair the two with run cm"
                        + " pair"),
                dialler.ended);
        listening.trustChanged();
        assertTrue(listening.peers().isEmpty(), "nothing is left to show");
    }

    @Test
    void withoutCryptoOrSystemACallIsResetAndCounted() {
        rig.services.tls().remove(rig.crypto);
        assertTrue(rig.call().closed());
        rig.services.tls().add(rig.crypto, rig.tls);
        rig.services.trust().remove(rig.system);
        assertTrue(rig.call().closed());
        assertEquals(2, listening.refused());
        assertEquals(0, rig.wan.handshakes());
    }

    @Test
    void peersAreToldWhatTheCodecsAllow() {
        Fibre far = join();
        assertEquals(List.of("runs"), far.theirs().codecs());
        rig.services.codecs().remove(rig.codecs);
        listening.optionsChanged();
        rig.loop.run();
        assertEquals(List.of(), far.theirs().codecs());
    }

    // ---- handshakes that nobody finishes

    @Test
    void handshakesAtOnceHaveALimit() {
        List<FakeStream> callers = new ArrayList<>();
        for (int i = 0; i < Listening.MOST_HANDSHAKES; i++) {
            callers.add(rig.call());
        }
        assertEquals(512, rig.wan.handshakes());
        assertEquals(0, listening.refused());
        assertTrue(callers.stream().noneMatch(FakeStream::closed));

        assertTrue(rig.call().closed(), "one more is closed at once");
        assertEquals(1, listening.refused());
        assertEquals(512, rig.tls.engines(), "it costs no engine");

        rig.wan.insecure("too slow");
        assertFalse(rig.call().closed(), "one failed, another may begin");
        assertEquals(2, listening.refused());
        assertTrue(rig.call().closed());

        rig.greet(rig.wan.secured(), dialler, true);
        assertFalse(rig.call().closed(), "one is done, another may begin");
        assertTrue(rig.call().closed());
        assertEquals(4, listening.refused());
    }

    @Test
    void anEngineThatCannotBeMadeTakesNoPlace() {
        rig.tls.failure = new IllegalStateException("no key");
        for (int i = 0; i < Listening.MOST_HANDSHAKES; i++) {
            assertThrows(IllegalStateException.class, () -> rig.call());
        }
        rig.tls.failure = null;
        assertFalse(rig.call().closed());
    }

    @Test
    void theFlightRecorderIsToldOfItsTunnels() throws IOException {
        try (FlightRecording recording = new FlightRecording("org.ferrule.Tunnel")) {
            Fibre first = join();
            Fibre second = join();
            first.stop("one is enough");
            rig.loop.run();
            second.stop("maintenance");
            rig.loop.run();
            assertEquals(
                    List.of("dc false true ", "dc false false the peer ended the tunnel: maintenance"),
                    recording.events().stream()
                            .map(event -> event.getString("endpoint") + " " + event.getBoolean("dialledHere") + " "
                                    + event.getBoolean("up") + " " + event.getString("reason"))
                            .toList());
        }
    }
}
