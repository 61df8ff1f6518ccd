package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPInputStream;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.ferrule.lab.Traffic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An appliance is archived while traffic flows, is lost, and comes back on a fresh one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class ArchiveIT {
    private static final String PASSWORD = "a password of anna";
    private static final String PASSPHRASE = "correct horse battery";
    private static final int FLOWS = 50;

    @TempDir
    static Path folder;

    private Sites sites;
    private RawServer server;
    private InetSocketAddress raw;
    private Appliance fresh;
    private String fingerprint;

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        server = RawServer.on(Sites.ORIGIN);
        sites.start().configure(command -> {});
        raw = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + SitePlan.member(raw)
                    + " vlans-enabled vlans add { isession } pool raw description \"say \\\"hi\\\" to { all }\"");
            dc.must("create auth user anna role operator password \"" + PASSWORD + "\"");
            branch.must("create ltm virtual raw destination " + SitePlan.member(raw)
                    + " profiles add { to_dc { context serverside } }");
            branch.must("modify wom local-endpoint no-route drop");
            branch.must("save sys config");
            fingerprint = fingerprint(dc);
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw");
    }

    @AfterAll
    void part() throws IOException {
        sites.close();
        if (fresh != null) {
            fresh.stop();
        }
        server.close();
    }

    private static String fingerprint(Tmsh tmsh) {
        return tmsh.json("show cm device")
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .get("fingerprint")
                .getAsString();
    }

    /** Ends it at once; its ports are free afterwards. */
    private static void pullThePlug(Appliance appliance) {
        appliance.kill();
        Await.until("the port is free", () -> {
            try (Socket socket = new Socket(appliance.sshAddress(), appliance.sshPort())) {
                return !socket.isConnected();
            } catch (IOException refused) {
                return true;
            }
        });
    }

    private static Path archive(Appliance appliance, String name) {
        return appliance.home().resolve("ucs").resolve(name + ".ucs");
    }

    @Test
    @Order(1)
    void trafficDoesNotNoticeSavingAndLoading() throws IOException {
        try (Tmsh dc = sites.dc().ssh();
                Traffic traffic = new Traffic(raw, FLOWS)) {
            traffic.moveOn();
            assertTrue(dc.must("save sys ucs own").contains("can be loaded on this appliance only"));
            dc.must("save sys ucs whole passphrase \"" + PASSPHRASE + "\"");
            String before = dc.must("list");
            dc.must("create ltm pool later");
            dc.must("load sys ucs own");
            assertEquals(before, dc.must("list"));
            traffic.moveOn();
            assertEquals(Traffic.Counts.NONE, traffic.take(), String.valueOf(traffic.problem()));
        }
    }

    @Test
    @Order(2)
    void anArchiveIsPrivateAndHoldsNoSecretInTheClear() throws IOException {
        Path own = archive(sites.dc(), "own");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
        byte[] packed = Files.readAllBytes(own);
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes(), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("ltm virtual") && text.contains("keys/device.key"), "it is an archive");
        assertFalse(text.contains("pbkdf2"), "a password's hash");
        assertFalse(text.contains("PRIVATE KEY"), "a private key");
        assertFalse(text.contains(
                Files.readString(sites.dc().home().resolve("keys/master.key")).strip()));
        String whole = Files.readString(archive(sites.dc(), "whole"), StandardCharsets.ISO_8859_1);
        assertTrue(whole.startsWith("FERRULE-UCS-ENCRYPTED 1\n"));
        assertFalse(whole.contains("ltm virtual"));
        try (Tmsh dc = sites.dc().ssh();
                Tmsh anna = Tmsh.connect(sites.dc().host(), "anna", PASSWORD)) {
            assertTrue(dc.must("list sys ucs whole").contains("    encrypted yes\n"));
            assertEquals(2, dc.json("show sys ucs").getAsJsonArray().size());
            assertTrue(anna.must("list sys ucs").contains("sys ucs own.ucs {"));
            assertTrue(anna.run("save sys ucs hers").err().contains("Access Denied"));
            assertTrue(anna.run("load sys ucs own").err().contains("Access Denied"));
            assertTrue(anna.run("delete sys ucs own").err().contains("Access Denied"));
        }
        String audit = Files.readString(sites.dc().home().resolve("log/audit.log"));
        assertTrue(audit.contains("save sys ucs whole passphrase ****"), audit);
        assertFalse(audit.contains(PASSPHRASE), "the passphrase is in the audit log");
    }

    @Test
    @Order(3)
    void anotherApplianceTakesNothingThatIsNotForIt() throws IOException {
        Files.createDirectories(sites.branch().home().resolve("ucs"));
        for (String name : new String[] {"own", "whole"}) {
            Files.copy(archive(sites.dc(), name), archive(sites.branch(), name));
        }
        try (Tmsh branch = sites.branch().ssh()) {
            String before = branch.must("list");
            assertTrue(branch.run("load sys ucs own").err().contains("under another master key"));
            assertTrue(branch.run("load sys ucs whole").err().contains("it is encrypted; give the passphrase"));
            assertTrue(branch.run("load sys ucs whole passphrase wrong").err().contains("the passphrase is wrong"));
            assertEquals(before, branch.must("list"));
        }
    }

    @Test
    @Order(4)
    void aFreshApplianceBecomesTheOneThatWasLost() throws IOException {
        String certificate = Files.readString(sites.dc().home().resolve("ssl/default.crt"));
        String list;
        try (Tmsh dc = sites.dc().ssh()) {
            list = dc.must("list");
        }
        pullThePlug(sites.dc());
        fresh = Appliance.of("dc", folder.resolve("fresh"), Sites.DC, sites.dc().sshPort(), sites.key())
                .start();
        Files.createDirectories(fresh.home().resolve("ucs"));
        Files.copy(archive(sites.dc(), "whole"), archive(fresh, "whole"));
        try (Tmsh tmsh = fresh.ssh()) {
            assertNotEquals(fingerprint, fingerprint(tmsh));
            String said = tmsh.must("load sys ucs whole passphrase \"" + PASSPHRASE + "\"");
            assertTrue(said.contains("take effect when the appliance is started again"), said);
        }
        fresh.stop();
        fresh.start();
        try (Tmsh tmsh = fresh.ssh();
                Tmsh anna = Tmsh.connect(fresh.host(), "anna", PASSWORD)) {
            assertEquals(fingerprint, fingerprint(tmsh));
            assertEquals(list, tmsh.must("list"));
            assertTrue(anna.must("pwd").contains("/Common"));
        }
        assertEquals(certificate, Files.readString(fresh.home().resolve("ssl/default.crt")));
        assertFalse(Files.readString(fresh.home().resolve("keys/device.key")).contains("PRIVATE KEY"));
        sites.awaitTunnel(true);
        Sites.awaitPool(fresh, "raw");
        try (Traffic traffic = new Traffic(raw, 4)) {
            traffic.moveOn();
        }
    }

    @Test
    @Order(5)
    void aCrashInTheMidstLeavesTheOldOrTheNew() throws IOException {
        Path marker = fresh.home().resolve("ssl/marker.crt");
        try (Tmsh tmsh = fresh.ssh()) {
            Files.copy(fresh.home().resolve("ssl/default.crt"), marker);
            tmsh.must("create ltm pool marker");
            tmsh.must("save sys ucs marked");
            tmsh.must("delete ltm pool marker");
            tmsh.must("save sys config");
        }
        Files.delete(marker);
        Path undo = fresh.home().resolve("ucs/load.undo");
        Thread loading = new Thread(() -> {
            try (Tmsh tmsh = fresh.ssh()) {
                tmsh.run("load sys ucs marked");
            } catch (RuntimeException cutOff) {
                // That is what is done to it.
                return;
            }
        });
        loading.setDaemon(true);
        loading.start();
        Await.until("the archive is being loaded", () -> Files.exists(undo) || Files.exists(marker));
        pullThePlug(fresh);
        fresh.start();
        try (Tmsh tmsh = fresh.ssh()) {
            assertEquals(Files.exists(marker), tmsh.must("list ltm pool").contains("marker"), fresh.log());
            assertFalse(Files.exists(undo));
            assertEquals(fingerprint, fingerprint(tmsh));
            tmsh.must("load sys ucs marked");
            assertTrue(tmsh.must("list ltm pool marker").contains("marker"));
            assertTrue(Files.exists(marker));
        }
    }
}
