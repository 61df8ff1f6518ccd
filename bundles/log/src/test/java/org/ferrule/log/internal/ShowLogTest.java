package org.ferrule.log.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.shell.Account;
import org.ferrule.shell.Account.Role;
import org.ferrule.shell.RunCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShowLogTest {
    private static final String KARAF = "Nov 28, 2026 8:27:12 PM x.y\nINFO: Karaf begins\n";
    private static final String T = "2026-11-28T17:31:26.041Z ";

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        file("ferrule.log.1", 1, T + "INFO  [a b] pool.internal.P oldest");
        file("ferrule.log.2", 2, T + "INFO  [main] pool.internal.P older\n");
        file(
                "ferrule.log",
                3,
                T + "WARN  [x] isession.internal.Dial down\n" + T
                        + "ERROR [x] pool.internal.P broke\njava.io.IOException: x\n\tat y\n" + T
                        + "DEBUG [x] pool.internal.P detail\n");
        file("audit.log", 3, T + "AUDIT - user=admin one\n" + T + "AUDIT - user=ann two\n");
        file("ferrule.log.bak", 4, T + "INFO  [x] a.B not a log\n");
    }

    private void file(String name, int age, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(age)));
    }

    private String show(Role role, String... arguments) throws ConfigException {
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            given.put(arguments[i], arguments[i + 1]);
        }
        StringWriter out = new StringWriter();
        new ShowLog(new LogFiles(folder))
                .run(new RunCommand.Invocation(
                        new Account("ann", role, "tmsh"), given, new PrintWriter(out, true), Map.of()));
        return out.toString();
    }

    /** The last word of each event's first line. */
    private List<String> events(String... arguments) throws ConfigException {
        String[] all = new String[arguments.length + 2];
        all[0] = "log";
        all[1] = "system";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return show(Role.OPERATOR, all)
                .lines()
                .filter(line -> line.startsWith("2026"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
    }

    @Test
    void theLastEventsOfAllFilesAreShownOldestFirst() throws ConfigException {
        assertEquals(List.of("oldest", "older", "down", "broke", "detail"), events());
        assertEquals(List.of("older", "down", "broke", "detail"), events("lines", "4"));
    }

    @Test
    void whatFollowsAnEventsLineBelongsToIt() throws ConfigException {
        assertEquals(
                T + "ERROR [x] pool.internal.P broke\njava.io.IOException: x\n\tat y\n",
                show(Role.OPERATOR, "log", "system", "text", "IOException"));
    }

    @Test
    void theyCanBeChosen() throws ConfigException {
        assertEquals(List.of("down", "broke"), events("level", "warning"));
        assertEquals(List.of("broke"), events("level", "error"));
        assertEquals(List.of("down"), events("module", "isession"));
        assertEquals(List.of("oldest", "older", "broke", "detail"), events("module", "pool"));
        assertEquals(List.of("broke", "detail"), events("module", "pool", "lines", "2"));
        assertEquals(List.of(), events("module", "poo"));
    }

    @Test
    void theAuditLogIsForAdmins() throws ConfigException {
        assertEquals(T + "AUDIT - user=ann two\n", show(Role.ADMIN, "log", "audit", "text", "ann"));
        assertTrue(refused(Role.OPERATOR, "log", "audit").startsWith("01070822:3: Access Denied"));
        assertTrue(refused(Role.ADMIN, "log", "audit", "level", "error").contains("neither levels nor modules"));
    }

    private String refused(Role role, String... arguments) {
        return assertThrows(ConfigException.class, () -> show(role, arguments)).getMessage();
    }

    @Test
    void whatIsWrongIsSaid() {
        assertTrue(refused(Role.ADMIN, "log", "../x").contains("there are: system, audit"));
        for (String lines : List.of("0", "-1", "x", "10001", "99999999999")) {
            assertTrue(refused(Role.ADMIN, "log", "system", "lines", lines).contains("from 1 to 10000"), lines);
        }
        assertTrue(refused(Role.ADMIN, "log", "system", "level", "loud").contains("one of: error"));
    }

    @Test
    void noLogIsNoFailure() throws ConfigException, IOException {
        assertEquals(
                List.of(),
                new LogFiles(folder.resolve("none"))
                        .last("ferrule.log", 1, event -> true).stream().toList());
    }

    /** Pieces end anywhere: in an event, between two of them, in a character. */
    @ParameterizedTest
    @ValueSource(ints = {64, 77, 150, 100_000})
    void aFileIsReadInPieces(int piece) throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String event = T + "INFO  [x] a.B ü" + i + (i % 7 == 0 ? "\n\tat y" : "");
            written.add(event);
            text.append(event).append('\n');
        }
        Files.writeString(folder.resolve("pieces.log"), text);
        assertEquals(
                written,
                new LogFiles(folder, piece)
                        .last("pieces.log", 1000, event -> true).stream()
                                .map(LogEvent::text)
                                .toList());
    }

    @Test
    void anEventThatIsLargerThanAPieceIsCutAndNothingElseIs() throws IOException {
        Files.writeString(
                folder.resolve("large.log"),
                T + "INFO  [x] a.B first\n" + T + "INFO  [x] a.B " + "x".repeat(500) + "\n" + T
                        + "INFO  [x] a.B last\n");
        List<LogEvent> events = new LogFiles(folder, 100).last("large.log", 10, event -> true);
        assertEquals(
                List.of(T + "INFO  [x] a.B first", T + "INFO  [x] a.B last"),
                events.stream()
                        .map(LogEvent::text)
                        .filter(event -> !event.contains("a.B x"))
                        .toList());
    }

    @Test
    void eventsInJsonAreChosenAsOthers() throws ConfigException, IOException {
        file(
                "ferrule.log",
                5,
                json("INFO", "org.ferrule.codec.zstd.internal.Z", "one")
                        + json("WARN", "org.ferrule.pool.internal.P", "two") + KARAF + "{\"time\":\"cut sh");
        assertEquals(
                json("WARN", "org.ferrule.pool.internal.P", "two") + KARAF,
                show(Role.OPERATOR, "log", "system", "level", "warning", "lines", "1", "text", "time"));
        assertEquals(
                json("INFO", "org.ferrule.codec.zstd.internal.Z", "one"),
                show(Role.OPERATOR, "log", "system", "module", "codec-zstd"));
        assertTrue(show(Role.OPERATOR, "log", "system").endsWith("{\"time\":\"cut sh\n"));
    }

    private static String json(String level, String logger, String message) {
        return "{\"time\":\"" + T.strip() + "\",\"level\":\"" + level + "\",\"logger\":\"" + logger
                + "\",\"message\":\"" + message + "\"}\n";
    }
}
