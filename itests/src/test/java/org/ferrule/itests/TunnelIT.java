package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Pattern;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two appliances joined over loopback: what a client sees is what it would see of the server itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class TunnelIT {
    /** What the protocol lets a peer send, at most, before its reader takes it, in bytes. */
    private static final long LARGEST_WINDOW = 1 << 26;

    @TempDir
    static Path folder;

    private Sites sites;
    private RawServer server;
    private Origin origin;
    private Origin local;
    private Path file;
    private InetSocketAddress raw;

    @BeforeAll
    void join() throws IOException {
        file = TestFiles.text(folder.resolve("text"), 1_000_000);
        sites = Sites.onFreePorts(folder);
        origin = sites.origin(Map.of("/text", file));
        local = sites.local(Map.of("/text", file));
        server = RawServer.on(Sites.ORIGIN);
        sites.start().configure(command -> {});
        raw = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool raw_pool members add { " + server.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + raw.getPort()
                    + " vlans-enabled vlans add { isession } pool raw_pool");
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
        origin.close();
        local.close();
        server.close();
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({"0,0", "1,0", "0,1", "1,1", "1000000,0", "0,1000000", "1000000,1000000", "200000000,0", "0,200000000"})
    void everyByteArrivesBothWays(long up, long down) throws IOException {
        RawClient.transfer(raw, up, down, up + 3 * down);
    }

    /** After 2^20 records TLS changes its keys by itself, and that takes two records where one was asked for. */
    @Test
    @Order(1)
    void aFibreOutlivesTheChangeOfItsKeys() throws IOException {
        // What the server makes repeats after a while, and would not cross again.
        deduplicate(false);
        Sites.Traffic before = sites.traffic();
        RawClient.transfer(raw, 0, 20_000_000_000L, 6);
        long records = sites.traffic().since(before).tunnelIn() >> 14;
        deduplicate(true);
        assertTrue(records > 1 << 20, "only " + records + " records: the keys need not have changed");
    }

    private void deduplicate(boolean enabled) {
        try (Tmsh dc = sites.dc().ssh()) {
            dc.must("modify wom profile isession isession deduplication " + (enabled ? "enabled" : "disabled"));
        }
    }

    @Test
    @Order(2)
    void twoHundredFlowsAtOnce() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(200);
        List<Callable<Void>> transfers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long seed = i;
            transfers.add(() -> {
                RawClient.transfer(raw, 100_000 + seed, 500_000 - seed, seed);
                return null;
            });
        }
        try {
            for (Future<Void> transfer : clients.invokeAll(transfers)) {
                transfer.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    @Order(3)
    void aClientThatEndsItsOutputStillGetsItsAnswer() throws IOException {
        try (RawClient client = new RawClient(raw)) {
            client.out().write(RawServer.COUNT);
            Pattern.send(client.out(), 3_000_000, 5);
            client.socket().shutdownOutput();
            assertEquals(3_000_000, client.in().readLong());
            assertEquals(-1, client.in().read());
        }
    }

    @Test
    @Order(4)
    void aServersResetReachesTheClient() throws IOException {
        try (RawClient client = new RawClient(raw)) {
            client.out().write(RawServer.RESET);
            client.out().write(1);
            assertThrows(java.net.SocketException.class, () -> client.in().read());
        }
    }

    @Test
    @Order(5)
    void aClientsResetReachesTheServer() throws IOException {
        long before = server.resets();
        RawClient client = new RawClient(raw);
        client.source(1L << 40, 1);
        Pattern.receive(client.in(), 1_000_000, 1);
        client.reset();
        Await.until("the server sees the reset", () -> server.resets() > before);
    }

    @Test
    @Order(6)
    void aSlowReaderSlowsItsServerAndNobodyElse() throws IOException {
        long total = 300_000_000;
        long before = server.sourced();
        try (RawClient slow = new RawClient(raw, 4096)) {
            slow.source(total, 9);
            // Others go on while nothing is read here; by then whatever fits has been buffered.
            RawClient.transfer(raw, 0, 50_000_000, 4);
            RawClient.transfer(raw, 50_000_000, 0, 4);
            long buffered = server.sourced() - before;
            long most = LARGEST_WINDOW + kernels("tcp_rmem") + 2 * kernels("tcp_wmem");
            assertTrue(
                    buffered < most,
                    "the server could send " + buffered + " bytes to a client that reads none, of at most " + most);
            Pattern.receive(slow.in(), 20_000_000, 9);
        }
    }

    /** The most that the kernel holds of a connection, in bytes: one host may keep 6 MB of what comes, another 32. */
    private static long kernels(String buffers) throws IOException {
        // In one go: the kernel gives nothing at a second reading, and Java's readString begins with one byte.
        try (InputStream in = Files.newInputStream(Path.of("/proc/sys/net/ipv4", buffers))) {
            String[] leastUsualMost = new String(in.readNBytes(256), StandardCharsets.US_ASCII)
                    .strip()
                    .split("\\s+");
            return Long.parseLong(leastUsualMost[2]);
        }
    }

    @Test
    @Order(7)
    void anInteractiveByteIsNotHeldBack() throws IOException {
        try (RawClient client = new RawClient(raw)) {
            client.out().write(RawServer.ECHO);
            for (int i = 0; i < 100; i++) {
                client.out().write(i);
                assertEquals(i, client.in().read());
            }
        }
    }

    @Test
    @Order(8)
    void bothEndsShowWhatTheyAgreedAndCounted() {
        try (Tmsh branch = sites.branch().ssh();
                Tmsh dc = sites.dc().ssh()) {
            for (Tmsh tmsh : List.of(branch, dc)) {
                var endpoint = tmsh.json("show wom remote-endpoint")
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject();
                assertTrue(endpoint.get("rawBytesIn").getAsLong() > 200_000_000, endpoint.toString());
                assertTrue(endpoint.get("rawBytesOut").getAsLong() > 200_000_000, endpoint.toString());
                // Part of it was sent before.
                assertTrue(endpoint.get("tunnelBytesOut").getAsLong() > 1_000_000, endpoint.toString());
                String options = endpoint.get("options").toString();
                assertTrue(options.contains("deflate"), options);
            }
        }
    }

    private void modify(String command) {
        try (Tmsh tmsh = sites.branch().ssh()) {
            tmsh.must(command);
        }
    }

    private long connected(Appliance appliance) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show wom remote-endpoint")
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject()
                    .get("connected")
                    .getAsLong();
        }
    }

    /** Fibres that are replaced every second, under a flow that must not notice. */
    @Test
    @Order(9)
    void flowsOutliveTheAgeOfTheirFibres() throws IOException {
        long before = connected(sites.branch());
        modify("modify wom profile isession to_dc max-fibre-age 1");
        try (RawClient client = new RawClient(raw)) {
            client.out().write(RawServer.ECHO);
            for (int i = 0; i < 100_000 && connected(sites.branch()) < before + 6; i++) {
                client.out().write(i);
                assertEquals(i & 0xFF, client.in().read());
                RawClient.transfer(raw, 100_000, 100_000, i);
            }
        } finally {
            modify("modify wom profile isession to_dc max-fibre-age 600");
        }
        assertTrue(connected(sites.branch()) >= before + 6);
    }

    @Test
    @Order(9)
    void eachFlowHasAFibreOfItsOwnWhereConnectionsAreNotReUsed() throws IOException {
        modify("modify wom profile isession to_dc reuse-connection disabled");
        try {
            long before = connected(sites.dc());
            for (int i = 0; i < 10; i++) {
                RawClient.transfer(raw, 300_000, 300_000, i);
            }
            assertTrue(connected(sites.dc()) >= before + 10);
        } finally {
            modify("modify wom profile isession to_dc reuse-connection enabled");
        }
        RawClient.transfer(raw, 300_000, 300_000, 77);
    }

    @Test
    @Order(9)
    void theDemosRequestIsServedThroughTheTunnel() {
        assertEquals("origin", Fetch.compare(sites.web(), "/text", file).servedBy());
    }

    @Test
    @Order(10)
    void aTunnelThatIsCutResetsItsFlowsAndHealsByItself() throws IOException {
        RawClient client = new RawClient(raw);
        client.source(1L << 40, 1);
        Pattern.receive(client.in(), 1_000_000, 1);
        sites.dc().kill();
        assertThrows(IOException.class, () -> Pattern.receive(client.in(), 1L << 39, 2));
        client.close();
        sites.awaitTunnel(false);
        // With a pool of its own the branch serves; without one and no-route drop it resets.
        assertEquals("branch", Fetch.compare(sites.web(), "/text", file).servedBy());
        assertThrows(IOException.class, () -> RawClient.transfer(raw, 1000, 1000, 1));
        sites.dc().start();
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw_pool");
        Sites.awaitPool(sites.dc(), "web_pool");
        assertEquals("origin", Fetch.compare(sites.web(), "/text", file).servedBy());
        RawClient.transfer(raw, 1_000_000, 1_000_000, 8);
    }

    @Test
    @Order(11)
    void anEndpointThatIsNoLongerTrustedIsRefusedAndBothLogsSayWhy() {
        try (Tmsh dc = sites.dc().ssh()) {
            dc.must("delete cm trusted-device branch");
        }
        sites.awaitTunnel(false);
        assertEquals("branch", Fetch.compare(sites.web(), "/text", file).servedBy());
        Await.until("dc says why", () -> sites.dc().log().contains("run cm pair"));
        Await.until("the branch says why", () -> sites.branch().log().contains("run cm pair"));
    }

    @Test
    @Order(12)
    void aDiallerThatDoesNotTrustTheOtherEndTellsItAndNamesItsFingerprint() {
        sites.pair(command -> {});
        sites.awaitTunnel(true);
        String fingerprint;
        try (Tmsh branch = sites.branch().ssh()) {
            fingerprint = branch.json("show cm trusted-device dc")
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject()
                    .get("fingerprint")
                    .getAsString();
            branch.must("delete cm trusted-device dc");
        }
        sites.awaitTunnel(false);
        String named = "fingerprint " + fingerprint + ") is not trusted here; pair the two with run cm pair";
        Await.until("the branch's log names dc", () -> sites.branch().log().contains(named));
        Await.until("the branch shows it", () -> shows(sites.branch(), named));
        String told = "this device is not trusted there; pair the two with run cm pair";
        Await.until(
                "dc's log says why",
                () -> sites.dc().log().contains("The tunnel of branch is down: the peer ended the tunnel: " + told));
        Await.until("dc shows it", () -> shows(sites.dc(), told));
    }

    private static boolean shows(Appliance appliance, String reason) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.must("show wom remote-endpoint").replaceAll("\\s+", " ").contains(reason);
        }
    }
}
