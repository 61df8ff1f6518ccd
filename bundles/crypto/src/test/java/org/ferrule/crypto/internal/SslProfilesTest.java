package org.ferrule.crypto.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Home;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.shell.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SslProfilesTest {
    private static final ObjectId CLIENT = new ObjectId(ClientSsl.KIND, "/Common/c");
    private static final ObjectId SERVER = new ObjectId(ServerSsl.KIND, "/Common/s");

    @TempDir
    Path folder;

    private SslProfiles profiles;
    private ConfigTree tree = ConfigTree.of(
            List.of(
                    new ConfigObject(new ObjectId(ClientSsl.KIND, "/Common/clientssl"), 1, Map.of()),
                    new ConfigObject(new ObjectId(ServerSsl.KIND, "/Common/serverssl"), 1, Map.of())),
            List.of());

    @BeforeEach
    void start() throws ConfigException {
        profiles = new SslProfiles(
                new Home(folder), new MasterKeySecrets(new Home(folder)), "app.example.org", Clock.systemUTC(), null);
        profiles.reconcile(tree);
    }

    private Path ssl(String name) {
        return folder.resolve("ssl").resolve(name);
    }

    private void commit(ObjectId id, Map<String, Object> properties) throws ConfigException {
        ConfigTree proposed = tree.with(new ConfigObject(id, 1, properties));
        Reservation held = profiles.prepare(tree, proposed);
        profiles.reconcile(proposed);
        held.close();
        tree = proposed;
    }

    private void refused(ObjectId id, Map<String, Object> properties, String... says) {
        String message = assertThrows(ConfigException.class, () -> commit(id, properties))
                .getMessage();
        assertTrue(message.contains(id.name()), message);
        for (String part : says) {
            assertTrue(message.contains(part), message);
        }
    }

    private SSLEngine serverSide(String profile) {
        return profiles.serverSide(profile, "app.example.org", 443).orElseThrow();
    }

    private SSLEngine clientSide(String profile) {
        return profiles.clientSide(profile).orElseThrow();
    }

    private void joins(SSLEngine client, SSLEngine server) throws SSLException {
        new Handshakes(client, server).complete();
    }

    private void fails(SSLEngine client, SSLEngine server) {
        assertThrows(SSLException.class, () -> new Handshakes(client, server).complete());
    }

    @Test
    void theShippedProfilesServeAndVerify() throws Exception {
        // A self-signed certificate is not in the JVM's bundle, so the default refuses it …
        fails(serverSide("/Common/serverssl"), clientSide("/Common/clientssl"));
        // … and believes it when told to.
        commit(SERVER, Map.of("ca-file", "default.crt"));
        SSLEngine client = serverSide("/Common/s");
        joins(client, clientSide("/Common/clientssl"));
        assertEquals("TLSv1.3", client.getSession().getProtocol());
        assertEquals(Duration.ofSeconds(10), profiles.handshakeTimeout("/Common/clientssl"));
    }

    @Test
    void theNameMustFit() throws Exception {
        commit(SERVER, Map.of("ca-file", "default.crt"));
        fails(profiles.serverSide("/Common/s", "10.0.0.1", 443).orElseThrow(), clientSide("/Common/clientssl"));
        commit(SERVER, Map.of("ca-file", "default.crt", "authenticate-name", "app.example.org"));
        joins(profiles.serverSide("/Common/s", "10.0.0.1", 443).orElseThrow(), clientSide("/Common/clientssl"));
        commit(SERVER, Map.of("ca-file", "default.crt", "server-name", "other.example.org"));
        fails(serverSide("/Common/s"), clientSide("/Common/clientssl"));
        commit(SERVER, Map.of("peer-cert-mode", "ignore"));
        joins(profiles.serverSide("/Common/s", "10.0.0.1", 443).orElseThrow(), clientSide("/Common/clientssl"));
    }

    @Test
    void clientsMayBeAskedForCertificates() throws Exception {
        commit(CLIENT, Map.of("peer-cert-mode", "require", "ca-file", "default.crt"));
        commit(SERVER, Map.of("ca-file", "default.crt"));
        fails(serverSide("/Common/s"), clientSide("/Common/c"));
        commit(SERVER, Map.of("ca-file", "default.crt", "cert", "default.crt", "key", "default.key"));
        joins(serverSide("/Common/s"), clientSide("/Common/c"));
        commit(CLIENT, Map.of("peer-cert-mode", "request", "ca-file", "default.crt"));
        commit(SERVER, Map.of("ca-file", "default.crt"));
        joins(serverSide("/Common/s"), clientSide("/Common/c"));
    }

    @Test
    void aHybridGroupIsUsed() throws Exception {
        List<String> groups = List.of("X25519MLKEM768");
        commit(CLIENT, Map.of("groups", groups));
        commit(SERVER, Map.of("groups", groups, "ca-file", "default.crt"));
        SSLEngine client = serverSide("/Common/s");
        joins(client, clientSide("/Common/c"));
        assertEquals("X25519MLKEM768", BouncyTls.keyExchange(client));
        // An end of the JDK's meets the same listener with what it has.
        commit(SERVER, Map.of("ca-file", "default.crt"));
        SSLEngine server = clientSide("/Common/c");
        joins(serverSide("/Common/s"), server);
        assertEquals("secp256r1", BouncyTls.keyExchange(server));
        // The name and the authority count there too.
        commit(SERVER, Map.of("groups", groups));
        fails(serverSide("/Common/s"), clientSide("/Common/c"));
        commit(SERVER, Map.of("groups", groups, "ca-file", "default.crt"));
        fails(profiles.serverSide("/Common/s", "10.0.0.1", 443).orElseThrow(), clientSide("/Common/c"));
    }

    @Test
    void optionsAndCiphersAreFollowed() throws Exception {
        commit(CLIENT, Map.of("options", List.of("no-tlsv1.3")));
        commit(SERVER, Map.of("ca-file", "default.crt"));
        SSLEngine client = serverSide("/Common/s");
        joins(client, clientSide("/Common/c"));
        assertEquals("TLSv1.2", client.getSession().getProtocol());
        commit(SERVER, Map.of("ca-file", "default.crt", "options", List.of("no-tlsv1.2")));
        fails(serverSide("/Common/s"), clientSide("/Common/c"));
        commit(CLIENT, Map.of("ciphers", "TLS_AES_256_GCM_SHA384"));
        SSLEngine other = serverSide("/Common/s");
        joins(other, clientSide("/Common/c"));
        assertEquals("TLS_AES_256_GCM_SHA384", other.getSession().getCipherSuite());
    }

    @Test
    void badProfilesAreRefused() throws Exception {
        refused(CLIENT, Map.of("cert", "missing.crt"), ssl("missing.crt").toString(), "does not exist");
        refused(CLIENT, Map.of("key", "missing.key"), ssl("missing.key").toString(), "does not exist");
        refused(CLIENT, Map.of("cert", "../keys/device.crt"), "is not the name of a file");
        Files.writeString(ssl("bad.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        refused(CLIENT, Map.of("cert", "bad.crt"), ssl("bad.crt").toString());
        Files.writeString(ssl("bad.key"), "no key");
        refused(CLIENT, Map.of("key", "bad.key"), ssl("bad.key").toString(), "no private key");
        Files.writeString(ssl("sealed.key"), "$M$AAAA");
        refused(CLIENT, Map.of("key", "sealed.key"), ssl("sealed.key").toString(), "sealed");
        refused(CLIENT, Map.of("ciphers", "RC4"), "ciphers", "RC4");
        refused(CLIENT, Map.of("groups", List.of("x1")), "groups", "x1", "x25519");
        refused(CLIENT, Map.of("options", List.of("x")), "options", "no-tlsv1.2");
        refused(CLIENT, Map.of("options", List.of("no-tlsv1.2", "no-tlsv1.3")), "no version");
        refused(CLIENT, Map.of("options", List.of("no-tlsv1.3"), "ciphers", "TLS_AES_256_GCM_SHA384"), "ciphers");
        refused(CLIENT, Map.of("peer-cert-mode", "require"), "ca-file");
        refused(SERVER, Map.of("cert", "default.crt"), "cert and key");
        refused(SERVER, Map.of("server-name", "no name"), "server-name");
        assertTrue(profiles.clientSide("/Common/c").isEmpty());
        assertTrue(profiles.clientSide("/Common/nothing").isEmpty());
    }

    private SelfSigned another(String name) throws Exception {
        SelfSigned other = SelfSigned.make(name, Instant.now());
        Files.writeString(
                ssl(name + ".crt"), Pem.write("CERTIFICATE", other.certificate().getEncoded()));
        Files.writeString(
                ssl(name + ".key"),
                Pem.write("PRIVATE KEY", other.keys().getPrivate().getEncoded()));
        return other;
    }

    @Test
    void aPlainKeyIsSealedWhenFirstUsed() throws Exception {
        another("own");
        commit(CLIENT, Map.of("cert", "own.crt", "key", "own.key"));
        assertTrue(Files.readString(ssl("own.key")).startsWith("$M$"));
        commit(SERVER, Map.of("ca-file", "own.crt", "authenticate-name", "own"));
        joins(serverSide("/Common/s"), clientSide("/Common/c"));
        refused(CLIENT, Map.of("cert", "own.crt", "key", "default.key"), "is not the key of");
    }

    @Test
    void aProfileThatLostItsFileKeepsServingAndDisturbsNobody() throws Exception {
        another("own");
        commit(CLIENT, Map.of("cert", "own.crt", "key", "own.key"));
        Files.delete(ssl("own.crt"));
        commit(SERVER, Map.of("ca-file", "default.crt"));
        assertTrue(profiles.clientSide("/Common/c").isPresent());
        commit(SERVER, Map.of("peer-cert-mode", "ignore"));
        joins(serverSide("/Common/s"), clientSide("/Common/c"));
    }

    @Test
    void aProfileThatCannotBeUsedAtStartRefusesHandshakesInsteadOfServingInTheClear() throws Exception {
        another("own");
        commit(CLIENT, Map.of("cert", "own.crt", "key", "own.key"));
        commit(SERVER, Map.of("ca-file", "own.crt", "authenticate-name", "own"));
        Files.delete(ssl("own.crt"));
        SslProfiles restarted = new SslProfiles(
                new Home(folder), new MasterKeySecrets(new Home(folder)), "app.example.org", Clock.systemUTC(), null);
        restarted.reconcile(tree);
        SSLEngine good = serverSide("/Common/s");
        fails(good, restarted.clientSide("/Common/c").orElseThrow());
        fails(restarted.serverSide("/Common/s", "own", 443).orElseThrow(), clientSide("/Common/c"));
    }

    @Test
    void disabledMeansNoTls() throws Exception {
        commit(CLIENT, Map.of("mode", "disabled", "handshake-timeout", "3"));
        assertFalse(profiles.clientSide("/Common/c").isPresent());
        assertEquals(Duration.ofSeconds(3), profiles.handshakeTimeout("/Common/c"));
    }

    @Test
    void statusTellsTheCertificate() throws IOException {
        CompiledProfile profile = new ProfileCompiler(
                        new SslFiles(folder.resolve("ssl"), new MasterKeySecrets(new Home(folder))))
                .compile(tree.view(ClientSsl.class, "/Common/clientssl").orElseThrow());
        CompiledProfile broken = ProfileCompiler.broken(profile.profile(), false, true, "because");
        List<Status> status = new SslStatus(
                        ClientSsl.KIND, () -> Map.of(CLIENT, profile, SERVER, broken), Clock.systemUTC())
                .status();
        assertEquals(1, status.size());
        assertEquals("/Common/c", status.get(0).name());
        assertEquals("CN=app.example.org", status.get(0).values().get("certificate-subject"));
        Status bad = new SslStatus(ServerSsl.KIND, () -> Map.of(SERVER, broken), Clock.systemUTC())
                .status()
                .get(0);
        assertSame(Status.Availability.OFFLINE, bad.availability());
        assertEquals("because", bad.reason());
    }

    @Test
    void defaultsStayOverRestarts() throws Exception {
        String before = Files.readString(ssl("default.crt"));
        new SslProfiles(new Home(folder), new MasterKeySecrets(new Home(folder)), "x", Clock.systemUTC(), null);
        assertEquals(before, Files.readString(ssl("default.crt")));
        assertTrue(Files.readString(ssl("default.key")).startsWith("$M$"));
    }
}
