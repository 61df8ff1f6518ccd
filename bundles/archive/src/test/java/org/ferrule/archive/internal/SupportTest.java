package org.ferrule.archive.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.shell.Account;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.Shell;
import org.ferrule.shell.ShellSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file for support: what is in it, what is not, and how much. */
class SupportTest {
    private static final String HASH = "$pbkdf2-sha512$i=210000$c2FsdA$aGFzaA==";
    private static final Account ANN = new Account("ann", Role.ADMIN, "tmsh");

    @TempDir
    Path home;

    private FakeConfiguration configuration;

    @BeforeEach
    void configure() throws ConfigException {
        configuration = new FakeConfiguration(home);
        configuration.user("ann", Map.of("encrypted-password", HASH, "token", "tok3n", "description", "text"));
        configuration.save();
    }

    /** Lists the configuration, and shows each kind but one. */
    private Shell shell() {
        return (account, facilities) -> new ShellSession() {
            @Override
            public String prompt() {
                return "";
            }

            @Override
            public int execute(String command, PrintWriter out, PrintWriter err) {
                out.print(command.equals("list") ? configuration.text() : command + " " + HASH);
                return command.startsWith("show auth user") ? 1 : 0;
            }

            @Override
            public boolean incomplete(String text) {
                return false;
            }

            @Override
            public List<Suggestion> complete(String line) {
                return List.of();
            }

            @Override
            public boolean ended() {
                return false;
            }
        };
    }

    private Path write(String time) throws ConfigException, IOException {
        SupportWriter writer =
                new SupportWriter(new Home(home), List.of(new SupportWriter.Named("threads.txt", HostFacts::threads)));
        SupportCommand command = new SupportCommand(
                writer,
                Clock.fixed(Instant.parse(time), ZoneOffset.UTC),
                () -> Optional.of(configuration),
                () -> Optional.of(shell()));
        StringWriter out = new StringWriter();
        command.run(new RunCommand.Invocation(ANN, Map.of(), new PrintWriter(out, true), Map.of()));
        String path = out.toString().lines().skip(2).findFirst().orElseThrow();
        return Path.of(path.substring(0, path.indexOf(" (")));
    }

    private static Map<String, String> read(Path file) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(file)), "UTF-8")) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                texts.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                entry = tar.getNextEntry();
            }
        }
        return texts;
    }

    @Test
    void everythingIsInItButSecrets() throws Exception {
        Files.createDirectories(home.resolve("log"));
        Files.writeString(home.resolve("log/ferrule.log"), "a line with " + HASH + "\n");
        Files.writeString(home.resolve("log/other.txt"), "not wanted");
        Path file = write("2026-11-28T12:00:00Z");
        assertEquals("ferrule-20261128-120000.tar.gz", file.getFileName().toString());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Map<String, String> texts = read(file);
        assertEquals(
                List.of(
                        "config/ferrule.conf",
                        "configuration.txt",
                        "log/ferrule.log",
                        "show.txt",
                        "show/sys-ucs.json",
                        "threads.txt"),
                List.copyOf(texts.keySet()));
        assertTrue(texts.get("threads.txt").contains("SupportTest"), texts.get("threads.txt"));
        assertTrue(texts.get("configuration.txt").contains("token ****"), texts.get("configuration.txt"));
        texts.forEach((name, text) -> {
            assertFalse(text.contains(HASH), name);
            assertFalse(text.contains("tok3n"), name);
        });
    }

    @Test
    void onlyTheNewestAreKept() throws Exception {
        for (int i = 0; i < SupportFile.KEPT + 2; i++) {
            Path file = write("2026-11-28T12:00:0" + i + "Z");
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-28T12:00:0" + i + "Z")));
        }
        try (Stream<Path> files = Files.list(home.resolve("support"))) {
            List<String> names =
                    files.map(f -> f.getFileName().toString()).sorted().toList();
            assertEquals(SupportFile.KEPT, names.size(), names.toString());
            assertEquals("ferrule-20261128-120002.tar.gz", names.get(0));
        }
    }

    @Test
    void ofALongTextTheEndCounts() throws Exception {
        Path made;
        try (SupportFile file = new SupportFile(home, "x", Instant.EPOCH)) {
            file.add("long", "a".repeat(SupportFile.MAX_TEXT) + "end");
            made = file.finish();
        }
        String text = read(made).get("long");
        assertEquals(SupportFile.MAX_TEXT, text.length());
        assertTrue(text.endsWith("aend"));
    }

    @Test
    void whatIsNotFinishedLeavesNothing() throws Exception {
        Path folder = home.resolve("support");
        try (SupportFile file = new SupportFile(folder, "x", Instant.EPOCH)) {
            file.add("a", "b");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void whatHangsOrFailsIsSaid() {
        CountDownLatch never = new CountDownLatch(1);
        try (Questions questions = new Questions(null, ANN, Duration.ofMillis(20), Duration.ofMinutes(1))) {
            assertEquals("No answer in time\n", questions.in(() -> {
                never.await();
                return "";
            }));
        }
        try (Questions questions = new Questions(null, ANN, Duration.ofMinutes(1), Duration.ZERO)) {
            assertTrue(questions.in(() -> "unheard").startsWith("Not asked"));
        }
        try (Questions questions = new Questions(null, ANN, Duration.ofMinutes(1), Duration.ofMinutes(1))) {
            assertTrue(questions
                    .in(() -> {
                        throw new IOException("gone");
                    })
                    .contains("gone"));
            assertTrue(questions.ask("show").isEmpty());
        }
    }

    @Test
    void aDiskThatTakesNothingIsSaid() throws Exception {
        Files.writeString(home.resolve("support"), "a file where the folder should be");
        String message = assertThrows(ConfigException.class, () -> write("2026-11-28T12:00:00Z"))
                .getMessage();
        assertTrue(message.contains("cannot be written to"), message);
    }

    @Test
    void theHostIsTold() {
        assertTrue(HostFacts.system(home).contains("/proc/meminfo"));
        assertTrue(HostFacts.memory().contains("collector "));
        assertTrue(HostFacts.histogram().contains("java.lang.String"));
    }
}
