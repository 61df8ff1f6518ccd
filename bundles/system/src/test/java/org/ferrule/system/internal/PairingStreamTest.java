package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PairingStreamTest {
    private final FakeLoop loop = new FakeLoop();
    private final FakeStream near = FakeStream.pair(loop);
    private final PairingTokens tokens = new PairingTokens(() -> Instant.EPOCH);
    private final List<String> heard = new ArrayList<>();
    private final List<Runnable> blocking = new ArrayList<>();
    private final Trust trust = new Trust((stream, peer) -> {}, (name, before, now) -> {}, Clock.systemUTC());
    private final FakeConfiguration configuration = new FakeConfiguration(new SystemModule(
            new UserRules(Samples.unsealer()),
            new DeviceRules(() -> Optional.of(Samples.DC), "1"),
            List.of(trust::follow)));
    private Executor executor = blocking::add;
    private PairingHost host;

    @BeforeEach
    void start() {
        host = new PairingHost(
                tokens,
                () -> Optional.of(Samples.DC),
                () -> "dc",
                new TrustKeeper(() -> Optional.of(configuration)),
                task -> executor.execute(task));
    }

    private PairingStream dial(PairingToken token) {
        return new PairingStream(
                near, new PairingDialler(token, "branch", Samples.BRANCH, Samples.DC), new PairingStream.Outcome() {
                    @Override
                    public void proved(PairingStream pairing, PairingParty.Peer peer) {
                        heard.add("paired with " + peer.name());
                        pairing.close();
                    }

                    @Override
                    public void failed(String reason) {
                        heard.add(reason);
                    }
                });
    }

    private void run() {
        loop.run();
        List.copyOf(blocking).forEach(Runnable::run);
        blocking.clear();
        loop.run();
    }

    @Test
    void bothTrustEachOtherAndNothingStaysOpen() {
        host.accept(near.far(), Samples.BRANCH);
        dial(tokens.issue().orElseThrow()).start();
        run();
        assertEquals(List.of("paired with dc"), heard);
        assertEquals(Optional.of("branch"), trust.trusted(Samples.BRANCH));
        assertEquals(1, configuration.saves);
        assertTrue(near.closed() && near.far().closed());
        assertEquals(0, loop.timers());
        assertEquals(0, host.failures());
    }

    @Test
    void pairingAgainUpdatesTheCertificate() throws ConfigException {
        configuration.put(
                TrustedDevice.id("branch"), java.util.Map.of("certificate", Certificates.pem(Samples.MALLORY)));
        host.accept(near.far(), Samples.BRANCH);
        dial(tokens.issue().orElseThrow()).start();
        run();
        assertEquals(Optional.of("branch"), trust.trusted(Samples.BRANCH));
        assertEquals(Optional.empty(), trust.trusted(Samples.MALLORY));
    }

    @Test
    void aDeviceThatIsKnownKeepsItsName() throws ConfigException {
        configuration.put(TrustedDevice.id("shop"), java.util.Map.of("certificate", Certificates.pem(Samples.BRANCH)));
        host.accept(near.far(), Samples.BRANCH);
        dial(tokens.issue().orElseThrow()).start();
        run();
        assertEquals(Optional.of("shop"), trust.trusted(Samples.BRANCH));
        assertEquals(1, configuration.running().ids(TrustedDevice.KIND).size());
    }

    @Test
    void bothSidesHearWhyItFailed() {
        host.accept(near.far(), Samples.MALLORY);
        dial(tokens.issue().orElseThrow()).start();
        run();
        assertEquals(List.of("the other appliance refused: the token is not right"), heard);
        assertEquals(1, host.failures());
        assertEquals(Optional.empty(), trust.trusted(Samples.MALLORY));
        loop.pass(PairingStream.TIME_LIMIT);
        assertTrue(near.far().closed());
    }

    @Test
    void aRefusedTransactionIsToldToTheOtherSide() {
        executor = task -> {
            throw new java.util.concurrent.RejectedExecutionException();
        };
        host.accept(near.far(), Samples.BRANCH);
        dial(tokens.issue().orElseThrow()).start();
        run();
        assertEquals(List.of("the other appliance refused: the appliance is being stopped"), heard);
    }

    @Test
    void silenceEndsAfterTenSeconds() {
        host.accept(near.far(), Samples.BRANCH);
        loop.pass(PairingStream.TIME_LIMIT.minusMillis(1));
        assertEquals(0, host.failures());
        loop.pass(PairingStream.TIME_LIMIT);
        assertEquals(1, host.failures());
        loop.pass(PairingStream.TIME_LIMIT);
        assertTrue(near.far().closed());
    }

    @Test
    void hangingUpAndResetsAreFailures() {
        host.accept(near.far(), Samples.BRANCH);
        near.shutdownOutput();
        run();
        assertEquals(1, host.failures());
        FakeStream other = FakeStream.pair(loop);
        host.accept(other.far(), Samples.BRANCH);
        other.reset();
        run();
        assertEquals(2, host.failures());
    }

    @Test
    void rubbishIsRefusedAtOnce() {
        host.accept(near.far(), Samples.BRANCH);
        near.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes()));
        run();
        assertEquals(1, host.failures());
        assertTrue(near.far().outputEnded());
    }

    @Test
    void onlySoManyPairAtOnce() {
        for (int i = 0; i < 16; i++) {
            host.accept(FakeStream.pair(loop).far(), Samples.BRANCH);
        }
        assertFalse(near.far().closed());
        host.accept(near.far(), Samples.BRANCH);
        assertTrue(near.far().closed());
        loop.pass(PairingStream.TIME_LIMIT);
        FakeStream later = FakeStream.pair(loop);
        host.accept(later.far(), Samples.BRANCH);
        assertFalse(later.closed());
    }

    @Test
    void withoutOurOwnCertificateNobodyPairs() {
        PairingHost away =
                new PairingHost(tokens, Optional::empty, () -> "dc", new TrustKeeper(Optional::empty), executor);
        away.accept(near.far(), Samples.BRANCH);
        assertTrue(near.far().closed());
    }

    @Test
    void deletingEndsTrust() throws ConfigException {
        bothTrustEachOtherAndNothingStaysOpen();
        ConfigTree after = configuration.commit(List.of(new Edit.Delete(TrustedDevice.id("branch"))));
        assertEquals(List.of(), after.ids(TrustedDevice.KIND));
        assertEquals(Optional.empty(), trust.trusted(Samples.BRANCH));
    }
}
