package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
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

    private static JsonObject shown(Tmsh tmsh) {
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

    @ParameterizedTest
    @Order(4)
    @ValueSource(strings = {"match-all", "none"})
    void whereBothEndsAllowItConnectionsGoStraightFromTheFarEnd(String target) {
        allow(target, target);
        // With none the virtual server is passed over; with match-all it takes what it matches.
        typed(dc, "modify ltm virtual all " + (target.equals("none") ? "enabled" : "disabled"));
        long tunnelled = counted(branch, "servedByTunnel");
        long straight = ofProfile(dc, "isession", "straightFlows");
        long taken = counted(dc, "passedThrough");
        assertEquals("10.2.0.1", fetch(Spaces.SERVER));
        assertEquals("fd00:2:0:0:0:0:0:1", fetch(Spaces.SERVER6));
        assertEquals(tunnelled + 2, counted(branch, "servedByTunnel"));
        assertEquals(straight + 2, ofProfile(dc, "isession", "straightFlows"));
        assertEquals(taken, counted(dc, "passedThrough"));
    }

    @Test
    @Order(5)
    void matchAllPrefersAVirtualServer() {
        allow("match-all", "match-all");
        typed(dc, "modify ltm virtual all enabled");
        long straight = ofProfile(dc, "isession", "straightFlows");
        long taken = counted(dc, "passedThrough");
        assertEquals("10.2.0.1", fetch(Spaces.SERVER));
        assertEquals(taken + 1, counted(dc, "passedThrough"));
        assertEquals(straight, ofProfile(dc, "isession", "straightFlows"));
    }

    @ParameterizedTest
    @Order(6)
    @ValueSource(strings = {"match-all", "none"})
    void whereTheFarEndDoesNotAllowItTheFallbackServesAndBothSayWhy(String target) {
        allow(target, "virtual-match-all");
        typed(dc, "modify ltm virtual all disabled");
        long straight = ofProfile(dc, "isession", "straightFlows");
        long passed = counted(branch, "passedThrough");
        assertEquals("10.9.0.1", fetch(Spaces.SERVER));
        assertEquals("fd00:9:0:0:0:0:0:1", fetch(Spaces.SERVER6));
        assertEquals(passed + 2, counted(branch, "passedThrough"));
        typed(branch, "create ltm pool own members add { " + Spaces.SERVER + ":8080 }");
        typed(branch, "modify ltm virtual all pool own");
        long local = counted(branch, "servedLocally");
        assertEquals("10.9.0.1", fetch(Spaces.SERVER));
        assertEquals(local + 1, counted(branch, "servedLocally"));
        typed(branch, "modify ltm virtual all pool none");
        typed(branch, "delete ltm pool own");
        String reason = "target-virtual of wom profile isession /Common/isession must be match-all or none,"
                + " not virtual-match-all";
        for (String said : List.of(lastRefusal(branch, "to_dc"), lastRefusal(dc, "isession"))) {
            assertTrue(said.contains(reason), said);
        }
        assertEquals(straight, ofProfile(dc, "isession", "straightFlows"));
    }

    @ParameterizedTest
    @Order(7)
    @ValueSource(strings = {"virtual-match-all", "match-all", "none"})
    void noFlowReachesTheShellOfTheFarEnd(String target) {
        String shell = Spaces.cable("dc");
        assertTrue(banner("dc", shell).contains("SSH-"), "the shell is where this test looks for it");
        allow(target, target.equals("none") ? "none" : "match-all");
        // Without it match-all goes straight; with it any address is the virtual server's.
        typed(dc, "modify ltm virtual all " + (target.equals("match-all") ? "disabled" : "enabled"));
        typed(branch, "modify wom local-endpoint no-route drop");
        try {
            for (String address : List.of(shell, Spaces.DC, "10.2.0.1")) {
                long refused = ofProfile(dc, "isession", "refusedFlows");
                String said = banner("client", address);
                assertFalse(said.contains("SSH-"), said);
                assertEquals(refused + 1, ofProfile(dc, "isession", "refusedFlows"));
                String reason = lastRefusal(branch, "to_dc");
                assertTrue(reason.contains(address + ":8022 is this appliance itself"), reason);
            }
        } finally {
            typed(branch, "modify wom local-endpoint no-route passthru");
            typed(dc, "modify ltm virtual all enabled");
            allow("virtual-match-all", "virtual-match-all");
        }
    }

    /** What the near end asks for, and what the far end has itself. */
    private void allow(String near, String far) {
        typed(branch, "modify wom profile isession to_dc target-virtual " + near);
        typed(dc, "modify wom profile isession isession target-virtual " + far);
    }

    private static void typed(Appliance at, String command) {
        try (Tmsh tmsh = at.ssh()) {
            tmsh.must(command);
        }
    }

    private static JsonObject profile(Appliance at, String name) {
        try (Tmsh tmsh = at.ssh()) {
            return tmsh.json("show wom profile isession " + name)
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject();
        }
    }

    private static long ofProfile(Appliance at, String name, String counter) {
        return profile(at, name).get(counter).getAsLong();
    }

    private static String lastRefusal(Appliance at, String name) {
        return profile(at, name).get("lastRefusal").getAsString();
    }

    /** The first bytes that a shell's port says to a host, or why it says none. */
    private String banner(String host, String address) {
        return spaces.in(
                host, "bash", "-c", "exec 3<>/dev/tcp/" + address + "/8022 && timeout 20 head -c 4 <&3 || true");
    }

    /** One profile names the data centre, and its flow tells the data centre of the server; another has only routes. */
    @Test
    @Order(8)
    void aServerThatOneFlowReachedIsWhereLaterFlowsGo() {
        try (Tmsh atBranch = branch.ssh();
                Tmsh atDc = dc.ssh()) {
            atDc.must("modify ltm virtual all disabled");
            atDc.must("modify wom profile isession isession target-virtual match-all");
            atDc.must("create wom advertised-route elsewhere dest 10.99.0.0/16");
            atDc.must("modify wom server-discovery mode enabled rtt-threshold 5000");
            atBranch.must("create wom remote-endpoint dc address " + Spaces.DC + " tunnel-port 4443");
            atBranch.must("modify wom profile isession isession target-virtual match-all");
            atBranch.must("modify wom profile isession to_dc target-virtual match-all");
            Await.until("both profiles have their tunnels", () -> {
                String shown = atBranch.must("show wom advertised-route");
                return shown.contains("Flows of /Common/isession, /Common/to_dc follow it");
            });
            follow(atBranch, "isession");
            assertEquals("10.9.0.1", fetch(Spaces.SERVER), "no route leads there yet: it goes straight");
            follow(atBranch, "to_dc");
            assertEquals("10.2.0.1", fetch(Spaces.SERVER));
            String found = Spaces.SERVER + "/32";
            Await.until("the branch knows the server", () -> atBranch.must("show wom advertised-route")
                    .contains(found));
            // The branch may know of it before it is there.
            Await.until("the route is in the configuration", () -> atDc.run(
                            "list wom advertised-route discovered-" + Spaces.SERVER)
                    .out()
                    .contains("origin persistable"));
            for (JsonElement shown : atBranch.json("show wom advertised-route").getAsJsonArray()) {
                JsonObject route = shown.getAsJsonObject();
                boolean discovered = route.get("dest").getAsString().equals(found);
                assertEquals(
                        discovered ? "discovered" : "configured",
                        route.get("origin").getAsString());
                assertEquals("yes", route.get("inUse").getAsString());
            }
            follow(atBranch, "isession");
            assertEquals("10.2.0.1", fetch(Spaces.SERVER));
            assertEquals("fd00:9:0:0:0:0:0:1", fetch(Spaces.SERVER6), "nobody told of it");
            follow(atBranch, "to_dc");
        }
    }

    private static void follow(Tmsh atBranch, String profile) {
        atBranch.must("modify ltm virtual all profiles replace-all-with { " + profile + " { context serverside } }");
    }

    @Test
    @Order(9)
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
