package org.ferrule.crypto.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.ferrule.config.Home;
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
        return new DeviceEngines(home(name), name, Clock.systemUTC());
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
        DeviceEngines dc = new DeviceEngines(home("dc"), "dc", later);
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
}
