package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;
import org.ferrule.tls.Fingerprint;
import org.junit.jupiter.api.Test;

class TunnelTest {
    private static final long MILLION = 1_000_000;
    private static final long LONGEST = 30_000 * MILLION;
    private static final String STRANGER = "the appliance there (fingerprint " + Fingerprint.of(Trust.OTHER) + ")";

    private final TunnelRig rig = new TunnelRig();
    private final Endpoint endpoint = rig.endpoint();
    private final Tunnel tunnel = endpoint.tunnels().get(0);
    private final FakeOwner peer = new FakeOwner();

    private TunnelTest start() {
        endpoint.start();
        rig.loop.run();
        return this;
    }

    /** Dials and fails until pauses are long. */
    private void startWithFailures() {
        start();
        for (int i = 0; i < 8; i++) {
            rig.wan.next().refuse("connection refused");
            pauseNanos();
        }
    }

    private TunnelTest up() {
        start();
        rig.answer(peer);
        assertTrue(endpoint.ready());
        return this;
    }

    /** Lets time pass until the next dial; gives how much, to a millisecond. */
    private long pauseNanos() {
        long before = rig.loop.nanoTime();
        while (rig.wan.waiting().isEmpty()) {
            assertTrue(rig.loop.nanoTime() - before <= LONGEST, "it does not dial again");
            rig.pass(1);
        }
        return rig.loop.nanoTime() - before;
    }

    private void assertDialsNoMore() {
        rig.pass(60_000);
        assertTrue(rig.wan.waiting().isEmpty());
    }

    private static void assertWithin(long least, long most, long value) {
        assertTrue(least <= value && value <= most, least + " <= " + value + " <= " + most);
    }

    @Test
    void aFibreIsOpenedAheadOfNeed() {
        up();
        assertSame(rig.loop, tunnel.readyFibre().loop());
        assertEquals("", endpoint.problem());
        assertEquals("dc", endpoint.device());
        assertEquals("x25519", tunnel.keyExchange());
        assertEquals(1, endpoint.stats().reconnects.sum());
    }

    @Test
    void pausesDoubleUntilThirtySecondsWithUpToHalfOfThemLeftOut() {
        start();
        long pause = 250 * MILLION;
        for (int i = 0; i < 15; i++) {
            rig.wan.next().refuse("connection refused");
            assertWithin(pause / 2, pause + MILLION, pauseNanos());
            pause = Math.min(LONGEST, 2 * pause);
        }
        assertEquals(LONGEST, pause);
        assertEquals("connection refused", endpoint.problem());
    }

