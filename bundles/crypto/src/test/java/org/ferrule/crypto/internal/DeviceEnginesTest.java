package org.ferrule.crypto.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.ferrule.config.Home;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand;
import org.ferrule.tls.DeviceTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceEnginesTest {
    @TempDir
    Path folder;

    private Home home(String name) {
        return new Home(folder.resolve(name));
    }

    private DeviceEngines device(String name) {
        return device(name, Clock.systemUTC());
    }

    private DeviceEngines device(String name, Clock clock) {
        return new DeviceEngines(home(name), new MasterKeySecrets(home(name)), name, clock);
    }

    @Test
    void twoDevicesProveThemselvesWithTheHybridKeyExchange() throws Exception {
        DeviceEngines branch = device("branch");
        DeviceEngines dc = device("dc");
        SSLEngine client = branch.engine(true, DeviceTls.PAIRING_PROTOCOL);
        SSLEngine server = dc.engine(false, DeviceTls.TUNNEL_PROTOCOL, DeviceTls.PAIRING_PROTOCOL);

        new Handshakes(client, server).complete();

        assertEquals(dc.certificate(), branch.peer(client));
        assertEquals(branch.certificate(), dc.peer(server));
        assertEquals(DeviceTls.PAIRING_PROTOCOL, branch.protocol(client));
        assertEquals(DeviceTls.PAIRING_PROTOCOL, dc.protocol(server));
        assertEquals("X25519MLKEM768", branch.keyExchange(client));
        assertEquals("X25519MLKEM768", dc.keyExchange(server));
        assertEquals("TLSv1.3", client.getSession().getProtocol());
        assertTrue(client.getSession().getCipherSuite().contains("GCM"));
    }

    @Test
    void theHybridShareGoesWithTheFirstFlight() throws Exception {
        ByteBuffer hello = ByteBuffer.allocate(1 << 15);
        SSLEngine client = device("branch").engine(true, "x");
        client.beginHandshake();
        client.wrap(ByteBuffer.allocate(0), hello);
        assertTrue(hello.position() > 1184, "a ClientHello of " + hello.position() + " bytes has no ML-KEM share");
    }

    @Test
    void theIdentityStaysOverRestarts() {
        DeviceEngines first = device("branch");
        assertEquals(first.certificate(), device("branch").certificate());
        assertEquals("CN=branch", first.certificate().getSubjectX500Principal().getName());
        assertEquals(95, first.fingerprint(first.certificate()).length());
    }

    @Test
    void theKeyIsSealedAndItsOwnersOnly() throws IOException {
        device("branch");
        Path key = home("branch").keys().resolve("device.key");
        assertTrue(Files.readString(key).startsWith("$M$"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(home("branch").keys())));
    }

    @Test
    void aTamperedKeySaysWhichFileAndWhatToDo() throws IOException {
        device("branch");
        Path key = home("branch").keys().resolve("device.key");
        Files.writeString(key, Files.readString(key).strip() + "AAAA");
        String message = assertThrows(IllegalStateException.class, () -> device("branch"))
                .getMessage();
        assertTrue(message.contains(key.toString()) && message.contains("back from"), message);
    }

    @Test
    void anotherKeyThanTheCertificatesIsFound() throws IOException {
        device("branch");
        device("dc");
        Files.copy(
                home("dc").keys().resolve("device.crt"),
                home("branch").keys().resolve("device.crt"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        String message = assertThrows(IllegalStateException.class, () -> device("branch"))
                .getMessage();
        assertTrue(message.contains("not the key of device.crt"), message);
    }

    @Test
    void aLostMasterKeyIsNotReplacedSilently() throws IOException {
        device("branch");
        Files.delete(home("branch").keys().resolve("master.key"));
        String message = assertThrows(IllegalStateException.class, () -> device("branch"))
                .getMessage();
        assertTrue(message.contains("master.key") && message.contains("backup"), message);
    }

    @Test
    void anExpiredCertificateIsRefused() {
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(4000));
        DeviceEngines dc = device("dc", later);
        Handshakes handshakes = new Handshakes(device("branch").engine(true, "x"), dc.engine(false, "x"));
        assertThrows(SSLException.class, handshakes::complete);
    }

    @Test
    void noCommonProtocolIsRefused() {
        Handshakes handshakes = new Handshakes(
                device("branch").engine(true, DeviceTls.PAIRING_PROTOCOL),
                device("dc").engine(false, DeviceTls.TUNNEL_PROTOCOL));
        assertThrows(SSLException.class, handshakes::complete);
    }

    @Test
    void aRenewedCertificateIsSignedByTheOneBeforeAndStaysOverRestarts() throws Exception {
        DeviceEngines branch = device("branch");
        DeviceEngines dc = device("dc");
        X509Certificate before = branch.certificate();
        SSLEngine old = branch.engine(true, "x");

        X509Certificate after = branch.renew();

        after.verify(before.getPublicKey());
        assertNotEquals(before.getPublicKey(), after.getPublicKey());
        assertEquals("CN=branch", after.getSubjectX500Principal().getName());
        assertEquals(before.getSubjectX500Principal(), after.getIssuerX500Principal());
        SSLEngine client = branch.engine(true, "x");
        SSLEngine server = dc.engine(false, "x");
        new Handshakes(client, server).complete();
        assertEquals(after, dc.peer(server));
        // What began before the change comes to its end with what it began with.
        SSLEngine other = dc.engine(false, "x");
        new Handshakes(old, other).complete();
        assertEquals(before, dc.peer(other));
        assertEquals(after, device("branch").certificate());
        X509Certificate third = branch.renew();
        third.verify(after.getPublicKey());
    }

    @Test
    void aCrashBetweenTheTwoFilesIsMended() throws Exception {
        DeviceEngines branch = device("branch");
        Path keys = home("branch").keys();
        byte[] oldKey = Files.readAllBytes(keys.resolve("device.key"));
        byte[] oldCertificate = Files.readAllBytes(keys.resolve("device.crt"));
        X509Certificate before = branch.certificate();
        X509Certificate after = branch.renew();
        byte[] newKey = Files.readAllBytes(keys.resolve("device.key"));
        byte[] newCertificate = Files.readAllBytes(keys.resolve("device.crt"));

        // Only the key was written: nothing is decided.
        Files.write(keys.resolve("device.key"), oldKey);
        Files.write(keys.resolve("device.crt"), oldCertificate);
        Files.write(keys.resolve("device.key.next"), newKey);
        assertEquals(before, device("branch").certificate());
        assertFalse(Files.exists(keys.resolve("device.key.next")));
        // Both were written, none is in place.
        Files.write(keys.resolve("device.key.next"), newKey);
        Files.write(keys.resolve("device.crt.next"), newCertificate);
        assertEquals(after, device("branch").certificate());
        // The key is in place, the certificate is not.
        Files.write(keys.resolve("device.crt"), oldCertificate);
        Files.write(keys.resolve("device.crt.next"), newCertificate);
        assertEquals(after, device("branch").certificate());
        try (var files = Files.list(keys)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".next")));
        }
    }

    @Test
    void anAuthoritysCertificateForTheDevicesKeyIsTakenAndNoOther() throws Exception {
        DeviceEngines branch = device("branch");
        device("authority");
        DeviceIdentity authority = DeviceIdentity.readOrMake(
                home("authority").keys(), new MasterKeySecrets(home("authority")), "authority", Instant.now());
        StringWriter text = new StringWriter();
        new RequestCommand(home("branch"), new MasterKeySecrets(home("branch")), Clock.systemUTC())
                .run(new RunCommand.Invocation(
                        new Account("admin", Account.Role.ADMIN, "tmsh"),
                        Map.of("subject-alternative-name", "branch.example.org,192.0.2.1"),
                        new PrintWriter(text),
                        Map.of()));
        PKCS10CertificationRequest request =
                (PKCS10CertificationRequest) new PEMParser(new StringReader(text.toString())).readObject();
        assertTrue(request.isSignatureValid(new JcaContentVerifierProviderBuilder()
                .build(branch.certificate().getPublicKey())));
        assertEquals("CN=branch", request.getSubject().toString());
        assertTrue(request.getRequestedExtensions().toString().length() > 0);

        X509Certificate issued = new JcaX509CertificateConverter()
                .getCertificate(new X509v3CertificateBuilder(
                                X500Name.getInstance(authority
                                        .certificate()
                                        .getSubjectX500Principal()
                                        .getEncoded()),
                                java.math.BigInteger.TWO,
                                Date.from(Instant.now().minusSeconds(60)),
                                Date.from(Instant.now().plus(Duration.ofDays(90))),
                                request.getSubject(),
                                request.getSubjectPublicKeyInfo())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.key())));
        branch.install(issued);
        assertEquals(issued, branch.certificate());
        assertEquals(issued, device("branch").certificate());
        String refused = assertThrows(IOException.class, () -> branch.install(authority.certificate()))
                .getMessage();
        assertTrue(refused.contains("another key"), refused);
        assertEquals(issued, branch.certificate());
    }
}
