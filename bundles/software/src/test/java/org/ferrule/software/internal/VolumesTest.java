package org.ferrule.software.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes are made of whole images, booted, left again and removed. */
class VolumesTest {
    private static final Pace AT_REST = new Pace() {
        @Override
        public long seconds() {
            return 0;
        }

        @Override
        public Instant now() {
            return Kars.NOW;
        }

        @Override
        public void pause() {
            throw new IllegalStateException("nothing waits here");
        }
    };

    @TempDir
    Path folder;

    private Path home;
    private Path kar;
    private Jobs jobs;
    private Warmer warmer = (volume, calledOff) -> {};
    private boolean saved = true;
    private int restarts;

    @BeforeEach
    void make() throws IOException {
        home = folder.resolve("home");
        write("config/ferrule.conf", "one");
        write("config/ferrule.conf.1", "before");
        write("config/kinds.json", "{}");
        write("config/running.conf", "what runs");
        write("etc/a.cfg", "changed here");
        write("etc/.shipped", "sums");
        write("etc/scripts/b", "b");
        jobs = new Jobs(new Store(home), AT_REST);
        kar = folder.resolve("a.kar");
        WholeImageTest.whole(WholeImageTest.program(), "1", Kars.RELEASE, kar);
    }

    @AfterEach
    void end() {
        jobs.close();
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(home.resolve(file).getParent());
        Files.writeString(home.resolve(file), content);
    }

    private String read(String file) throws IOException {
        return Files.readString(home.resolve(file));
    }

    private Volumes volumes(String active) {
        return new Volumes(new Home(home, active));
    }

    private BootChoice boot(String active) {
        return new BootChoice(new Home(home, active));
    }

    private VolumeInstaller installer(String active) {
        return new VolumeInstaller(
                volumes(active),
                boot(active),
                jobs,
                AT_REST,
                (volume, calledOff) -> warmer.warm(volume, calledOff),
                () -> Kars.TRUSTED);
    }

    private String install(String volume, boolean create, boolean dryRun) throws Exception {
        StringWriter said = new StringWriter();
        installer("HD1.1")
                .install(
                        new VolumeInstaller.Order("a", "ann", volume, create, dryRun),
                        file -> Files.write(file, Files.readAllBytes(kar)),
                        new PrintWriter(said, true));
        // The thread of the jobs does one thing after the other.
        CountDownLatch over = new CountDownLatch(1);
        jobs.later(over::countDown);
        assertTrue(over.await(60, TimeUnit.SECONDS));
        return said.toString();
    }

    private Job last() {
        return jobs.all().get(0);
    }

