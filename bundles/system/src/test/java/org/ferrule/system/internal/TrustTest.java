package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.kind.Addresses;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.Expiry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices stay trusted when they renew their certificates, and nobody else gets in that way. */
class TrustTest {
    // Made by openssl: the second is signed by the first one's key, the third names the first as its issuer but was
    // signed
    // by another key, the fourth is an authority's for the first one's key.
    private static final X509Certificate FIRST = certificate("spoke.crt");
    private static final X509Certificate RENEWED = certificate("spoke-renewed.crt");
    private static final X509Certificate FORGED = certificate("spoke-forged.crt");
    private static final X509Certificate OF_AUTHORITY = certificate("spoke-of-authority.crt");

    private final List<X509Certificate> learned = new ArrayList<>();
    private Instant now = RENEWED.getNotBefore().toInstant().plusSeconds(60);
    private Trust trust;
    private FakeConfiguration configuration;
    private TrustKeeper keeper;

    private static X509Certificate certificate(String file) {
        try {
            return Certificates.parse(Samples.text(file));
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() throws ConfigException {
        trust = new Trust((stream, peer) -> {}, (name, before, after) -> learned.add(after), () -> now);
        configuration = new FakeConfiguration(new SystemModule(
                new UserRules(Samples.unsealer()),
                new DeviceRules(() -> Optional.of(Samples.DC), "1.2.3"),
                List.of(trust::follow)));
        keeper = new TrustKeeper(() -> Optional.of(configuration));
        configuration.commit(List.of(new Edit.Create(
                TrustedDevice.id("spoke"), List.of(new Assign.Value("certificate", Certificates.pem(FIRST))))));
    }

    private Optional<String> spoke(X509Certificate certificate) {
        return trust.trusted(certificate);
    }

    @Test
    void aCertificateThatTheTrustedOneSignedIsTheDevices() {
        assertEquals(Optional.of("spoke"), spoke(RENEWED));
        assertEquals(List.of(RENEWED), learned);
        assertEquals(Optional.of("spoke"), spoke(FIRST));
    }

    @Test
    void soIsOneOfAnAuthorityForTheSameKey() {
        assertEquals(Optional.of("spoke"), spoke(OF_AUTHORITY));
    }

    @Test
    void whoeverOnlyClaimsToBeSignedIsNobody() {
        assertEquals(Optional.empty(), spoke(FORGED));
        assertEquals(Optional.empty(), spoke(Samples.MALLORY));
        assertEquals(List.of(), learned);
    }

    @Test
    void oldAndNewAreTrustedForATimeAndThenOnlyTheNew() {
        keeper.renewed("spoke", FIRST, RENEWED);
        assertEquals(Optional.of("spoke"), spoke(RENEWED));
        assertEquals(Optional.of("spoke"), spoke(FIRST));
        assertEquals(List.of(), learned, "it is known already");
        now = RENEWED.getNotBefore().toInstant().plus(Trust.OVERLAP);
        assertEquals(Optional.of("spoke"), spoke(RENEWED));
        assertEquals(Optional.empty(), spoke(FIRST));
    }

    @Test
    void theOldOneDoesNotVouchAnyMore() {
        keeper.renewed("spoke", FIRST, RENEWED);
        assertEquals(Optional.empty(), spoke(OF_AUTHORITY));
    }

    @Test
    void anAdministratorEndsTheOverlapAtOnce() throws ConfigException {
        keeper.renewed("spoke", FIRST, RENEWED);
        configuration.commit(List.of(
                new Edit.Modify(TrustedDevice.id("spoke"), List.of(new Assign.Value("previous-certificate", "none")))));
        assertEquals(Optional.empty(), spoke(FIRST));
    }

    @Test
    void whatIsLearnedTooLateChangesNothing() throws ConfigException {
        configuration.commit(List.of(new Edit.Delete(TrustedDevice.id("spoke"))));
        ConfigTree before = configuration.running();
        keeper.renewed("spoke", FIRST, RENEWED);
        assertEquals(before, configuration.running());
        assertEquals(Optional.empty(), spoke(RENEWED));
        assertEquals(Optional.empty(), spoke(FIRST));
    }

    @Test
    void anExpiredCertificateVouchesForNothing() {
        now = FIRST.getNotAfter().toInstant().plusSeconds(1);
        assertEquals(Optional.empty(), spoke(RENEWED));
    }

    @Test
    void pairingAgainEndsTrustInTheOldCertificate() throws ConfigException, java.io.IOException {
        keeper.renewed("spoke", FIRST, RENEWED);
        keeper.trust(new PairingParty.Peer("spoke", Samples.BRANCH), Addresses.address("192.0.2.1"));
        assertEquals(Optional.of("spoke"), spoke(Samples.BRANCH));
        assertEquals(Optional.empty(), spoke(FIRST));
        assertEquals(Optional.empty(), spoke(RENEWED));
    }

    @Test
    void expiryIsShownAndLogged() {
        TrustedDeviceStatus status = new TrustedDeviceStatus(configuration::running, () -> now);
        List<String> log = new ArrayList<>();
        ExpiryWatch watch =
                new ExpiryWatch(() -> List.<ExpiringCertificates>of(status::certificates), () -> now, log::add);
        watch.look();
        assertEquals(List.of(), log);
        assertEquals("The device is trusted", status.status().get(0).reason());

        Instant end = FIRST.getNotAfter().toInstant();
        now = end.minus(Expiry.WARNING);
        watch.look();
        assertEquals(
                List.of("The certificate of the trusted device spoke expires in 30 days, on " + end
                        + ". Run cm renew there, while it is good"),
                log);
        assertEquals(
                "The device is trusted; its certificate expires in 30 days, on " + end,
                status.status().get(0).reason());
        now = end.minus(Duration.ofHours(3));
        assertTrue(status.status().get(0).reason().contains("expires within a day"));
        now = end.plusSeconds(1);
        assertTrue(status.status().get(0).reason().contains("certificate has expired on " + end));
        watch.close();
    }
}
