package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is logged, in which form and in how many files, is changed while the appliance runs, and survives a restart. */
@Timeout(240)
class LogFilesIT {
    private static final String ADDRESS = "127.0.15.1";
    /** What Karaf says of its start before there is a log service. */
    private static final Pattern KARAF = Pattern.compile("[A-Z][a-z]{2} .* org[.]apache[.]karaf[.]main[.].*|INFO: .*");

    private static final String CFG = "etc/org.ops4j.pax.logging.cfg";

    @TempDir
    Path folder;

    private Appliance appliance;
    private InetSocketAddress empty;

    @BeforeEach
    void start() {
        appliance = Appliance.of("files", folder.resolve("files"), ADDRESS, Ports.free(ADDRESS, 0), SshKey.generate())
                .start();
        empty = new InetSocketAddress(ADDRESS, Ports.free(ADDRESS, 0));
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create ltm pool empty");
            tmsh.must("create ltm virtual empty destination " + ADDRESS + ":" + empty.getPort() + " pool empty");
        }
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    private List<String> lines(String log) {
        try {
            return Files.readAllLines(appliance.home().resolve("log").resolve(log));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Optional<JsonObject> json(String line) {
        return line.startsWith("{") ? Optional.of(JsonParser.parseString(line).getAsJsonObject()) : Optional.empty();
    }

    private Stream<JsonObject> events(String log) {
        return lines(log).stream().flatMap(line -> json(line).stream());
    }

    private static String field(JsonObject event, String name) {
        return event.get(name).getAsString();
    }

    /** A connection that a pool without members cannot serve: the module virtual tells of it in detail only. */
    private void connectInVain() {
        try (Socket socket = new Socket()) {
            socket.connect(empty);
            socket.setSoTimeout(5000);
            assertEquals(-1, socket.getInputStream().read());
        } catch (IOException reset) {
            assertTrue(reset.getMessage().contains("reset"), reset.toString());
        }
    }

    private boolean detailed() {
        connectInVain();
        return events("ferrule.log")
                .anyMatch(event -> field(event, "level").equals("DEBUG")
                        && field(event, "module").equals("virtual")
                        && field(event, "logger").startsWith("org.ferrule.virtual.")
                        && !field(event, "thread").isEmpty());
    }

    @Test
    void levelsAndFormChangeLiveAndSurvive() throws IOException {
        Path cfg = appliance.home().resolve(CFG);
        String shipped = Files.readString(cfg);
        try (Tmsh tmsh = appliance.ssh()) {
            connectInVain();
            assertFalse(String.join("\n", lines("ferrule.log")).contains(" DEBUG "));
            assertTrue(tmsh.must("modify sys log-config levels add { ?").contains("codec-zstd"));
            tmsh.must("modify sys log-config format json levels add { virtual { level debug } }");
            Await.until("details are logged, as JSON", this::detailed);
            tmsh.must("create ltm pool other");
            Await.until("the audit log is JSON too", () -> events("audit.log")
                    .anyMatch(event -> field(event, "code").equals("01420002")
                            && field(event, "message").contains("cmd_data=create ltm pool other")));
            assertTrue(events("ferrule.log").noneMatch(event -> event.has("exception")));
            String shown = tmsh.must("show sys log system module virtual level debug lines 1");
            assertEquals("DEBUG", field(json(shown).orElseThrow(), "level"));
            tmsh.must("save sys config");
        }
        String written = Files.readString(cfg);
        assertFalse(written.equals(shipped));
        int before = lines("ferrule.log").size();
        appliance.stop();
        appliance.start();
        assertEquals(written, Files.readString(cfg), "File Install or the start changed the file");
        List<String> since = lines("ferrule.log");
        List<String> others = since.subList(before, since.size()).stream()
                .filter(line -> !line.startsWith("{"))
                .filter(line -> !KARAF.matcher(line).matches())
                .toList();
        assertTrue(since.size() > before);
        assertEquals(List.of(), others, "something was logged in another form");
        Await.until("details are logged again", this::detailed);
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("modify sys log-config format text levels none");
            Await.until("it is text again", () -> {
                tmsh.must("create ltm node n address 192.0.2.1");
                tmsh.must("delete ltm node n");
                return lines("audit.log").get(lines("audit.log").size() - 1).contains(" 01420002:5: AUDIT - pid=");
            });
        }
        assertEquals(shipped, Files.readString(cfg));
    }

    @Test
    void filesAreRolledOver() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("modify sys log-rotate max-file-size 64 audit-backlogs 2");
            String text = "x".repeat(4000);
            Await.until("the oldest file is gone", () -> {
                for (int i = 0; i < 20; i++) {
                    tmsh.must("modify ltm pool empty description " + text + i);
                }
                return Files.exists(appliance.home().resolve("log/audit.log.2"))
                        && lines("audit.log.1").stream().noneMatch(line -> line.contains("create ltm pool empty"));
            });
            assertFalse(Files.exists(appliance.home().resolve("log/audit.log.3")));
            JsonObject file = tmsh.json("show sys log-config")
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject()
                    .getAsJsonArray("files")
                    .get(1)
                    .getAsJsonObject();
            assertEquals("audit.log", field(file, "log"));
            assertEquals(3, file.get("files").getAsInt());
            assertTrue(file.get("kilobytes").getAsInt() <= 3 * 64 + 3 * 5, file.toString());
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        try (Tmsh tmsh = appliance.ssh()) {
            String level = tmsh.run("modify sys log-config levels add { pool { level loud } }")
                    .err();
            assertTrue(
                    level.contains("(emerg | alert | crit | error | warning | notice | informational | debug)"), level);
            String module = tmsh.run("modify sys log-config levels add { \"po ol\" { level debug } }")
                    .err();
            assertTrue(module.contains("neither a module, such as isession"), module);
            String size = tmsh.run("modify sys log-rotate max-file-size 1").err();
            assertTrue(size.contains("from 64 to 1048576 (kilobytes)"), size);
            Tmsh.Result unknown = tmsh.run("modify sys log-config levels add { isesion { level debug } }");
            assertEquals(0, unknown.exit());
            assertTrue(
                    (unknown.out() + unknown.err()).contains("no module \"isesion\" is installed"), unknown.toString());
            assertTrue(tmsh.must("show sys log-config").contains("isesion"));
        }
    }
}