    private List<String> inLocations() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("locations"))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anImageBecomesAVolume() throws Exception {
        warmer = (volume, calledOff) -> {
            assertTrue(Files.exists(home.resolve("locations/HD1.2/program/bin/karaf")));
            assertFalse(volumes("HD1.1").isBootable(volume), "it is not whole yet");
        };
        String said = install("HD1.2", true, false);
        assertTrue(said.contains("Image a 2, signed by release, is a whole program"), said);
        assertTrue(said.contains("Job 1 does it"), said);
        assertEquals(Job.State.DONE, last().state(), last().reason());
        assertEquals(List.of("HD1.1", "HD1.2"), volumes("HD1.1").bootable());
        Volume made = volumes("HD1.1").description("HD1.2").orElseThrow();
        assertEquals(new Volume(1, "a", "2", "release", "2026-06-01T00:00:00Z", ""), made);
        assertEquals("one", read("locations/HD1.2/config/ferrule.conf"));
        assertEquals("before", read("locations/HD1.2/config/ferrule.conf.1"));
        assertEquals("{}", read("locations/HD1.2/config/kinds.json"));
        assertFalse(Files.exists(home.resolve("locations/HD1.2/config/running.conf")));
        assertEquals("changed here", read("locations/HD1.2/etc/a.cfg"));
        assertEquals("sums", read("locations/HD1.2/etc/.shipped"));
        assertEquals("b", read("locations/HD1.2/etc/scripts/b"));
        assertEquals(List.of("HD1.2"), inLocations());
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        assertTrue(install("HD1.2", true, true).contains("installs  HD1.2, which is new"));
        assertEquals(List.of(), inLocations());
        assertEquals(List.of(), jobs.all());
    }

    @ParameterizedTest
    @CsvSource({
        "HD1.1, is the program that was installed on this host",
        "HD1.3, the word create-volume makes it",
        "../x, is not the name of a volume",
        "HD0.1, is not the name of a volume",
        "HD1.100, is not the name of a volume"
    })
    void noOtherPlaceIsTaken(String volume, String why) {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> install(volume, !volume.equals("HD1.3"), false));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void theOneThatRunsStays() throws Exception {
        install("HD1.2", true, false);
        VolumeInstaller there = installer("HD1.2");
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> there.install(
                        new VolumeInstaller.Order("a", "ann", "HD1.2", true, false),
                        file -> {},
                        new PrintWriter(new StringWriter())));
        assertTrue(refused.getMessage().startsWith("HD1.2 runs"), refused.getMessage());
        assertThrows(ConfigException.class, () -> there.delete("HD1.2"));
        assertThrows(ConfigException.class, () -> there.delete("HD1.1"));
    }

    @Test
    void whatDoesNotStartIsNotKept() throws Exception {
        warmer = (volume, calledOff) -> {
            throw new IOException("its program does not start: no lib");
        };
        install("HD1.2", true, false);
        assertEquals(Job.State.FAILED, last().state());
        assertEquals("its program does not start: no lib; HD1.2 was removed", last().reason());
        assertEquals(List.of("HD1.1"), volumes("HD1.1").names());
        assertEquals(List.of(), inLocations());
    }

    @Test
    void aJobThatIsCalledOffLeavesNothing() throws Exception {
        warmer = (volume, calledOff) -> {
            try {
                jobs.cancel(1);
            } catch (ConfigException e) {
                throw new IOException(e);
            }
        };
        install("HD1.2", true, false);
        assertEquals(Job.State.CANCELLED, last().state());
        assertEquals(List.of(), inLocations());
    }

    @Test
    void whatWasCutShortIsRemovedAtTheNextStart() throws Exception {
        install("HD1.2", true, false);
        write("locations/HD1.3/program/bin/karaf", "half");
        write("locations/incoming.123.new", "half");
        assertEquals(List.of("HD1.1", "HD1.2", "HD1.3"), volumes("HD1.1").names());
        assertEquals(List.of("HD1.1", "HD1.2"), volumes("HD1.1").bootable());
        volumes("HD1.1").tidy();
        assertEquals(List.of("HD1.2"), inLocations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"format\":2}", "{\"format\":1}", "null"})
    void whatIsNotDescribedIsNotBooted(String description) throws Exception {
        write("locations/HD1.2/volume.json", description);
        assertFalse(volumes("HD1.1").isBootable("HD1.2"));
    }

    @Test
    void aVolumeThatIsRemovedIsNotBootedNext() throws Exception {
        install("HD1.2", true, false);
        write("boot", "HD1.2\n");
        write("boot-failed", "HD1.2 2026-06-01T00:00:00Z its process ended\n");
        installer("HD1.1").delete("HD1.2");
        assertEquals(List.of("HD1.1"), volumes("HD1.1").names());
        assertEquals("HD1.1", boot("HD1.1").next());
        assertTrue(boot("HD1.1").failure().isEmpty());
        assertThrows(ConfigException.class, () -> installer("HD1.1").delete("HD1.2"));
    }

    // ---- reboot

    private boolean watched = true;

    private String reboot(String active, Map<String, String> said) throws ConfigException {
        StringWriter out = new StringWriter();
        RebootCommand command =
                new RebootCommand(volumes(active), boot(active), jobs, watched, () -> saved, () -> restarts++);
        command.run(new RunCommand.Invocation(
                new Account("ann", Account.Role.ADMIN, "tmsh"), said, new PrintWriter(out, true), Map.of()));
        return out.toString();
    }

    private void assertRefused(String why, String active, Map<String, String> said) {
        ConfigException refused = assertThrows(ConfigException.class, () -> reboot(active, said));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertEquals(0, restarts);
    }

    @Test
    void theFirstBootTakesTheConfigurationAlongAndLaterOnesDoNot() throws Exception {
        install("HD1.2", true, false);
        write("config/ferrule.conf", "two");
        assertTrue(reboot("HD1.1", Map.of("volume", "HD1.2")).contains("gets a copy"));
        assertEquals("two", read("locations/HD1.2/config/ferrule.conf"));
        assertEquals("HD1.2\nHD1.1\n", read("boot"));
        assertEquals(1, restarts);
        volumes("HD1.2").markBooted("now");
        write("locations/HD1.2/config/ferrule.conf", "three");
        assertTrue(reboot("HD1.2", Map.of("volume", "HD1.1")).contains("with which it ran last"));
        assertEquals("two", read("config/ferrule.conf"));
        assertEquals("HD1.1\nHD1.2\n", read("boot"));
        reboot("HD1.1", Map.of("volume", "HD1.2"));
        assertEquals("three", read("locations/HD1.2/config/ferrule.conf"));
        reboot("HD1.2", Map.of("volume", "HD1.1", "copy-config", ""));
        assertEquals("three", read("config/ferrule.conf"));
        assertEquals(4, restarts);
    }

    @Test
    void aVolumeThatDidNotComeUpTakesTheConfigurationAlongAgain() throws Exception {
        install("HD1.2", true, false);
        volumes("HD1.2").markBooted("now");
        write("boot-failed", "HD1.2 2026-06-01T00:00:00Z its process ended\n");
        BootChoice.Failure failure = boot("HD1.1").failure().orElseThrow();
        assertEquals(
                "HD1.2 did not come up at 2026-06-01T00:00:00Z (its process ended), and the volume before it was"
                        + " booted again",
                failure.text());
        assertTrue(reboot("HD1.1", Map.of("volume", "HD1.2")).contains("gets a copy"));
        assertTrue(boot("HD1.1").failure().isEmpty(), "that was another time");
    }

    @Test
    void whatNobodyWouldStartAgainDoesNotEnd() throws Exception {
        watched = false;
        assertRefused("Nobody would start this appliance again", "HD1.1", Map.of());
    }

    @Test
    void aRebootAloneStaysWhereItIs() throws Exception {
        assertEquals("The appliance restarts with HD1.1.\n", reboot("HD1.1", Map.of()));
        assertEquals("HD1.1\n", read("boot"));
    }

    @Test
    void aRebootAloneBootsWhatWasChosen() throws Exception {
        install("HD1.2", true, false);
        write("boot", "HD1.2\n");
        assertTrue(reboot("HD1.1", Map.of()).contains("boots HD1.2"));
        assertEquals("HD1.2\nHD1.1\n", read("boot"));
        write("boot", "HD1.7\n");
        assertTrue(reboot("HD1.1", Map.of()).contains("restarts with HD1.1"));
    }

    @Test
    void whatCannotBeBootedIsRefused() throws Exception {
        write("locations/HD1.2/program/bin/karaf", "half");
        assertRefused("no volume HD1.2 that can be booted; there are: HD1.1", "HD1.1", Map.of("volume", "HD1.2"));
        assertRefused("HD1.1 runs", "HD1.1", Map.of("volume", "HD1.1", "copy-config", ""));
        assertFalse(Files.exists(home.resolve("boot")));
    }

    @Test
    void changesAreNotLostUnasked() throws Exception {
        saved = false;
        assertRefused("save sys config", "HD1.1", Map.of());
        reboot("HD1.1", Map.of("discard-changes", ""));
        assertEquals(1, restarts);
    }

    @Test
    void nothingIsBootedWhileAJobRuns() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        jobs.begin("something", "ann", progress -> {
            held.await();
            return "";
        });
        assertRefused("Job 1 is running", "HD1.1", Map.of());
        held.countDown();
    }
}
