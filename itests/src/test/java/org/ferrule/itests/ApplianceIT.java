package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SshKey;
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

/** One appliance by itself: its shell, what it refuses, what it keeps over a restart, and what it lets nobody do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(180)
class ApplianceIT {
    private static final String ADDRESS = "127.0.11.1";

    @TempDir
    static Path folder;

    private Appliance appliance;

    @BeforeAll
    void start() {
        appliance = Appliance.of("alone", folder.resolve("alone"), ADDRESS, Ports.free(ADDRESS, 0), SshKey.generate())
                .start();
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must(
                    "create ltm pool web_pool members add { 127.0.30.1:8000 127.0.30.1:8001 { ratio 2 } } monitor http");
            tmsh.must("create ltm virtual web destination " + ADDRESS + ":" + Ports.free(ADDRESS, 0)
                    + " pool web_pool description \"front door; open { day } and night?\"");
            tmsh.must("create ltm profile tcp patient { defaults-from tcp-lan-optimized idle-timeout 900 }");
        }
    }

    @AfterAll
    void stop() {
        appliance.close();
    }

    @Test
    @Order(1)
    void nothingListensButItsShellAndItsVirtualServers() throws IOException {
        List<String> listening;
        try (Stream<ProcessHandle> processes = Stream.concat(
                Stream.of(appliance.process().toHandle()), appliance.process().descendants())) {
            listening = Listening.of(processes.map(ProcessHandle::pid).toList());
        }
        assertTrue(listening.contains(ADDRESS + ":" + appliance.sshPort()), listening.toString());
        assertEquals(2, listening.size(), "more than the shell and the virtual server: " + listening);
    }

    @Test
    @Order(2)
    void whatIsPrivateIsUnreadableToOthers() throws IOException {
        for (String name : List.of("config", "keys", "ssl")) {
            Path directory = appliance.home().resolve(name);
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)), name);
        }
        String keys = "";
        try (Stream<Path> files = Files.walk(appliance.home())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(appliance.home().resolve("data"))) {
                    keys += Files.readString(file, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY-----\n")
                            ? file + "\n"
                            : "";
                }
            }
        }
        assertEquals("", keys, "private keys in the clear");
    }

    @Test
    @Order(3)
    void listShowsWhatWasTyped() {
        try (Tmsh tmsh = appliance.ssh()) {
            String list = tmsh.must("list ltm pool web_pool");
            assertTrue(list.contains("ltm pool web_pool {"), list);
            assertTrue(list.contains("127.0.30.1:8001 {"), list);
            assertTrue(list.contains("monitor http"), list);
            assertTrue(tmsh.must("list ltm profile tcp patient idle-timeout").contains("idle-timeout 900"));
            assertTrue(tmsh.must("list ltm profile tcp patient all-properties").contains("proxy-buffer-high 131072"));
            assertTrue(tmsh.must("list ltm node").contains("127.0.30.1"), "a member makes its node");
        }
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource(
            delimiter = '|',
            value = {
                "frobnicate                                     | Syntax Error: unexpected argument \"frobnicate\"",
                "create ltm pool p members add { 10.0.0.1:80    | Syntax Error",
                "create ltm pool p colour red                   | colour",
                "create ltm pool p load-balancing-mode fastest  | round-robin",
                "create ltm pool p members add { 10.0.0.1 }     | port",
                "create ltm pool p members add { 10.0.0.1:99999 } | 65535",
                "create ltm pool p members add { 10.0.0.1:80 { address 10.0.0.2 } } | 01070734:3: Configuration error: Pool member",
                "create ltm pool p monitor nosuch               | 01020036:3: The requested",
                "create ltm virtual v destination 127.0.11.1:7001 pool wrong | 01020036:3: The requested Pool (/Common/wrong) was not found.",
                "modify ltm pool nosuch description x           | 01020036:3: The requested Pool (/Common/nosuch) was not found.",
                "create ltm pool web_pool                       | 01020066:3: The requested Pool (/Common/web_pool) already exists in partition Common.",
                "delete ltm pool web_pool                       | web",
                "delete ltm node 127.0.30.1                     | 01070110:3",
                "delete ltm profile tcp tcp                     | tcp",
                "create ltm monitor http m interval 0           | interval",
                "create ltm virtual v pool web_pool             | destination",
                "create auth user short password tooshort role admin | password",
                "create ltm virtual v destination 127.0.11.1:7001 vlans-enabled vlans add { blue } | isession",
                "modify ltm pool web_pool members { 10.0.0.1:80 } | add, delete, modify, replace-all-with",
                "delete auth user admin                         | admin",
                "run cm pair address 127.0.11.1:1 token WRONG   | token",
                "load sys config file /nowhere/at/all           | /nowhere/at/all",
            })
    void badInputIsRefusedWithAReasonAndChangesNothing(String command, String reason) {
        try (Tmsh tmsh = appliance.ssh()) {
            String before = tmsh.must("list");
            Tmsh.Result result = tmsh.run(command);
            assertAll(
                    () -> assertTrue(result.exit() != 0, "exit code " + result.exit() + ": " + result),
                    () -> assertTrue(result.err().contains(reason), result.toString()),
                    () -> assertFalse(result.err().contains("Exception"), result.toString()),
                    () -> assertEquals(before, tmsh.must("list")));
        }
    }

    @Test
    @Order(5)
    void aPortThatIsTakenIsRefused() throws IOException {
        try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName(ADDRESS));
                Tmsh tmsh = appliance.ssh()) {
            Tmsh.Result result = tmsh.run(
                    "create ltm virtual late destination " + ADDRESS + ":" + taken.getLocalPort() + " pool web_pool");
            assertTrue(result.exit() != 0, result.toString());
            assertTrue(result.err().contains("late") && result.err().contains("" + taken.getLocalPort()), result.err());
        }
    }

    @Test
    @Order(6)
    void scriptsWithoutATerminalRunLineByLine() {
        try (Tmsh tmsh = appliance.ssh()) {
            Tmsh.Result result = tmsh.script("""
                    # a comment
                    create ltm pool scripted {
                        members add {
                            10.0.0.1:80 { }
                        }
                    }
                    list ltm pool scripted one-line
                    delete ltm pool scripted
                    """);
            assertEquals(0, result.exit(), result.toString());
            assertTrue(result.out().contains("ltm pool scripted { members { 10.0.0.1:80 {"), result.out());
            assertEquals("", result.err());
            assertTrue(tmsh.script("list ltm pool nosuch\n").exit() != 0);
        }
    }

    @Test
    @Order(6)
    void aTextOfSeveralLinesIsListedOnOneAndCanBeTypedAgain() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create ltm pool lines description \"first\nsecond \\\\x0a}\"");
            String line = tmsh.must("list ltm pool lines one-line").strip();
            assertEquals(1, line.lines().count(), line);
            tmsh.must("delete ltm pool lines");
            tmsh.must("create " + line);
            assertEquals(line, tmsh.must("list ltm pool lines one-line").strip());
            assertTrue(tmsh.must("list ltm pool lines").contains("\"first\nsecond "));
            tmsh.must("delete ltm pool lines");
        }
    }

    @Test
    @Order(6)
    void showTellsWhatTheKernelMakesOfAProfile() {
        try (Tmsh tmsh = appliance.ssh()) {
            String wan = tmsh.must("show ltm profile tcp wom-tcp-wan-optimized");
            assertTrue(wan.contains("Unsent Low Water Mark : 131072 bytes"), "set through the C library: " + wan);
            boolean bbr = wan.contains("Congestion Control    : bbr") && !wan.contains("Not Set");
            assertTrue(bbr || wan.contains("congestion-control bbr is not set: the kernel"), wan);
            tmsh.must("modify ltm profile tcp patient congestion-control nosuch");
            String patient = tmsh.must("show ltm profile tcp patient");
            assertTrue(patient.contains("net.ipv4.tcp_available_congestion_control"), patient);
            tmsh.must("modify ltm profile tcp patient congestion-control default");
            assertFalse(tmsh.must("show ltm profile tcp patient").contains("Not Set"));
        }
    }

    @Test
    @Order(7)
    void karafsConsoleIsOneStepAway() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create auth user operator-of-karaf password \"a long enough one\" role admin shell karaf");
        }
        try (Tmsh karaf = Tmsh.connect(appliance.host(), "operator-of-karaf", "a long enough one")) {
            assertTrue(karaf.must("bundle:list").contains("Ferrule"), "Karaf's own commands");
            assertTrue(karaf.must("tmsh 'list ltm pool web_pool'").contains("ltm pool web_pool {"));
        }
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("modify auth user operator-of-karaf shell none");
        }
        try (Tmsh none = Tmsh.connect(appliance.host(), "operator-of-karaf", "a long enough one")) {
            assertTrue(none.run("list").exit() != 0);
        }
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("delete auth user operator-of-karaf");
        }
    }

    @Test
    @Order(8)
    void guestsLookAndDoNotTouch() {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create auth user visitor password \"only to look at\" role guest");
        }
        try (Tmsh guest = Tmsh.connect(appliance.host(), "visitor", "only to look at")) {
            assertTrue(guest.must("list ltm pool web_pool").contains("web_pool"));
            assertTrue(guest.run("delete ltm virtual web").exit() != 0);
            assertTrue(guest.run("run /util karaf").exit() != 0);
            assertFalse(guest.run("list auth user").out().contains("encrypted-password $"), "hashes are for admins");
        }
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("delete auth user visitor");
        }
    }

    @Test
    @Order(9)
    void whatWasSavedIsThereAfterARestart() {
        String before;
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("save sys config");
            before = tmsh.must("list");
            tmsh.must("create ltm pool unsaved");
        }
        appliance.stop();
        appliance.start();
        try (Tmsh tmsh = appliance.ssh()) {
            assertEquals(before, tmsh.must("list"));
        }
    }

    @Test
    @Order(10)
    void aHalfWrittenFileIsNotBelieved() throws IOException {
        Path saved = appliance.home().resolve("config/ferrule.conf");
        String before;
        try (Tmsh tmsh = appliance.ssh()) {
            before = tmsh.must("list");
            tmsh.must("modify ltm pool web_pool description later");
            tmsh.must("save sys config");
        }
        appliance.kill();
        String text = Files.readString(saved);
        Files.writeString(saved, text.substring(0, text.length() / 2), StandardOpenOption.TRUNCATE_EXISTING);
        appliance.start();
        try (Tmsh tmsh = appliance.ssh()) {
            assertEquals(before, tmsh.must("list"));
        }
        assertTrue(appliance.log().contains("damaged"), "the log says so");
    }
}
