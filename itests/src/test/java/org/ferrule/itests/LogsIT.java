package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs are sent to syslog servers, over TCP and TLS, and servers may come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class LogsIT {
    private static final String ADDRESS = "127.0.14.1";
    private static final char[] NONE = {};
    private static final Pattern MESSAGE = Pattern.compile(
            "<\\d{1,3}>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z logs ferrule \\d+ \\S+ - .*");

    @TempDir
    static Path folder;

    private Appliance appliance;

    @BeforeAll
    void start() {
        appliance = Appliance.of("logs", folder.resolve("logs"), ADDRESS, Ports.free(ADDRESS, 0), SshKey.generate())
                .start();
    }

    @AfterAll
    void stop() {
        appliance.close();
    }

    private static InetSocketAddress free() {
        return new InetSocketAddress(ADDRESS, Ports.free(ADDRESS, 0));
    }

    private static JsonObject server(Tmsh tmsh, String name) {
        for (JsonElement part : tmsh.json("show sys syslog")
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("parts")) {
            if (part.getAsJsonObject().get("name").getAsString().equals(name)) {
                return part.getAsJsonObject();
            }
        }
        throw new AssertionError("there is no server " + name);
    }

    private static void awaitReason(Tmsh tmsh, String name, String reason) {
        Await.until(
                name + " is " + reason,
                () -> server(tmsh, name).get("reason").getAsString().contains(reason));
    }

    @Test
    void everyMessageIsFramedAndAServerThatWentIsFoundAgain() throws IOException {
        InetSocketAddress address = free();
        try (Tmsh tmsh = appliance.ssh()) {
            try (LogReceiver receiver = new LogReceiver(ServerSocketFactory.getDefault(), address)) {
                tmsh.must("modify sys syslog remote-servers add { plain { host " + ADDRESS + " remote-port "
                        + address.getPort() + " } }");
                awaitReason(tmsh, "plain", "The server is connected");
                tmsh.must("create ltm pool first description \"dürr\"");
                Await.until("the audit line is there", () -> receiver.has("create ltm pool first"));
                String audit = receiver.messages().stream()
                        .filter(message -> message.contains("create ltm pool first"))
                        .findFirst()
                        .orElseThrow();
                assertTrue(audit.startsWith("<110>1 "), audit);
                assertTrue(audit.matches("(?s).* 01420002 - audit: 01420002:5: AUDIT - pid=\\d+ user=admin .*"), audit);
                assertTrue(audit.contains("dürr"), audit);
                assertEquals(java.util.List.of(), receiver.breaches());
                receiver.messages()
                        .forEach(message -> assertTrue(MESSAGE.matcher(message).matches(), message));
                tmsh.must("create auth user anna password \"a password of anna\"");
                Await.until("the user is there", () -> receiver.has("create auth user anna"));
                assertFalse(receiver.has("a password of anna"), "a secret was logged");
            }
            awaitReason(tmsh, "plain", "The server is not connected");
            tmsh.must("create ltm pool second");
            try (LogReceiver receiver = new LogReceiver(ServerSocketFactory.getDefault(), address)) {
                Await.until("what was logged meanwhile comes", () -> receiver.has("create ltm pool second"));
                assertEquals(0, server(tmsh, "plain").get("messagesDropped").getAsLong());
                assertEquals(2, server(tmsh, "plain").get("connections").getAsLong());
            }
            tmsh.must("modify sys syslog remote-servers delete { plain }");
        }
    }

    @Test
    void whoHasNoFilesSeesTheEndOfALog() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create auth user olga role operator password \"a password of olga\"");
            tmsh.must("create auth user gina password \"a password of gina\"");
            assertTrue(tmsh.must("show sys log audit text olga").contains("create auth user olga"));
        }
        try (Tmsh olga = Tmsh.connect(appliance.host(), "olga", "a password of olga");
                Tmsh gina = Tmsh.connect(appliance.host(), "gina", "a password of gina")) {
            String ssh = olga.must("show sys log system module ssh lines 5");
            assertEquals(5, ssh.lines().count(), ssh);
            assertTrue(ssh.lines().allMatch(line -> line.contains("] ssh.internal.")), ssh);
            assertTrue(olga.run("show sys log audit").err().contains("needs the role admin"));
            assertTrue(gina.run("show sys log system").err().contains("needs the role operator"));
        }
    }

    @Test
    void overTlsTheServerMustBeTheOneThatIsTrusted() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        X509Certificate certificate = certificate(keys);
        Files.writeString(
                appliance.home().resolve("ssl/logs-ca.crt"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        InetSocketAddress address = free();
        try (Tmsh tmsh = appliance.ssh();
                LogReceiver receiver = new LogReceiver(tls(keys, certificate), address)) {
            tmsh.must("create ltm profile server-ssl logs authenticate-name logs.example");
            tmsh.must("modify sys syslog remote-servers add { secure { host " + ADDRESS + " remote-port "
                    + address.getPort() + " server-ssl logs } }");
            awaitReason(tmsh, "secure", "certification path");
            tmsh.must("create ltm pool early");
            assertEquals(java.util.List.of(), receiver.messages(), "sent to who is not trusted");
            tmsh.must("modify ltm profile server-ssl logs ca-file logs-ca.crt");
            Await.until("the server is trusted, and gets what waited", () -> receiver.has("create ltm pool early"));
            assertEquals(java.util.List.of(), receiver.breaches());
            assertTrue(tmsh.run("delete ltm profile server-ssl logs").err().contains("in use"));
            tmsh.must("save sys config");
        }
        appliance.stop();
        try (LogReceiver receiver = new LogReceiver(tls(keys, certificate), address)) {
            appliance.start();
            try (Tmsh tmsh = appliance.ssh()) {
                awaitReason(tmsh, "secure", "The server is connected");
                tmsh.must("create ltm pool late");
                Await.until("it is saved, too", () -> receiver.has("create ltm pool late"));
            }
        }
    }

    private static ServerSocketFactory tls(KeyPair keys, X509Certificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("logs", keys.getPrivate(), NONE, new X509Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NONE);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory();
    }

    private static X509Certificate certificate(KeyPair keys) throws Exception {
        X500Name name = new X500Name("CN=logs.example");
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minusSeconds(3600)),
                Date.from(now.plusSeconds(86400)),
                name,
                keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "logs.example")));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
    }
}
