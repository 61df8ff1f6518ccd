package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ferrule.lab.Await;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Folders;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.SshHost;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The assembled distribution in Pax Exam's Karaf: looked at from inside by {@link WiringProbe}, configured over its own
 * SSH server as the two sites are, and started again on what it saved.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(180)
class WiringIT {
    private static final String ADDRESS = "127.0.12.1";
    private static final String PASSWORD = "what the first start was given";

    // In the build's folder, not a temporary one: after a failure the log in it is wanted.
    private final Path folder = Checkout.root().resolve("itests/target/exam");
    private final SshKey key = SshKey.generate();
    // The two sets of configuration share one appliance here, and so must not share a port.
    private final SitePlan dc = SitePlan.onFreePorts();
    private final SitePlan branch = SitePlan.onFreePorts();

    private ExamContainer container;
    private SshHost host;
    private Path file;
    private Origin local;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        Folders.delete(folder);
        container = ExamContainer.unpack(folder.resolve("appliance"));
        host = new SshHost("the container", ADDRESS, Ports.free(ADDRESS, 0), container.home());
        file = TestFiles.text(folder.resolve("text"), 100_000);
        local = Origin.serve("local", branch.local(), Map.of("/text", file));
        container.start(
                Map.of(
                        "ssh-address",
                        host.address(),
                        "ssh-port",
                        Integer.toString(host.port()),
                        "admin-password-file",
                        Files.writeString(folder.resolve("password"), PASSWORD + "\n")
                                .toString(),
                        "admin-key",
                        Files.writeString(folder.resolve("key.pub"), key.publicLine() + "\n")
                                .toString()),
                WiringProbe.class);
        Await.until("the shell listens", this::listens);
    }

    @AfterAll
    void stop() {
        if (local != null) {
            local.close();
        }
        if (container != null) {
            container.close();
        }
    }

    @TestFactory
    @Order(1)
    Stream<DynamicTest> insideAfterTheFirstStart() {
        return inside();
    }

    @Test
    @Order(2)
    void aLoginLandsInTmsh() {
        for (Tmsh login : List.of(Tmsh.connect(host, key), Tmsh.connect(host, "admin", PASSWORD))) {
            try (login) {
                Tmsh.Result right = login.run("list auth user admin role");
                assertEquals(0, right.exit(), right.toString());
                assertTrue(right.out().contains("role admin"), right.toString());
                assertEquals("", right.err());
                Tmsh.Result wrong = login.run("list ltm pool nosuch");
                assertEquals(1, wrong.exit(), wrong.toString());
                assertEquals("", wrong.out());
                assertTrue(wrong.err().contains("nosuch"), wrong.toString());
                Tmsh.Result typed = login.terminal("list auth user admin role\nquit\n");
                assertEquals(0, typed.exit(), typed.toString());
                assertTrue(typed.out().contains("(tmos)# "), typed.toString());
                assertTrue(typed.out().contains("role admin"), typed.toString());
            }
        }
    }

    @Test
    @Order(3)
    void whoeverHasNeitherPasswordNorKeyIsRefused() {
        assertRefused(() -> Tmsh.connect(host, "admin", "a wrong password"));
        assertRefused(() -> Tmsh.connect(host, SshKey.generate()));
    }

    private static void assertRefused(Supplier<Tmsh> login) {
        UncheckedIOException refused =
                assertThrows(UncheckedIOException.class, () -> login.get().close());
        assertTrue(refused.getMessage().contains("No more authentication methods"), refused.getMessage());
    }

    @Test
    @Order(4)
    void theDataCentresConfigurationIsTypedAndListed() {
        try (Tmsh tmsh = Tmsh.connect(host, key)) {
            dc.dc().forEach(tmsh::must);
            assertListed(
                    tmsh,
                    "wom local-endpoint",
                    "{ addresses { 127.0.20.1 } tunnel-port " + dc.tunnel().getPort() + " }");
            assertListed(
                    tmsh, "ltm pool web_pool", "{ members { " + SitePlan.member(dc.origin()) + " { } } monitor http }");
            assertListed(tmsh, "ltm virtual web", dcVirtual());
            // The branch's virtual server has the same name: here, and only here, both are to be there.
            tmsh.must("delete ltm virtual web");
            tmsh.must(dc.dc().get(2).replace("virtual web ", "virtual web_at_dc "));
            assertListed(tmsh, "ltm virtual web_at_dc", dcVirtual());
        }
    }

    private String dcVirtual() {
        return "{ destination " + SitePlan.member(dc.web()) + " pool web_pool vlans-enabled vlans { isession } }";
    }

    @Test
    @Order(5)
    void theBranchsConfigurationIsTypedAndListed() {
        try (Tmsh tmsh = Tmsh.connect(host, key)) {
            branch.branch().forEach(tmsh::must);
            assertListed(tmsh, "ltm pool dc_endpoints", "{ members { " + SitePlan.member(branch.tunnel()) + " { } } }");
            assertListed(tmsh, "wom profile isession to_dc", "{ endpoint-pool dc_endpoints }");
            assertListed(
                    tmsh,
                    "ltm pool local_web",
                    "{ members { " + SitePlan.member(branch.local()) + " { } } monitor http }");
            assertListed(
                    tmsh,
                    "ltm virtual web",
                    "{ destination " + SitePlan.member(branch.web()) + " pool local_web profiles {"
                            + " tcp-lan-optimized { context clientside }"
                            + " tcp-wan-optimized { context serverside }"
                            + " to_dc { context serverside } } translate-address disabled translate-port disabled }");
        }
        assertServed();
    }

    private static void assertListed(Tmsh tmsh, String object, String as) {
        assertEquals(
                object + " " + as, tmsh.must("list " + object + " one-line").strip());
    }

    @Test
    @Order(6)
    void aRestartKeepsWhatWasSaved() throws IOException {
        String list;
        String device;
        try (Tmsh tmsh = Tmsh.connect(host, key)) {
            tmsh.must("save sys config");
            list = tmsh.must("list");
            device = tmsh.must("list cm device");
            tmsh.must("create ltm pool unsaved");
        }
        Map<String, byte[]> keys = keys();
        container.stop();
        assertFalse(listens(), "it has ended");
        // Nothing is said at this start: where the shell is and who may log in is known from what was saved.
        container.start(Map.of(), WiringProbe.class);
        Await.until("the shell listens", this::listens);
        container.inside("everyKindHasItsOwner");
        try (Tmsh tmsh = Tmsh.connect(host, "admin", PASSWORD)) {
            assertEquals(list, tmsh.must("list"));
            assertEquals(device, tmsh.must("list cm device"));
        }
        Map<String, byte[]> after = keys();
        assertEquals(keys.keySet(), after.keySet());
        assertAll(keys.keySet().stream().map(name -> () -> assertArrayEquals(keys.get(name), after.get(name), name)));
        assertServed();
        assertRefused(() -> Tmsh.connect(host, "admin", "a wrong password"));
    }

    @TestFactory
    @Order(7)
    Stream<DynamicTest> insideAfterTheRestart() {
        return inside();
    }

    private Stream<DynamicTest> inside() {
        return ExamContainer.testsOf(WiringProbe.class).stream()
                .map(test -> DynamicTest.dynamicTest(test, () -> container.inside(test)));
    }

    /** A client is served by the branch's virtual server: with its tunnel down, from its own pool. */
    private void assertServed() {
        Await.until("the branch's own server is up", () -> {
            try (Tmsh tmsh = Tmsh.connect(host, key)) {
                return tmsh.json("show ltm pool local_web").toString().contains("\"available\"");
            }
        });
        assertEquals("local", Fetch.compare(branch.web(), "/text", file).servedBy());
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host.address(), host.port()), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** All that is in the folder of keys: host keys, the device's key and certificate, the master key. */
    private Map<String, byte[]> keys() throws IOException {
        Map<String, byte[]> keys = new TreeMap<>();
        try (Stream<Path> files = Files.list(container.home().resolve("keys"))) {
            for (Path key : files.toList()) {
                keys.put(key.getFileName().toString(), Files.readAllBytes(key));
            }
        }
        return keys;
    }
}
