package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ferrule.lab.Await;
import org.ferrule.lab.BootSteps;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.ImageFile;
import org.ferrule.lab.NextVersion;
import org.ferrule.lab.Origin;
import org.ferrule.lab.SigningKey;
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

/** A whole program is installed beside the one that runs, booted, left again by command and by itself, and removed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(400)
class LocationsIT {
    private static final int SIZE = 12_000_000;
    private static final String FIRST = "HD1.1";
    private static final String OTHER = "HD1.2";

    @TempDir
    static Path folder;

    private final SigningKey key = SigningKey.generate("release");
    private Sites sites;
    private BootSteps steps;
    private Origin origin;
    private Path file;

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        file = TestFiles.random(folder.resolve("file"), SIZE, 1);
        origin = sites.origin(Map.of("/file", file));
        sites.start().configure(command -> {});
        branch("create sys software signer release certificate \"" + key.certificatePem() + "\"");
        branch("save sys config");
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "web_pool");
        steps = new BootSteps(sites.branch());
        Files.createDirectories(uploads());
    }

    @AfterAll
    void part() throws IOException {
        sites.close();
        origin.close();
    }

    private Path uploads() {
        return sites.branch().home().resolve("uploads/admin");
    }

    private Path other() {
        return sites.branch().home().resolve("locations").resolve(OTHER);
    }

    private String branch(String command) {
        try (Tmsh tmsh = sites.branch().ssh()) {
            return tmsh.must(command);
        }
    }

    /** Of the dictionary that the branch shares with the dc. */
    private long diskReads() {
        try (Tmsh tmsh = sites.branch().ssh()) {
            JsonObject shown =
                    tmsh.json("show wom deduplication").getAsJsonArray().get(0).getAsJsonObject();
            JsonObject peer = shown.get("peers").getAsJsonArray().get(0).getAsJsonObject();
            return peer.get("diskReads").getAsLong();
        }
    }

    private String refused(String command) {
        try (Tmsh tmsh = sites.branch().ssh()) {
            Tmsh.Result result = tmsh.run(command);
            assertEquals(1, result.exit(), result.out());
            return result.err();
        }
    }

    /** Fetches the file through the tunnel, and gives what crossed. */
    private long fetch() {
        Sites.Traffic before = sites.traffic();
        assertEquals("origin", Fetch.compare(sites.web(), "/file", file).servedBy());
        Sites.Traffic crossed = sites.traffic().since(before);
        return crossed.tunnelIn() + crossed.tunnelOut();
    }

    private void image(String name, Map<String, byte[]> changed) throws IOException {
        ImageFile.whole(
                Checkout.distribution(), changed, "9.8.7", key, uploads().resolve(name + ".kar"));
    }

    private void reboot(String words, String expected) {
        long process = steps.process();
        steps.reboot(words);
        steps.awaitActive(expected, process);
    }

    /** Runs the command of who is at the host. */
    private String ferrule(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Checkout.root().resolve("ferrule").toString(),
                words[0],
                "--home",
                sites.branch().home().toString()));
        command.addAll(List.of(words).subList(1, words.length));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("FERRULE_NO_BUILD", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return said;
    }

    @Test
    @Order(1)
    void aWholeProgramIsInstalledBesideTheOneThatRuns() throws IOException {
        image("whole", Map.of());
        ImageFile.whole(
                Checkout.distribution(),
                Map.of(),
                "9.8.7",
                SigningKey.generate("stranger"),
                uploads().resolve("strange.kar"));
        String install = "install sys software image ";
        assertTrue(refused(install + "strange volume HD1.2 create-volume").contains("by one of the trusted signers"));
        assertTrue(refused(install + "whole").contains("it is a whole program"));
        assertTrue(refused(install + "whole volume HD1.2").contains("the word create-volume makes it"));
        assertTrue(refused(install + "whole volume HD1.1 create-volume").contains("installed on this host"));
        assertTrue(branch(install + "whole volume HD1.2 create-volume dry-run").contains("which is new"));
        assertTrue(Files.notExists(other()));
        long process = steps.process();
        JsonObject job = steps.install("whole", OTHER);
        assertEquals("done", job.get("state").getAsString(), job.toString());
        assertEquals(process, steps.process(), "what ran goes on");
        JsonObject made = steps.volume(OTHER);
        assertEquals("9.8.7", made.get("version").getAsString());
        assertEquals("Ferrule", made.get("product").getAsString());
        assertEquals("no", made.get("active").getAsString());
        assertEquals("complete", made.get("status").getAsString());
        assertEquals("yes", steps.volume(FIRST).get("active").getAsString());
        assertFalse(made.get("build")
                .getAsString()
                .equals(steps.volume(FIRST).get("build").getAsString()));
    }

    @Test
    @Order(2)
    void nothingOfItIsOthersToRead() throws IOException {
        try (Stream<Path> all = Files.walk(other())) {
            for (Path path : all.toList()) {
                if (!Files.isSymbolicLink(path)) {
                    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
                    assertTrue(
                            Set.of(
                                            PosixFilePermission.OWNER_READ,
                                            PosixFilePermission.OWNER_WRITE,
                                            PosixFilePermission.OWNER_EXECUTE)
                                    .containsAll(mode),
                            path + " " + mode);
                }
            }
        }
        // The cache is warm, and no module ran for it.
        try (Stream<Path> all = Files.walk(other().resolve("data/cache"))) {
            assertTrue(all.anyMatch(path -> path.endsWith("state.json")));
        }
        assertFalse(Files.exists(other().resolve("data/warming")));
        assertFalse(Files.exists(other().resolve("software")));
        assertFalse(Files.exists(other().resolve("config/running.conf")));
    }

    @Test
    @Order(3)
    void itIsBootedWithAllThatThereIs() throws IOException, InterruptedException {
        fetch();
        assertTrue(fetch() < SIZE / 10, "what crossed once is known");
        branch("create ltm pool later");
        assertTrue(refused("reboot volume HD1.2").contains("save sys config"));
        branch("save sys config");
        String before = branch("list");
        long resolved = Files.getLastModifiedTime(state()).toMillis();
        reboot("volume HD1.2", OTHER);
        assertEquals(before, branch("list"));
        assertEquals(resolved, Files.getLastModifiedTime(state()).toMillis(), "nothing was resolved anew");
        sites.awaitTunnel(true);
        long crossed = fetch();
        // What is on disk is on its way back into memory: how much of it comes too late is a matter of the machine.
        assertTrue(crossed < SIZE, "the dictionary is not there any more: " + crossed);
        Await.until("what is on disk is read", () -> diskReads() > 0);
        assertEquals("9.8.7", steps.volume(OTHER).get("version").getAsString());
        assertTrue(ferrule("status").contains("The volume HD1.2 is booted."));
        assertTrue(ferrule("switchboot").startsWith("HD1.2 is booted at the next start; there are: HD1.1 HD1.2"));
        assertEquals("HD1.2\n", Files.readString(sites.branch().home().resolve("boot")), "it came up");
    }

    private Path state() throws IOException {
        try (Stream<Path> all = Files.walk(other().resolve("data/cache"))) {
            return all.filter(path -> path.endsWith("state.json")).findFirst().orElseThrow();
        }
    }

    @Test
    @Order(4)
    void aStartOfTheHostBootsItToo() throws IOException, InterruptedException {
        assertTrue(ferrule("switchboot", "HD1.1").contains("HD1.1 is booted at the next start"));
        assertTrue(ferrule("status").contains("The volume HD1.2 is booted."), "it still runs");
        assertTrue(ferrule("switchboot", "HD1.9").contains("there is no volume HD1.9 to boot"));
        ferrule("switchboot", "HD1.2");
        sites.branch().stop();
        sites.branch().start();
        assertEquals("yes", steps.volume(OTHER).get("active").getAsString());
    }

    @Test
    @Order(5)
    void oneCommandGoesBackToWhatWasThere() throws IOException, InterruptedException {
        branch("create ltm pool new_here");
        branch("save sys config");
        reboot("volume HD1.1", FIRST);
        String there = branch("list ltm pool");
        assertTrue(there.contains("ltm pool later"), there);
        assertFalse(there.contains("new_here"), there);
        sites.awaitTunnel(true);
        fetch();
        reboot("volume HD1.2", OTHER);
        assertTrue(branch("list ltm pool").contains("new_here"));
        reboot("volume HD1.1 copy-config", FIRST);
        assertTrue(branch("list ltm pool").contains("new_here"));
        assertFalse(ferrule("status").contains("booted"));
    }

    @Test
    @Order(6)
    void whatDoesNotComeUpIsLeftAgain() throws IOException {
        damage(other().resolve("program/lib/boot"));
        reboot("volume HD1.2", FIRST);
        assertEquals("did not come up", steps.volume(OTHER).get("status").getAsString());
        assertEquals("yes", steps.volume(FIRST).get("bootsNext").getAsString());
        assertTrue(steps.problems().contains("HD1.2 did not come up at "), steps.problems());
        assertTrue(sites.branch().log().contains("HD1.2 did not come up at "));
        assertTrue(sites.branch().output().contains("HD1.1 is booted again"));
        sites.awaitTunnel(true);
        fetch();
    }

    private static void damage(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
                Files.write(jar, new byte[0]);
            }
        }
    }

    @Test
    @Order(7)
    void whatCannotStartIsNotInstalled() throws IOException {
        Path main = mainJar();
        image("broken", Map.of(Checkout.distribution().relativize(main).toString(), new byte[] {1}));
        JsonObject job = steps.install("broken", "HD1.3");
        assertEquals("failed", job.get("state").getAsString(), job.toString());
        assertTrue(job.get("reason").getAsString().contains("its program does not start"), job.toString());
        assertFalse(steps.volume("HD1.3").has("volume"));
        assertTrue(refused("reboot volume HD1.3").contains("no volume HD1.3 that can be booted"));
    }

    @Test
    @Order(8)
    void aConfigurationIsMigratedToWhatTheOtherProgramDeclares() throws IOException {
        Path stats = ImageFile.ofDistribution("stats");
        Path next = NextVersion.reworded(
                "stats",
                "org.ferrule.stats.internal.HealthSettings",
                Map.of(
                        "schema = 2",
                        "schema = 3",
                        "kept.remove(\"certificate-days\");",
                        "kept.computeIfPresent(\"description\", (name, text) -> text + \", migrated\");"),
                folder.resolve("stats.jar"));
        image("newer", Map.of(Checkout.distribution().relativize(stats).toString(), Files.readAllBytes(next)));
        branch("modify sys health description written-before");
        branch("save sys config");
        assertEquals("done", steps.install("newer", "HD1.3").get("state").getAsString());
        reboot("volume HD1.3", "HD1.3");
        assertEquals("sys health {\n    description \"written-before, migrated\"\n}\n", branch("list sys health"));
        branch("save sys config");
        sites.branch().stop();
        sites.branch().start();
        assertTrue(branch("list sys health").contains("written-before, migrated\""), "it is migrated once");
        reboot("volume HD1.1", FIRST);
        assertEquals("sys health {\n    description written-before\n}\n", branch("list sys health"));
    }

    private static Path mainJar() throws IOException {
        try (Stream<Path> files = Files.list(Checkout.distribution().resolve("lib/boot"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("org.apache.karaf.main-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    @Order(9)
    void aVolumeIsRemoved() {
        assertTrue(refused("delete sys software volume HD1.1").contains("stays"));
        branch("delete sys software volume HD1.2");
        assertFalse(steps.volume(OTHER).has("volume"));
        assertTrue(Files.notExists(other()));
        assertFalse(steps.problems().contains("did not come up"), steps.problems());
    }
}
