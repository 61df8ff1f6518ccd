package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices renew their certificates and stay trusted; a device whose trust is taken away is out at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(240)
class CertificatesIT {
    @TempDir
    static Path folder;

    private Sites sites;
    private RawServer server;
    private InetSocketAddress raw;

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        server = RawServer.on(Sites.ORIGIN);
        sites.start().configure(command -> {});
        raw = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool raw_pool members add { " + server.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + raw.getPort()
                    + " vlans-enabled vlans add { isession } pool raw_pool");
            dc.must("create wom advertised-route elsewhere dest 198.51.100.0/24");
            branch.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + raw.getPort()
                    + " profiles add { to_dc { context serverside } }");
            branch.must("modify wom local-endpoint no-route drop");
            dc.must("save sys config");
            branch.must("save sys config");
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw_pool");
    }

    @AfterAll
    void part() throws IOException {
        sites.close();
        server.close();
    }

    private static JsonObject first(Appliance appliance, String show) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json(show).getAsJsonArray().get(0).getAsJsonObject();
        }
    }

    private static String own(Appliance appliance) {
        return first(appliance, "show cm device").get("fingerprint").getAsString();
    }

    @Test
    @Order(1)
    void whoIsDialledRenewsAndIsKnownAgain() throws IOException {
        renew(sites.dc(), sites.branch());
    }

    @Test
    @Order(2)
    void whoDialsRenewsAndIsKnownAgain() throws IOException {
        renew(sites.branch(), sites.dc());
    }

    private void renew(Appliance who, Appliance peer) throws IOException {
        String before = own(who);
        assertEquals(
                before, first(peer, "show cm trusted-device").get("fingerprint").getAsString());
        try (Tmsh tmsh = who.ssh()) {
            String said = tmsh.must("run cm renew");
            assertTrue(said.contains("The device certificate is " + own(who) + " now"), said);
        }
        assertNotEquals(before, own(who));
        // The fibres that there are go on; nothing had to be said to the peer.
        RawClient.transfer(raw, 1_000_000, 1_000_000, 1);
        who.stop();
        who.start();
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw_pool");
        RawClient.transfer(raw, 1_000_000, 1_000_000, 2);
        Await.until(peer.name() + " has learned the certificate", () -> own(who).equals(
                        first(peer, "show cm trusted-device").get("fingerprint").getAsString()));
        JsonObject shown = first(peer, "show cm trusted-device");
        assertTrue(shown.has("previousCertificateUntil"), shown.toString());
        try (Tmsh tmsh = peer.ssh()) {
            assertTrue(tmsh.must("list cm trusted-device").contains("previous-certificate"));
            tmsh.must("modify cm trusted-device " + who.name() + " previous-certificate none");
            assertFalse(first(peer, "show cm trusted-device").has("previousCertificateUntil"));
        }
        RawClient.transfer(raw, 1000, 1000, 3);
    }

    @Test
    @Order(3)
    void aRequestIsMadeForTheDevicesKeyAndForOthers() {
        try (Tmsh tmsh = sites.dc().ssh()) {
            assertTrue(tmsh.must("run sys crypto csr").startsWith("-----BEGIN CERTIFICATE REQUEST-----\n"));
            assertTrue(tmsh.must("run sys crypto csr cert default.crt key default.key common-name www.example.org")
                    .endsWith("-----END CERTIFICATE REQUEST-----\n"));
            Tmsh.Result wrong = tmsh.run("run sys crypto csr cert ../keys/device.crt key default.key");
            assertEquals(1, wrong.exit());
            assertTrue(wrong.err().contains("is not the name of a file"), wrong.err());
            wrong = tmsh.run("run cm renew certificate nonsense");
            assertEquals(1, wrong.exit());
            assertTrue(wrong.err().contains("PEM"), wrong.err());
        }
    }

    @Test
    @Order(4)
    void aDeviceThatIsNoLongerTrustedIsOutAtOnce() throws IOException {
        try (RawClient open = new RawClient(raw);
                Tmsh branch = sites.branch().ssh();
                Tmsh dc = sites.dc().ssh()) {
            open.socket().setSoTimeout(30_000);
            open.out().write(RawServer.ECHO);
            open.out().write(7);
            open.out().flush();
            assertEquals(7, open.in().read());
            assertTrue(branch.must("show wom advertised-route").contains("198.51.100.0"), "the peer's route is known");
            branch.must("delete cm trusted-device dc");
            // The flow that was open is reset, though nobody sends anything.
            assertThrows(IOException.class, () -> {
                if (open.in().read() < 0) {
                    throw new IOException("closed");
                }
            });
            sites.awaitTunnel(false);
            for (var told : branch.json("show wom advertised-route").getAsJsonArray()) {
                String inUse = told.getAsJsonObject().get("inUse").getAsString();
                assertEquals("no", inUse, "its routes lead nowhere now: " + told);
            }
            assertThrows(IOException.class, () -> RawClient.transfer(raw, 1000, 1000, 4));
            String refused = branch.must("show wom remote-endpoint").replaceAll("\\s+", " ");
            assertTrue(refused.contains("not trusted here"), refused);
        }
    }
}
