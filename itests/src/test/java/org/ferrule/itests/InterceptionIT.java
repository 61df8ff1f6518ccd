package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Spoke;
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
import org.junit.jupiter.params.provider.ValueSource;

/** A client and a server that know of no appliance, and two appliances on the way between them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class InterceptionIT {
    /** As in docs/interception.md. */
    private static final String TPROXY = "chain prerouting { type filter hook prerouting priority mangle;"
            + " fib daddr type local accept; meta l4proto tcp socket transparent 1 meta mark set 1 accept;"
            + " iifname \"client\" meta l4proto tcp tproxy to :8000 meta mark set 1 accept; }";

    private static final String REDIRECT = "chain prerouting { type nat hook prerouting priority dstnat;"
            + " iifname \"client\" fib daddr type != local meta l4proto tcp redirect to :8000; }";

    private static final String ANSWERS = "chain prerouting { type filter hook prerouting priority mangle;"
            + " meta l4proto tcp socket transparent 1 meta mark set 1 accept; }";

    private static final Pattern TOKEN = Pattern.compile("token\\s+(\\S+)");

    @TempDir
    static Path folder;

    private final Spaces spaces = new Spaces();
    private final List<Process> servers = new ArrayList<>();
    private Appliance branch;
    private Appliance dc;
    private Path file;

    @BeforeAll
    void join() throws IOException {
        String missing = Spaces.missing();
        assumeTrue(missing.isEmpty() || System.getenv("CI") != null, missing);
        file = TestFiles.text(folder.resolve("text"), 3_000_000);
        spaces.make();
        SshKey key = SshKey.generate();
        branch = appliance("branch", key);
        dc = appliance("dc", key);
        branch.launch();
        dc.launch();
        for (String address : List.of(Spaces.SERVER, Spaces.SERVER6)) {
            serve(address);
        }
        branch.awaitUp();
        dc.awaitUp();
        spaces.deliverMarked("branch");
        spaces.deliverMarked("dc");
        spaces.rules("dc", ANSWERS);
        configure();
    }

    private Appliance appliance(String name, SshKey key) {
        return Appliance.of(name, folder.resolve(name), Spaces.cable(name), 8022, key)
                .inNamespace(spaces.of(name));
    }

    private void serve(String address) throws IOException {
        servers.add(
                new ProcessBuilder(spaces.within("server", Spoke.command("serve", address, "8080", file.toString())))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("server.out").toFile())
                        .start());
    }

    private void configure() {
        try (Tmsh atDc = dc.ssh();
                Tmsh atBranch = branch.ssh()) {
            atDc.must("modify wom local-endpoint addresses add { " + Spaces.DC + " } tunnel-port 4443");
            atDc.must("create ltm virtual all destination any:0 vlans-enabled vlans add { isession } snat none");
            Matcher token = TOKEN.matcher(atDc.must("run cm pair"));
            assertTrue(token.find());
            atBranch.must("run cm pair address " + Spaces.DC + ":4443 token " + token.group(1));
            atBranch.must("create ltm pool dc_endpoints members add { " + Spaces.DC + ":4443 }");
            atBranch.must("create wom profile isession to_dc endpoint-pool dc_endpoints");
            atBranch.must("create ltm virtual all destination any:0 translate-address disabled interception-port 8000"
                    + " profiles add { to_dc { context serverside } }");
            atDc.must("save sys config");
            Await.until("the tunnel is up", () -> servedBy(atBranch).equals("tunnel"));
        }
    }

    private static String servedBy(Tmsh atBranch) {
        return shown(atBranch).get("servedBy").getAsString();
    }

    private static com.google.gson.JsonObject shown(Tmsh tmsh) {
        return tmsh.json("show ltm virtual all").getAsJsonArray().get(0).getAsJsonObject();
    }

    private static long counted(Appliance appliance, String counter) {
        try (Tmsh tmsh = appliance.ssh()) {
            return shown(tmsh).get("connections").getAsJsonObject().get(counter).getAsLong();
        }
    }

    @AfterAll
    void part() {
        servers.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        try {
            if (branch != null) {
                branch.stop();
            }
            if (dc != null) {
                dc.stop();
            }
        } finally {
            if (file != null) {
                spaces.close();
            }
        }
    }

    /** Who the server took for its client; all bytes were right. */
    private String fetch(String server) {
        String host = server.contains(":") ? "[" + server + "]" : server;
        return spaces.in(
                "client",
                Spoke.command("fetch", "http://" + host + ":8080/", file.toString())
                        .toArray(String[]::new));
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {Spaces.SERVER, Spaces.SERVER6})
    void byTproxyAndWithoutSnatClientAndServerSeeEachOther(String server) {
        spaces.rules("branch", TPROXY);
        long before = counted(branch, "servedByTunnel");
        String seen = fetch(server);
        assertEquals(server.contains(":") ? "fd00:1:0:0:0:0:0:2" : Spaces.CLIENT, seen);
        assertEquals(before + 1, counted(branch, "servedByTunnel"));
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {Spaces.SERVER, Spaces.SERVER6})
    void byRedirectAndAutomapTheServerSeesTheAppliance(String server) {
        spaces.rules("branch", REDIRECT);
        try (Tmsh atBranch = branch.ssh();
                Tmsh atDc = dc.ssh()) {
            atBranch.must("modify ltm virtual all interception redirect");
            atDc.must("modify ltm virtual all snat automap");
        }
        long before = counted(branch, "servedByTunnel");
        String seen = fetch(server);
        assertEquals(server.contains(":") ? "fd00:2:0:0:0:0:0:1" : "10.2.0.1", seen);
        assertEquals(before + 1, counted(branch, "servedByTunnel"));
    }

    @Test
    @Order(3)
    void whoCallsTheListenerItselfIsRefused() {
        long before = counted(branch, "refused");
        assertThrows(
                IllegalStateException.class,
                () -> spaces.in(
                        "client",
                        Spoke.command("fetch", "http://10.1.0.1:8000/", file.toString())
                                .toArray(String[]::new)));
        assertTrue(counted(branch, "refused") > before);
    }

    @Test
    @Order(4)
    void whenTheTunnelIsDownConnectionsGoStraight() {
        spaces.rules("branch", TPROXY);
        try (Tmsh atBranch = branch.ssh()) {
            atBranch.must("modify ltm virtual all interception tproxy");
            dc.kill();
            Await.until("the tunnel is down", () -> !servedBy(atBranch).equals("tunnel"));
        }
        long before = counted(branch, "passedThrough");
        assertEquals("10.9.0.1", fetch(Spaces.SERVER));
        assertEquals("fd00:9:0:0:0:0:0:1", fetch(Spaces.SERVER6));
        assertEquals(before + 2, counted(branch, "passedThrough"));
    }
}
