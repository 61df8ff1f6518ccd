package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.itests.agent.Broken;
import org.ferrule.itests.agent.Deaf;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Await;
import org.ferrule.lab.BundleJar;
import org.ferrule.lab.Folders;
import org.ferrule.lab.ImageFile;
import org.ferrule.lab.NextVersion;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SigningKey;
import org.ferrule.lab.Sites;
import org.ferrule.lab.SoftwareSteps;
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

/**
 * Images are installed into an appliance while flows and plain connections move checked data through it, and taken back;
 * files are deployed; a cleared cache undoes nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class SoftwareIT {
    private static final int CONNECTIONS = 20;
    private static final String POOL = "org.ferrule.pool";
    private static final String ZSTD = "org.ferrule.codec-zstd";
    private static final String SOFTWARE = "org.ferrule.software";
    private static final String LZ4 = "org.ferrule.codec-lz4";

    @TempDir
    static Path folder;

    private final SigningKey key = SigningKey.generate("release");
    private Sites sites;
    private SoftwareSteps software;
    private RawServer server;
    private InetSocketAddress tunnelled;
    private InetSocketAddress plain;
    private AgentClient agent;

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        software = new SoftwareSteps(sites.branch());
        server = RawServer.on(Sites.ORIGIN);
        sites.start().configure(command -> {});
        tunnelled = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        plain = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        String codecs =
                " deduplication disabled adaptive-compression disabled compression-codecs replace-all-with { zstd }";
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + tunnelled.getPort()
                    + " vlans-enabled vlans add { isession } pool raw");
            dc.must("modify wom profile isession isession" + codecs);
            branch.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            branch.must("modify wom profile isession to_dc" + codecs);
            branch.must("modify wom local-endpoint no-route drop");
            branch.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + tunnelled.getPort()
                    + " profiles add { to_dc { context serverside } }");
            branch.must("create ltm virtual plain destination " + Sites.BRANCH + ":" + plain.getPort() + " pool raw");
            branch.must("create sys software signer release certificate \"" + key.certificatePem() + "\"");
            branch.must("save sys config");
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw");
        agent = AgentClient.deploy(sites.branch());
        Files.createDirectories(uploads());
    }

    @AfterAll
    void part() throws IOException {
        if (agent != null) {
            agent.close();
        }
        sites.close();
        server.close();
    }

    private Path uploads() {
        return sites.branch().home().resolve("uploads/admin");
    }

    private Path second(String artifact, String version) throws IOException {
        return NextVersion.numbered(
                ImageFile.ofDistribution(artifact), version, folder.resolve(artifact + "-" + version + ".jar"));
    }

    private void assertRefused(String command, String why) {
        try (Tmsh branch = sites.branch().ssh()) {
            Tmsh.Result result = branch.run(command);
            assertEquals(1, result.exit(), result.out());
            assertTrue(result.err().contains(why), result.err());
        }
    }

    private void assertDone(String number) {
        JsonObject job = software.awaitOver(number);
        assertEquals("done", job.get("state").getAsString(), job.toString());
    }

    private List<String> versionsOf(String bundle) {
        return agent.ask("bundles").stream()
                .filter(line -> line.startsWith(bundle + " "))
                .map(line -> line.substring(bundle.length() + 1))
                .toList();
    }

    private static void assertNoneLost(Traffic traffic) {
        assertEquals(Traffic.Counts.NONE, traffic.take(), () -> "" + traffic.problem());
    }

    @Test
    @Order(1)
    void whatNobodyTrustedSignedIsRefused() throws IOException {
        List<Path> bundles = List.of(second("pool", "2.0.0"));
        ImageFile.unsigned(bundles, "2.0.0", uploads().resolve("unsigned.kar"));
        ImageFile.make(
                bundles, "2.0.0", SigningKey.generate("stranger"), uploads().resolve("strange.kar"));
        assertRefused("install sys software image unsigned", "not signed, or not all of it, by one of the trusted");
        assertRefused("install sys software image strange.kar", "not signed, or not all of it, by one of the trusted");
        assertEquals(List.of("0.1.0 active"), versionsOf(POOL));
    }

    @Test
    @Order(2)
    void modulesAreReplacedUnderTraffic() throws IOException {
        ImageFile.make(
                List.of(second("pool", "2.0.0"), second("codec-zstd", "2.0.0")),
                "2.0.0",
                key,
                uploads().resolve("edge.kar"));
        try (Traffic flows = new Traffic(tunnelled, CONNECTIONS);
                Traffic plains = new Traffic(plain, CONNECTIONS)) {
            flows.moveOn();
            plains.moveOn();
            agent.ask("stopped");
            try (Tmsh branch = sites.branch().ssh()) {
                String planned = branch.must("install sys software image edge dry-run");
                assertTrue(planned.contains("replaces  org.ferrule.pool  0.1.0 -> 2.0.0"), planned);
            }
            assertEquals(List.of("0.1.0 active"), versionsOf(POOL));
            assertEquals(List.of(), agent.ask("stopped"));
            assertDone(software.begin("install sys software image edge"));
            assertEquals(List.of("2.0.0 active"), versionsOf(POOL));
            assertEquals(List.of("2.0.0 active"), versionsOf(ZSTD));
            assertEquals(
                    List.of(ZSTD + " 0.1.0", POOL + " 0.1.0"),
                    agent.ask("stopped").stream().sorted().toList());
            flows.moveOn();
            plains.moveOn();
            assertNoneLost(flows);
            assertNoneLost(plains);
        }
    }

    @Test
    @Order(3)
    void anImageThatBreaksIsPutBack() throws IOException {
        Path broken = BundleJar.of("com.example.broken", Broken.class)
                .header("Bundle-Activator", Broken.class.getName())
                .header("Import-Package", "org.osgi.framework")
                .write(folder.resolve("broken.jar"));
        ImageFile.make(
                List.of(second("pool", "3.0.0"), broken),
                "3.0.0",
                key,
                uploads().resolve("bad.kar"));
        try (Traffic plains = new Traffic(plain, CONNECTIONS)) {
            plains.moveOn();
            agent.ask("stopped");
            JsonObject job = software.awaitOver(software.begin("install sys software image bad"));
            assertEquals("failed", job.get("state").getAsString());
            String reason = job.get("reason").getAsString();
            assertTrue(reason.contains("com.example.broken does not start"), reason);
            assertTrue(reason.endsWith("everything was put back"), reason);
            assertEquals(List.of("2.0.0 active"), versionsOf(POOL));
            assertEquals(List.of(), versionsOf("com.example.broken"));
            List<String> others = new ArrayList<>(agent.ask("stopped"));
            others.removeAll(List.of(POOL + " 3.0.0", "com.example.broken 1.0.0"));
            assertEquals(List.of(), others, "something else was stopped");
            plains.moveOn();
            assertNoneLost(plains);
        }
    }

    @Test
    @Order(4)
    void aClearedCacheUndoesNothing() throws IOException {
        restartWithoutCache();
        awaitEdge();
        assertEquals(
                "edge", software.row("bundles", "bundle", POOL).get("image").getAsString());
    }

    @Test
    @Order(5)
    void theDistributionComesBack() throws IOException {
        software.awaitIdle();
        assertRefused("install sys software image distribution", "the word downgrade allows that");
        assertDone(software.begin("install sys software image distribution downgrade"));
        assertEquals(List.of("0.1.0 active"), versionsOf(POOL));
        assertEquals(List.of("0.1.0 active"), versionsOf(ZSTD));
        // The image is kept, and needs no upload.
        Files.delete(uploads().resolve("edge.kar"));
        assertDone(software.begin("install sys software image edge"));
        assertEquals(List.of("2.0.0 active"), versionsOf(POOL));
    }

    @Test
    @Order(6)
    void thePolicyDecidesAboutDeployedFiles() throws IOException {
        try (Tmsh branch = sites.branch().ssh()) {
            JsonObject agents = software.row("deployedFiles", "file", "org.ferrule.lab.agent.jar");
            assertEquals("unsigned", agents.get("signer").getAsString());
            assertEquals("yes", agents.get("takenIn").getAsString());
            branch.must("modify sys software unsigned-policy refuse");
            Path unsigned = BundleJar.of("com.example.plain").deploy(sites.branch());
            awaitTakenIn(unsigned, "no");
            assertTrue(Files.notExists(
                    sites.branch().home().resolve("data/deployed").resolve(unsigned.getFileName())));
            Path signed = sites.branch().home().resolve("deploy/com.example.signed.jar");
            ImageFile.sign(
                    BundleJar.of("com.example.signed")
                            .text("signed.txt", "This is what was signed")
                            .write(folder.resolve("signed.jar")),
                    key,
                    folder.resolve("s"));
            Files.move(folder.resolve("s"), signed);
            awaitTakenIn(signed, "yes");
            branch.must("modify sys db hot-deploy value disable");
            Path late = BundleJar.of("com.example.late").deploy(sites.branch());
            awaitTakenIn(late, "no");
            assertNotEquals(
                    0, branch.run("modify sys db hot-deploy value maybe").exit());
            // The agent went too, and comes back with another port.
            agent.close();
            Files.delete(sites.branch().home().resolve("agent-port"));
            branch.must("modify sys software unsigned-policy flag");
            branch.must("modify sys db hot-deploy value enable");
            awaitTakenIn(late, "yes");
            awaitTakenIn(unsigned, "yes");
        }
        agent = AgentClient.in(sites.branch());
    }

    /** The bundle is active, and all its components are: only the servers seem to be down. */
    @Test
    @Order(7)
    void anImageWithWhichAVirtualServerFailsIsPutBack() throws IOException {
        Path deaf = BundleJar.of("com.example.deaf", Deaf.class)
                .header("Bundle-Version", "9.9.9")
                .header("Bundle-Activator", Deaf.class.getName())
                .header("Import-Package", "org.osgi.framework,org.ferrule.traffic")
                .write(folder.resolve("deaf.jar"));
        ImageFile.make(List.of(deaf), "1.0.0", key, uploads().resolve("deaf.kar"));
        try (Tmsh branch = sites.branch().ssh()) {
            branch.must("modify ltm pool raw monitor tcp");
            Sites.awaitPool(sites.branch(), "raw");
            branch.must("modify sys software health-timeout 3");
            JsonObject job = software.awaitOver(software.begin("install sys software image deaf"));
            assertEquals("failed", job.get("state").getAsString());
            String reason = job.get("reason").getAsString();
            assertTrue(reason.startsWith("not healthy within 3 seconds: ltm pool /Common/raw: "), reason);
            assertTrue(reason.contains("ltm virtual /Common/plain"), reason);
            assertTrue(reason.endsWith("everything was put back"), reason);
            assertEquals(List.of(), versionsOf("com.example.deaf"));
            branch.must("modify sys software health-timeout 60");
        }
        Sites.awaitPool(sites.branch(), "raw");
        try (Traffic plains = new Traffic(plain, CONNECTIONS)) {
            plains.moveOn();
            assertNoneLost(plains);
        }
    }

    @Test
    @Order(8)
    void whatAFeatureBringsIsNotUndoneByAClearedCache() throws IOException {
        Path bundle = second("codec-lz4", "5.0.0");
        Path features = Files.writeString(folder.resolve("features.xml"), """
                <features name="lz4" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="ferrule-codec-lz4" version="5.0.0">
                    <bundle start-level="60">%s</bundle>
                  </feature>
                </features>
                """.formatted(
                        bundle.toUri().toString().replace("file:///", "file:/")));
        try (Tmsh branch = sites.branch().ssh()) {
            String said = branch.terminal("run /util karaf\nfeature:repo-add " + features.toUri()
                            + "\nfeature:install ferrule-codec-lz4/5.0.0\nexit\nquit\n")
                    .out();
            Await.until(
                    "the new version runs alone: " + said, () -> versionsOf(LZ4).equals(List.of("5.0.0 active")));
            Await.until("it is in the manifest", () -> software.row("bundles", "bundle", LZ4)
                    .has("version"));
            JsonObject image = software.row("images", "image", "feature-" + LZ4 + "-5.0.0");
            assertEquals("unsigned, by feature:install", image.get("signer").getAsString());
        }
        restartWithoutCache();
        Await.until("what the feature brought runs alone", () -> versionsOf(LZ4).equals(List.of("5.0.0 active")));
        // The next test counts what is stopped.
        awaitEdge();
    }

    @Test
    @Order(9)
    void theModuleThatInstallsReplacesItselfAndGoesBack() throws IOException {
        software.awaitIdle();
        ImageFile.make(
                List.of(second("software", "2.0.0"), second("codec-deflate", "2.0.0"), second("ssh", "2.0.0")),
                "2.0.0",
                key,
                uploads().resolve("itself.kar"));
        try (Traffic flows = new Traffic(tunnelled, CONNECTIONS);
                Traffic plains = new Traffic(plain, CONNECTIONS);
                Dialler dialler = new Dialler(sites.branch().host())) {
            flows.moveOn();
            plains.moveOn();
            agent.ask("stopped");
            software.begin("install sys software image itself");
            Await.until("it runs alone", () -> versionsOf(SOFTWARE).equals(List.of("2.0.0 active")));
            assertEquals(List.of("2.0.0 active"), versionsOf("org.ferrule.codec-deflate"));
            assertEquals(
                    List.of("org.ferrule.codec-deflate 0.1.0", SOFTWARE + " 0.1.0", "org.ferrule.ssh 0.1.0"),
                    agent.ask("stopped").stream().sorted().toList());
            software.awaitIdle();
            software.begin("install sys software image distribution downgrade");
            Await.until(
                    "the distribution's runs alone", () -> versionsOf(SOFTWARE).equals(List.of("0.1.0 active")));
            software.awaitIdle();
            flows.moveOn();
            plains.moveOn();
            assertNoneLost(flows);
            assertNoneLost(plains);
            assertTrue(dialler.accepted() > 0);
            assertEquals(0, dialler.refused(), "nobody listened for SSH");
        }
    }

    private void awaitEdge() {
        Await.until(
                () -> "the image's bundles run alone: " + software.row("jobs", "what", "restore image edge"),
                () -> versionsOf(POOL).equals(List.of("2.0.0 active"))
                        && versionsOf(ZSTD).equals(List.of("2.0.0 active")));
    }

    private void restartWithoutCache() throws IOException {
        agent.close();
        sites.branch().stop();
        Path home = sites.branch().home();
        Files.delete(home.resolve("agent-port"));
        Folders.delete(home.resolve("data/cache"));
        sites.branch().start();
        agent = AgentClient.in(sites.branch());
    }

    private void awaitTakenIn(Path file, String takenIn) {
        Await.until("taken in is " + takenIn + " for " + file.getFileName(), () -> {
            JsonObject row =
                    software.row("deployedFiles", "file", file.getFileName().toString());
            return row.has("takenIn") && row.get("takenIn").getAsString().equals(takenIn);
        });
    }
}
