package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.itests.codec.RunLengthCodec;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.BundleJar;
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

/** Every codec carries flows between two appliances: those that are shipped, and one that arrives while traffic flows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class CodecsIT {
    private static final String SERVICE = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="runs">
              <implementation class="%s"/>
              <service><provide interface="org.ferrule.codec.Codec"/></service>
              <property name="name" value="runs"/>
            </scr:component>
            """;

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
            dc.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + raw.getPort()
                    + " vlans-enabled vlans add { isession } pool raw");
            branch.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + raw.getPort()
                    + " profiles add { to_dc { context serverside } }");
            branch.must("modify wom local-endpoint no-route drop");
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw");
    }

    @AfterAll
    void part() throws IOException {
        sites.close();
        server.close();
    }

    /** The first codec that both ends have is used for every block that it makes smaller. */
    private void want(String codecs) {
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            // What is sent again and again would leave codecs nothing to do.
            String set = " deduplication disabled adaptive-compression disabled compression-codecs replace-all-with { "
                    + codecs + " }";
            dc.must("modify wom profile isession isession" + set);
            branch.must("modify wom profile isession to_dc" + set);
        }
    }

    private static void awaitInUse(Appliance appliance, String codec) {
        Await.until(codec + " is in use at " + appliance.name(), () -> inUse(appliance, codec));
    }

    private static boolean inUse(Appliance appliance, String codec) {
        try (Tmsh tmsh = appliance.ssh()) {
            for (JsonElement endpoint : tmsh.json("show wom remote-endpoint").getAsJsonArray()) {
                JsonElement options = endpoint.getAsJsonObject().get("options");
                for (JsonElement row : options == null ? List.<JsonElement>of() : options.getAsJsonArray()) {
                    JsonObject option = row.getAsJsonObject();
                    if (option.get("option").getAsString().equals("codec " + codec)) {
                        return !option.get("inUse").getAsString().equals("no");
                    }
                }
            }
            return false;
        }
    }

    private static JsonObject profile(Appliance appliance, String name) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show wom profile isession " + name)
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject();
        }
    }

    /** What every codec makes smaller: runs, some of which come again. */
    private static byte[] message(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(40_000)];
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(60));
            Arrays.fill(bytes, at, end, (byte) random.nextInt(7));
            at = end;
        }
        return bytes;
    }

    private static void exchange(RawClient client, Random random) throws IOException {
        byte[] message = message(random);
        client.out().write(message);
        assertArrayEquals(message, client.in().readNBytes(message.length));
    }

    @ParameterizedTest
    @Order(1)
    @CsvSource({"zstd,native zstd", "lz4,native lz4", "lzo,Java", "bzip2,Java", "deflate,native zlib"})
    void aShippedCodecCarriesFlows(String codec, String implementation) throws IOException {
        want(codec);
        awaitInUse(sites.branch(), codec);
        awaitInUse(sites.dc(), codec);
        JsonObject before = profile(sites.branch(), "to_dc");
        assertTrue(
                before.get("installedCodecs").toString().contains("\"" + implementation),
                codec + " works otherwise: " + before);
        try (RawClient client = new RawClient(raw)) {
            client.out().write(RawServer.ECHO);
            Random random = new Random(1);
            for (int i = 0; i < 60; i++) {
                exchange(client, random);
            }
        }
        JsonObject after = profile(sites.branch(), "to_dc");
        long blocks = after.get("compressedBlocksOut").getAsLong()
                - before.get("compressedBlocksOut").getAsLong();
        assertTrue(blocks >= 60, "only " + blocks + " blocks were compressed");
        assertEquals(before.get("codecFailures"), after.get("codecFailures"));
    }

    @Test
    @Order(2)
    void anothersCodecComesAndGoesUnderTraffic() throws Exception {
        want("runs zstd deflate");
        awaitInUse(sites.branch(), "zstd");
        List<Path> deployed = new ArrayList<>();
        try (Tmsh branch = sites.branch().ssh();
                Flows flows = new Flows(raw, 6)) {
            flows.moveOn();
            assertRunsIsWarnedOf(branch);
            for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
                deployed.add(BundleJar.of("com.example.runs", RunLengthCodec.class, runs())
                        .header("Import-Package", "org.ferrule.codec;version=\"[1.0,2)\"")
                        .header("Service-Component", "OSGI-INF/runs.xml")
                        .text("OSGI-INF/runs.xml", SERVICE.formatted(RunLengthCodec.class.getName()))
                        .deploy(appliance));
            }
            awaitInUse(sites.branch(), "runs");
            awaitInUse(sites.dc(), "runs");
            assertRunsIsKnown(branch);
            JsonObject before = profile(sites.branch(), "to_dc");
            assertTrue(before.get("installedCodecs").toString().contains("somebody's"), before.toString());
            flows.moveOn();
            JsonObject after = profile(sites.branch(), "to_dc");
            assertTrue(
                    after.get("compressedBlocksOut").getAsLong()
                            > before.get("compressedBlocksOut").getAsLong(),
                    after.toString());
            assertEquals(before.get("codecFailures"), after.get("codecFailures"));
            for (Path file : deployed) {
                Files.delete(file);
            }
            awaitInUse(sites.branch(), "zstd");
            awaitInUse(sites.dc(), "zstd");
            flows.moveOn();
            assertFalse(profile(sites.branch(), "to_dc")
                    .get("installedCodecs")
                    .toString()
                    .contains("somebody's"));
            assertRunsIsWarnedOf(branch);
        }
    }

    private static final String NAME_RUNS =
            "modify wom profile isession to_dc compression-codecs replace-all-with { runs zstd deflate }";

    /** Who names a codec that is not there is told, at a terminal and in a script alike, and gets his way. */
    private static void assertRunsIsWarnedOf(Tmsh branch) {
        String warning = "compression-codecs: no codec \"runs\" is installed;"
                + " installed are bzip2, deflate, lz4, lzo, zstd\n";
        assertEquals(new Tmsh.Result(0, "", warning), branch.run(NAME_RUNS));
        String screen = branch.terminal(NAME_RUNS + "\nquit\n").out();
        assertTrue(screen.replace("\r", "").contains(warning), screen);
        assertFalse(suggestions(branch).contains("runs"));
    }

    /** What {@code ?} answers. */
    private static String suggestions(Tmsh branch) {
        return branch.must("modify wom profile isession to_dc compression-codecs replace-all-with { ?");
    }

    private static void assertRunsIsKnown(Tmsh branch) {
        assertTrue(suggestions(branch).contains("  runs     Run lengths\n"), suggestions(branch));
        assertEquals(new Tmsh.Result(0, "", ""), branch.run(NAME_RUNS));
        String typed = "modify wom profile isession to_dc compression-codecs replace-all-with { ru\t deflate }";
        String screen = branch.terminal(typed + "\nquit\n").out();
        String listed = branch.must("list wom profile isession to_dc compression-codecs one-line");
        assertTrue(listed.contains("compression-codecs { runs deflate }"), listed + screen);
        branch.must(NAME_RUNS);
    }

    private static Class<?> runs() throws ClassNotFoundException {
        return Class.forName(RunLengthCodec.class.getName() + "$Runs");
    }

    /** Connections that exchange checked messages as long as it is open; none may end. */
    private static final class Flows implements AutoCloseable {
        private final List<Thread> threads = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private final AtomicInteger[] exchanged;
        private volatile boolean ended;

        Flows(InetSocketAddress address, int count) {
            exchanged = new AtomicInteger[count];
            for (int i = 0; i < count; i++) {
                int number = i;
                exchanged[i] = new AtomicInteger();
                Thread thread = new Thread(() -> run(address, number), "flow " + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void run(InetSocketAddress address, int number) {
            Random random = new Random(number);
            try (RawClient client = new RawClient(address)) {
                client.out().write(RawServer.ECHO);
                while (!ended) {
                    exchange(client, random);
                    exchanged[number].incrementAndGet();
                }
            } catch (IOException | AssertionError e) {
                synchronized (failures) {
                    failures.add(e);
                }
            }
        }

        /** Waits until every flow has exchanged some more. */
        void moveOn() {
            int[] before = Arrays.stream(exchanged).mapToInt(AtomicInteger::get).toArray();
            Await.until("every flow moves on", () -> {
                assertNoneFailed();
                for (int i = 0; i < before.length; i++) {
                    if (exchanged[i].get() < before[i] + 20) {
                        return false;
                    }
                }
                return true;
            });
        }

        private void assertNoneFailed() {
            synchronized (failures) {
                assertEquals(List.of(), failures, "a flow was lost, or its bytes were wrong");
            }
        }

        @Override
        public void close() throws InterruptedException {
            ended = true;
            for (Thread thread : threads) {
                thread.join();
            }
            assertNoneFailed();
        }
    }
}