    @Test
    void sitesDoNotDialInStep() {
        HashSet<Long> pauses = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            TunnelTest site = new TunnelTest().start();
            site.rig.wan.next().refuse("connection refused");
            pauses.add(site.pauseNanos());
        }
        assertTrue(pauses.size() > 1, "all pause alike: " + pauses);
    }

    @Test
    void afterAFibreThatWorkedTheFirstAttemptComesSoon() {
        startWithFailures();
        Fibre far = rig.answer(peer);
        far.stop("maintenance");
        rig.loop.run();
        assertEquals("the peer ended the tunnel: maintenance", endpoint.problem());
        assertWithin(125 * MILLION, 251 * MILLION, pauseNanos());
    }

    @Test
    void aPeerThatConnectsButNeverGreetsIsNotASuccess() {
        start();
        for (int i = 0; i < 4; i++) {
            rig.wan.next().take();
            FakeStream far = rig.wan.secured();
            rig.loop.run();
            far.reset();
            rig.loop.run();
            assertEquals("the fibre was reset", endpoint.problem());
            long least = 125 * MILLION << i;
            assertWithin(least, 2 * least + MILLION, pauseNanos());
        }
    }

    @Test
    void aFailedHandshakeIsToldAndTriedAgain() {
        start();
        rig.wan.next().take();
        rig.wan.insecure("no common cipher");
        assertEquals("the TLS handshake failed: no common cipher", endpoint.problem());
        assertWithin(125 * MILLION, 251 * MILLION, pauseNanos());
    }

    @Test
    void wakingEndsThePauseAndForgetsTheFailures() {
        startWithFailures();
        rig.wan.next().refuse("connection refused");
        tunnel.wake();
        rig.loop.run();
        assertEquals(1, rig.wan.waiting().size());
        rig.wan.next().refuse("connection refused");
        assertWithin(125 * MILLION, 251 * MILLION, pauseNanos());
    }

    @Test
    void wakingOneThatDialsOrIsUpDoesNothing() {
        start();
        tunnel.wake();
        rig.loop.run();
        assertEquals(1, rig.wan.waiting().size(), "while it dials");
        rig.wan.next().take();
        tunnel.wake();
        rig.loop.run();
        assertTrue(rig.wan.waiting().isEmpty(), "in the handshake");
        rig.greet(rig.wan.secured(), peer, false);
        tunnel.wake();
        rig.loop.run();
        assertTrue(rig.wan.waiting().isEmpty(), "while it is up");
    }

    @Test
    void oneFibreThatComesUpWakesTheOtherLoops() {
        FakeLoop other = rig.wan.addLoop();
        Endpoint two = rig.endpoint();
        two.start();
        rig.loop.run();
        other.run();
        rig.wan.next().refuse("connection refused");
        rig.answer(peer);
        rig.loop.run();
        assertEquals(1, rig.wan.waiting().size(), "the first loop need not sit out its pause");
        assertNull(two.readyFibre(rig.loop));
        assertTrue(two.readyFibre(other) != null && two.ready());
        rig.answer(peer);
        assertTrue(two.readyFibre(rig.loop) != null);
        assertNull(two.readyFibre(rig.wan.addLoop()), "a loop that was not there");
    }

    @Test
    void stoppedWhilePausingItDialsNoMore() {
        start();
        rig.wan.next().refuse("connection refused");
        endpoint.stop("over");
        rig.loop.run();
        assertEquals(0, rig.loop.timers());
        tunnel.wake();
        assertDialsNoMore();
        assertEquals(0, rig.loop.timers());
    }

    @Test
    void stoppedWhileDiallingItLeavesTheConnection() {
        start();
        endpoint.stop("over");
        rig.loop.run();
        rig.wan.next().take();
        assertLeft();
    }

    @Test
    void stoppedInTheHandshakeItLeavesTheConnection() {
        start();
        rig.wan.next().take();
        endpoint.stop("over");
        rig.loop.run();
        assertLeft();
    }

    /** The handshake under way may end; what comes of it is told that nobody wants it. */
    private void assertLeft() {
        rig.greet(rig.wan.secured(), peer, false);
        assertEquals(List.of("the peer ended the tunnel: the endpoint was taken out of the configuration"), peer.ended);
        assertDialsNoMore();
        assertFalse(endpoint.ready());
        assertEquals(0, rig.loop.timers());
    }

    @Test
    void stoppedWhileADialFailsItDialsNoMore() {
        start();
        endpoint.stop("over");
        rig.loop.run();
        rig.wan.next().refuse("connection refused");
        assertDialsNoMore();
    }

    @Test
    void stoppedWhileUpItTellsThePeerAndDialsNoMore() {
        up();
        endpoint.stop("the isession module of the peer stops");
        assertDialsNoMore();
        assertEquals(List.of("the peer ended the tunnel: the isession module of the peer stops"), peer.ended);
        assertFalse(endpoint.ready());
    }

    @Test
    void withoutCryptoItSaysSoAndGoesOnWhenItIsBack() {
        rig.services.tls().remove(rig.crypto);
        start();
        assertEquals("module crypto is not running", endpoint.problem());
        rig.services.tls().add(rig.crypto, rig.tls);
        pauseNanos();
        rig.answer(peer);
        assertTrue(endpoint.ready());
    }

    @Test
    void withoutSystemNobodyIsDialledNorCalledAStranger() {
        rig.services.trust().remove(rig.system);
        start();
        assertEquals("module system is not running", endpoint.problem());
        assertTrue(rig.wan.waiting().isEmpty());
        rig.services.trust().add(rig.system, rig.trust);
        pauseNanos();
        rig.answer(peer);
        assertTrue(endpoint.ready());
    }

    @Test
    void aStrangerThatAnswersIsToldWhyAndNamedHere() {
        rig.tls.peer = Trust.OTHER;
        start();
        Fibre far = rig.answer(peer);
        assertEquals(
                List.of("the peer ended the tunnel: this device is not trusted there; pair the two with run cm pair"),
                peer.ended);
        assertTrue(far.ended());
        assertEquals(STRANGER + " is not trusted here; pair the two with run cm pair", endpoint.problem());
        assertEquals("", endpoint.device());
        assertFalse(endpoint.ready());
        assertWithin(125 * MILLION, 251 * MILLION, pauseNanos());
    }

    @Test
    void theLogNamesAStrangerOnce() {
        rig.tls.peer = Trust.OTHER;
        List<String> logged = Logged.during(() -> {
            start();
            rig.answer(peer);
            pauseNanos();
            rig.answer(peer);
        });
        assertEquals(1, logged.size(), logged.toString());
        assertTrue(logged.get(0).contains("192.0.2.1:443 is down: " + STRANGER));
    }

    @Test
    void aStrangerIsTriedAtOnceWhenItIsTrusted() {
        rig.tls.peer = Trust.OTHER;
        start();
        rig.answer(peer);
        rig.trust.devices.put(Trust.OTHER, "other");
        tunnel.trustChanged();
        rig.loop.run();
        rig.answer(new FakeOwner());
        assertEquals("other", endpoint.device());
        assertTrue(endpoint.ready());
    }

    @Test
    void aPeerThatIsTrustedNoLongerIsLeftAtOnce() {
        up();
        tunnel.trustChanged();
        rig.loop.run();
        assertTrue(endpoint.ready(), "trust in it did not change");
        rig.trust.devices.clear();
        tunnel.trustChanged();
        rig.loop.run();
        assertFalse(endpoint.ready());
        assertEquals(List.of("the peer ended the tunnel: this device is no longer trusted"), peer.ended);
        pauseNanos();
        rig.answer(new FakeOwner());
        assertTrue(endpoint.problem().contains("is not trusted here"), endpoint.problem());
    }

    @Test
    void whenThePeerTakesNoMoreFlowsTheNextFibreComesAndTheOldOneIsStillWatched() {
        start();
        rig.wan.next().take();
        FakeStream far = rig.wan.secured();
        rig.greet(far, peer, false);
        Fibre old = tunnel.readyFibre();
        Opened flow = Opened.on(old);
        rig.loop.run();
        ByteBuffer goAway = ByteBuffer.allocate(100);
        Frames.text(goAway, FrameType.GOAWAY, 0, 1, "upgrade");
        far.write(goAway.flip());
        rig.loop.run();
        assertFalse(old.ready());
        assertFalse(old.ended(), "its flow goes on");
        pauseNanos();
        rig.answer(new FakeOwner());
        assertTrue(tunnel.readyFibre() != old);
        rig.trust.devices.clear();
        tunnel.trustChanged();
        rig.loop.run();
        assertTrue(old.ended(), "it belongs to nobody who is trusted");
        assertEquals(1, flow.recorder.closed.size());
    }

    @Test
    void theCodecsThatAreThereAreWhatIsOffered() {
        up();
        assertEquals(List.of("runs"), tunnel.readyFibre().ours().codecs());
        rig.services.codecs().remove(rig.codecs);
        tunnel.optionsChanged();
        rig.loop.run();
        assertEquals(List.of(), tunnel.readyFibre().ours().codecs());
        rig.core.settings(TunnelRig.settings(false));
        tunnel.optionsChanged();
        rig.loop.run();
        assertFalse(tunnel.readyFibre().ours().mode());
        assertEquals(
                Map.of(
                        "device",
                        "here",
                        "program",
                        "ferrule 0.1.0",
                        "histories",
                        Integer.toString(Histories.kept(rig.core.decoders().size())),
                        "endpoints",
                        "192.0.2.9:443"),
                tunnel.hello());
    }

    @Test
    void whatHappensToOneEndpointAgainIsNoNews() {
        assertTrue(endpoint.failed("connection refused"));
        assertFalse(endpoint.failed("connection refused"));
        assertTrue(endpoint.failed("no route to host"));
        endpoint.connected();
        assertTrue(endpoint.failed("no route to host"), "it was up between");
    }
}
