package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
import org.ferrule.lab.Ports;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What crossed between two appliances once does not cross again, within its trust domain, until they forget it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class DedupIT {
    private static final int SIZE = 3_000_000;
    private static final int LARGE = 40_000_000;

    @TempDir
    static Path folder;

    private Sites sites;
    private Origin origin;
    private InetSocketAddress second;
    private int files;

    /** A file that was never sent, and where it is found. */
    private Path file;

    private final Path[] served = new Path[16];
    private Path large;

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        Map<String, Path> paths = new HashMap<>();
        for (int i = 0; i < served.length; i++) {
            served[i] = TestFiles.random(folder.resolve("file" + i), SIZE, i);
            paths.put("/file" + i, served[i]);
        }
        large = TestFiles.random(folder.resolve("large"), LARGE, served.length);
        paths.put("/large", large);
        byte[] changed = Files.readAllBytes(served[0]);
        for (int at = 100_000; at < SIZE; at += 300_000) {
            changed[at]++;
        }
        paths.put("/changed", Files.write(folder.resolve("changed"), changed));
        origin = sites.origin(paths);
        sites.start().configure(command -> {});
        second = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        dc("create ltm virtual second destination " + SitePlan.member(second)
                + " vlans-enabled vlans add { isession } pool web_pool");
        branch("create ltm virtual second destination " + SitePlan.member(second)
                + " profiles add { to_dc { context serverside } }");
        dc("save sys config");
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "web_pool");
        awaitInUse(true);
    }

    @AfterAll
    void part() throws IOException {
        sites.close();
        origin.close();
    }

    @BeforeEach
    void another() {
        file = served[files++];
    }

    private void dc(String command) {
        try (Tmsh tmsh = sites.dc().ssh()) {
            tmsh.must(command);
        }
    }

    private void branch(String command) {
        try (Tmsh tmsh = sites.branch().ssh()) {
            tmsh.must(command);
        }
    }

    private void awaitInUse(boolean wanted) {
        for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
            Await.until(appliance.name() + (wanted ? " uses" : " does not use") + " the dictionary", () -> {
                JsonElement options = shown(appliance, "wom remote-endpoint").get("options");
                for (JsonElement row : options == null ? List.<JsonElement>of() : options.getAsJsonArray()) {
                    JsonObject option = row.getAsJsonObject();
                    if (option.get("option").getAsString().equals("deduplication")) {
                        return option.get("inUse").getAsString().equals(wanted ? "yes" : "no");
                    }
                }
                return false;
            });
        }
    }

    private static JsonObject shown(Appliance appliance, String what) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show " + what).getAsJsonArray().get(0).getAsJsonObject();
        }
    }

    /** Fetches the file through a virtual server, compares it, and gives what crossed the tunnel. */
    private long fetch(InetSocketAddress at) {
        return fetch(at, file);
    }

    private long fetch(InetSocketAddress at, Path what) {
        Sites.Traffic before = sites.traffic();
        assertEquals("origin", Fetch.compare(at, "/" + what.getFileName(), what).servedBy());
        Sites.Traffic crossed = sites.traffic().since(before);
        return crossed.tunnelIn() + crossed.tunnelOut();
    }

    private void known(InetSocketAddress at) {
        long crossed = fetch(at);
        assertTrue(crossed < SIZE / 50, crossed + " bytes crossed for what is known");
    }

    private void unknown(InetSocketAddress at) {
        long crossed = fetch(at);
        assertTrue(crossed >= SIZE, crossed + " bytes crossed for what is new");
    }

    @Test
    void whatCrossedOnceDoesNotCrossAgain() {
        unknown(sites.web());
        known(sites.web());
        known(second);
        JsonObject shown = shown(sites.dc(), "wom deduplication");
        JsonObject peer = shown.get("peers").getAsJsonArray().get(0).getAsJsonObject();
        assertTrue(peer.get("hitBytesOut").getAsLong() > SIZE, shown.toString());
        assertEquals(0, peer.get("damagedBlocks").getAsLong(), shown.toString());
        assertTrue(shown.get("memoryUsed").getAsLong() > SIZE, shown.toString());
    }

    @Test
    void theNextVersionCostsItsChanges() {
        fetch(sites.web(), served[0]);
        Sites.Traffic before = sites.traffic();
        Fetch.compare(sites.web(), "/changed", folder.resolve("changed"));
        long crossed = sites.traffic().since(before).tunnelIn();
        assertTrue(crossed < SIZE / 50, crossed + " bytes crossed for ten changed ones");
    }

    @Test
    void theStricterTrustDomainHolds() {
        unknown(sites.web());
        dc("modify wom profile isession isession trust-domain virtual-server");
        Await.until(
                "other virtual servers know nothing of it", () -> fetch(second) >= SIZE && fetch(second) < SIZE / 50);
        dc("modify wom profile isession isession trust-domain profile");
    }

    @Test
    void bothEndsMustWantIt() {
        unknown(sites.web());
        dc("modify wom profile isession isession deduplication disabled");
        awaitInUse(false);
        unknown(sites.web());
        unknown(sites.web());
        dc("modify wom profile isession isession deduplication enabled");
        awaitInUse(true);
        // Neither end has forgotten it meanwhile.
        known(sites.web());
        dc("modify wom deduplication mode disabled");
        awaitInUse(false);
        unknown(sites.web());
        dc("modify wom deduplication mode enabled");
        awaitInUse(true);
        // One of them has, but for what is on disk.
        fetch(sites.web());
        known(sites.web());
    }

    @Test
    void aRefreshForgetsWhatIsKnown() {
        branch("create wom remote-endpoint dc address "
                + sites.tunnel().getAddress().getHostAddress() + " tunnel-port "
                + sites.tunnel().getPort());
        unknown(sites.web());
        known(sites.web());
        branch("modify wom remote-endpoint dc dedup-action cache-refresh");
        Await.until("both have forgotten", () -> fetch(sites.web()) >= SIZE);
        Await.until("both know it again", () -> fetch(sites.web()) < SIZE / 50);
        try (Tmsh tmsh = sites.branch().ssh()) {
            assertTrue(!tmsh.must("list wom remote-endpoint dc").contains("dedup-action"));
        }
        branch("delete wom remote-endpoint dc");
    }

    private void startAgain(Appliance appliance) {
        sites.awaitTunnel(false);
        appliance.start();
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "web_pool");
        awaitInUse(true);
    }

    @Test
    void anEndThatStartsAnewKnowsWhatIsOnDisk() {
        long first = fetch(sites.web(), large);
        assertTrue(first >= LARGE, first + " bytes crossed for what is new");
        sites.dc().stop();
        startAgain(sites.dc());
        // How much of it comes back into memory too late to be used is a matter of the machine.
        long again = fetch(sites.web(), large);
        assertTrue(again < LARGE, again + " bytes crossed for what is on disk");
        JsonObject peer = shown(sites.dc(), "wom deduplication")
                .get("peers")
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject();
        assertTrue(peer.get("diskHits").getAsLong() > 0, peer.toString());
        assertTrue(peer.get("prefetchHits").getAsLong() > 0, peer.toString());
        assertTrue(shown(sites.dc(), "sys datastor").get("diskCacheUsed").getAsLong() > LARGE);
        // The same for the end that receives, and after a crash.
        sites.dc().kill();
        sites.branch().kill();
        sites.branch().start();
        startAgain(sites.dc());
        again = fetch(sites.web(), large);
        assertTrue(again < LARGE, again + " bytes crossed for what is on disk");
    }

    @Test
    void withoutADiskAnEndThatStartsAnewKnowsNothing() {
        dc("modify sys datastor disk disabled");
        Path datastor = sites.dc().home().resolve("datastor");
        Await.until("nothing is on disk", () -> !Files.exists(datastor));
        awaitInUse(true);
        unknown(sites.web());
        known(sites.web());
        dc("save sys config");
        sites.dc().stop();
        startAgain(sites.dc());
        unknown(sites.web());
        known(sites.web());
        dc("modify sys datastor disk enabled");
        dc("save sys config");
        Await.until("the disk is used", () -> Files.exists(datastor));
        awaitInUse(true);
    }

    @Test
    void manyAtOnceGetWhatTheyAskedFor() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        List<Callable<Void>> fetches = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            // Others fetch the first ones, which must be new to them.
            Path what = served[8 + i % 8];
            fetches.add(() -> {
                Fetch.compare(sites.web(), "/" + what.getFileName(), what);
                return null;
            });
        }
        try {
            for (Future<Void> fetch : clients.invokeAll(fetches)) {
                fetch.get();
            }
        } finally {
            clients.shutdownNow();
        }
        for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
            JsonObject endpoint = shown(appliance, "wom remote-endpoint");
            assertEquals(0, endpoint.get("protocolErrors").getAsInt(), endpoint.toString());
        }
    }
}
