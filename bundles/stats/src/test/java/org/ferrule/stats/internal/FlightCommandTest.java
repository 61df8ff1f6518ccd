package org.ferrule.stats.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Account;
import org.ferrule.shell.RunCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightCommandTest {
    @TempDir
    Path folder;

    @Name("org.ferrule.test.Something")
    private static final class Something extends Event {}

    private String run(Map<String, String> arguments) throws ConfigException {
        return run(true, arguments);
    }

    private String run(boolean delegated, Map<String, String> arguments) throws ConfigException {
        StringWriter out = new StringWriter();
        new FlightCommand(folder.resolve("support"), delegated)
                .run(new RunCommand.Invocation(
                        new Account("admin", Account.Role.ADMIN, "tmsh"),
                        arguments,
                        new PrintWriter(out, true),
                        Map.of()));
        return out.toString();
    }

    private String refused(Map<String, String> arguments) {
        return assertThrows(ConfigException.class, () -> run(arguments)).getMessage();
    }

    @AfterEach
    void end() {
        try {
            run(Map.of("stop", ""));
        } catch (ConfigException nothingRuns) {
            assertTrue(nothingRuns.getMessage().contains("Nothing is being recorded"), nothingRuns.getMessage());
        }
    }

    @Test
    void whatHappensMeanwhileIsInTheFile() throws ConfigException, IOException {
        assertTrue(run(Map.of("seconds", "3600")).startsWith("Recording for 3600 seconds, into " + folder));
        new Something().commit();
        assertTrue(refused(Map.of()).contains("already, into " + folder));
        String stopped = run(Map.of("stop", ""));
        Path file = Path.of(stopped.substring(stopped.indexOf('/')).strip());
        List<String> names = RecordingFile.readAllEvents(file).stream()
                .map(RecordedEvent::getEventType)
                .map(type -> type.getName())
                .toList();
        assertTrue(names.contains("org.ferrule.test.Something"));
        assertFalse(names.contains("jdk.InitialEnvironmentVariable"));
        assertEquals("rwx------", mode(file.getParent()));
    }

    private static String mode(Path path) throws IOException {
        return java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Somebody's own settings may be those of an earlier version. */
    @Test
    void whatWouldBreakConnectionsIsRefused() {
        String refused =
                assertThrows(ConfigException.class, () -> run(false, Map.of())).getMessage();
        assertTrue(refused.contains("org.osgi.framework.bootdelegation does not name jdk.jfr.internal"), refused);
    }

    @Test
    void theNewestFewAreKept() throws ConfigException, IOException {
        Path support = Files.createDirectories(folder.resolve("support"));
        for (int day = 1; day <= 7; day++) {
            Files.createFile(support.resolve("flight-2020010" + day + "-000000.jfr"));
        }
        Files.createFile(support.resolve("flight-of-others.jfr"));
        run(Map.of());
        run(Map.of("stop", ""));
        try (Stream<Path> files = Files.list(support)) {
            List<String> left = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("flight-2020") || name.contains("others"))
                    .sorted()
                    .toList();
            assertEquals(5, left.size(), left.toString());
            assertEquals("flight-20200104-000000.jfr", left.get(0));
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        assertTrue(refused(Map.of("seconds", "0")).contains("from 1 to 3600"));
        assertTrue(refused(Map.of("seconds", "3601")).contains("from 1 to 3600"));
        assertTrue(refused(Map.of("seconds", "a minute")).contains("from 1 to 3600"));
        assertTrue(refused(Map.of("stop", "")).contains("Nothing is being recorded"));
    }
}
