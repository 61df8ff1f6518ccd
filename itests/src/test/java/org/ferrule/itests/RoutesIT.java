package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Messages;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A branch that dials two data centres: both serve it, each alone if the other goes, and what is behind it they reach. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class RoutesIT {
    private static final String BRANCH = "127.0.10.1";
    private static final String BEHIND_BRANCH = "127.0.40.1";

    @TempDir
    static Path folder;

    private final Map<String, Appliance> centres = new HashMap<>();
    private final Map<String, InetSocketAddress> tunnels = new HashMap<>();
    private final Map<String, Origin> origins = new HashMap<>();
    private final Map<String, RawServer> servers = new HashMap<>();
    private Appliance branch;
    private Origin behind;
    private Path file;
    private InetSocketAddress web;
    private InetSocketAddress raw;
    private InetSocketAddress intranet;

    private static InetSocketAddress free(String address) {
        return new InetSocketAddress(address, Ports.free(address, 0));
    }

    @BeforeAll
    void join() throws IOException {
        file = TestFiles.text(folder.resolve("text"), 300_000);
        SshKey key = SshKey.generate();
        web = free(BRANCH);
        raw = free(BRANCH);
        intranet = free(BEHIND_BRANCH);
        branch = Appliance.of("branch", folder.resolve("branch"), BRANCH, Ports.free(BRANCH, 0), key);
        branch.launch();
        behind = Origin.serve("behind", free("127.0.40.2"), Map.of("/text", file));
        for (int i = 1; i <= 2; i++) {
            String name = "dc" + i;
            String address = "127.0.2" + i + ".1";
            Appliance dc = Appliance.of(name, folder.resolve(name), address, Ports.free(address, 0), key);
            dc.launch();
            centres.put(name, dc);
            tunnels.put(name, free(address));
            origins.put(name, Origin.serve(name, free("127.0.30." + i), Map.of("/text", file)));
            servers.put(name, RawServer.on("127.0.30." + i));
        }
        branch.awaitUp();
        centres.values().forEach(Appliance::awaitUp);
        centres.forEach(this::configureCentre);
        configureBranch();
        centres.keySet().forEach(name -> awaitTunnel(name, true));
        centres.values().forEach(dc -> Sites.awaitPool(dc, "web"));
        Sites.awaitPool(branch, "intranet");
    }

    private void configureCentre(String name, Appliance dc) {
        InetSocketAddress tunnel = tunnels.get(name);
        try (Tmsh tmsh = dc.ssh()) {
            tmsh.must("modify sys global-settings hostname " + name + ".example");
            tmsh.must("modify wom local-endpoint addresses add { " + dc.sshAddress() + " } tunnel-port "
                    + tunnel.getPort());
            tmsh.must("create ltm pool web members add { "
                    + SitePlan.member(origins.get(name).address()) + " } monitor http");
            tmsh.must("create ltm virtual web destination " + SitePlan.member(web)
                    + " vlans-enabled vlans add { isession } pool web");
            // Without a monitor: who else connects to these servers would be taken for a flow.
            tmsh.must("create ltm pool raw members add { " + servers.get(name).member() + " }");
            tmsh.must("create ltm virtual raw destination " + SitePlan.member(raw)
                    + " vlans-enabled vlans add { isession } pool raw");
            tmsh.must("save sys config");
        }
        Sites.pair(dc, tunnel, branch, said -> {});
    }

    private void configureBranch() {
        try (Tmsh tmsh = branch.ssh()) {
            tmsh.must("create ltm pool sites members add { " + SitePlan.member(tunnels.get("dc1")) + " "
                    + SitePlan.member(tunnels.get("dc2")) + " }");
            tmsh.must("create wom profile isession to_sites endpoint-pool sites");
            for (Map.Entry<String, InetSocketAddress> called :
                    Map.of("web", web, "raw", raw).entrySet()) {
                tmsh.must("create ltm virtual " + called.getKey() + " destination " + SitePlan.member(called.getValue())
                        + " profiles add { to_sites { context serverside } }");
            }
            tmsh.must(
                    "create ltm pool intranet members add { " + SitePlan.member(behind.address()) + " } monitor http");
            tmsh.must("create ltm virtual intranet destination " + SitePlan.member(intranet)
                    + " vlans-enabled vlans add { isession } pool intranet");
            tmsh.must("modify wom local-endpoint no-route drop");
        }
    }

    @AfterAll
    void part() throws IOException {
        branch.close();
        centres.values().forEach(Appliance::close);
        origins.values().forEach(Origin::close);
        for (RawServer server : servers.values()) {
            server.close();
        }
        behind.close();
    }

    /** Whether the branch has all its fibres to a data centre, or none. */
    private void awaitTunnel(String name, boolean up) {
        Await.until("the tunnel to " + name + " is " + (up ? "up" : "down"), () -> {
            try (Tmsh tmsh = branch.ssh()) {
                for (JsonElement shown : tmsh.json("show wom remote-endpoint").getAsJsonArray()) {
                    JsonObject endpoint = shown.getAsJsonObject();
                    if (endpoint.get("address").getAsString().equals(SitePlan.member(tunnels.get(name)))) {
                        int fibres = endpoint.get("fibres").getAsInt();
                        return up ? fibres == endpoint.get("fibresWanted").getAsInt() : fibres == 0;
                    }
                }
            }
            return false;
        });
    }

    /** Who served, and how often. */
    private Map<String, Integer> turns(InetSocketAddress called, int fetches) {
        Map<String, Integer> turns = new HashMap<>();
        for (int i = 0; i < fetches; i++) {
            turns.merge(Fetch.compare(called, "/text", file).servedBy(), 1, Integer::sum);
        }
        return turns;
    }

    private Set<String> servers(int fetches) {
        return turns(web, fetches).keySet();
    }

    @Test
    void twoDataCentresShareAndOneServesAlone() {
        assertEquals(Set.of("dc1", "dc2"), servers(8));
        centres.get("dc1").kill();
        awaitTunnel("dc1", false);
        assertEquals(Set.of("dc2"), servers(8));
        centres.get("dc1").start();
        awaitTunnel("dc1", true);
        // Until all of its modules are there it may refuse flows, which the other serves then.
        Await.until("both serve again", () -> servers(8).equals(Set.of("dc1", "dc2")));
    }

    /** Both carry flows when one is cut: its own end at once, the others lose no byte, and new ones find who is left. */
    @Test
    void whoIsCutTakesNothingWithItButItsOwnFlows() throws Exception {
        Await.until("both serve", () -> servers(8).equals(Set.of("dc1", "dc2")));
        Map<String, List<RawClient>> flows = Map.of("dc1", new ArrayList<>(), "dc2", new ArrayList<>());
        for (int i = 0; i < 20; i++) {
            openFlow(flows);
        }
        assertFalse(flows.get("dc1").isEmpty() || flows.get("dc2").isEmpty(), "all went one way");
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> others = thread.submit(() -> {
            for (SplittableRandom random = new SplittableRandom(2); !ended.get(); rounds.incrementAndGet()) {
                for (RawClient flow : flows.get("dc2")) {
                    exchange(flow, random);
                }
            }
            return null;
        });
        try {
            awaitMore(rounds, others);
            long cut = System.nanoTime();
            centres.get("dc1").kill();
            int lost = newFlowsUntilTenInARowAreServed();
            System.out.printf(
                    "Ten new flows were served within %.0f ms after the cut, %d were lost before%n",
                    (System.nanoTime() - cut) / 1e6, lost);
            for (RawClient flow : flows.get("dc1")) {
                assertThrows(IOException.class, () -> exchange(flow, new SplittableRandom(3)));
            }
            awaitMore(rounds, others);
        } finally {
            ended.set(true);
            thread.shutdown();
            centres.get("dc1").start();
        }
        others.get(60, TimeUnit.SECONDS);
        for (RawClient flow : flows.get("dc2")) {
            flow.close();
        }
        awaitTunnel("dc1", true);
        Await.until("both serve again", () -> servers(8).equals(Set.of("dc1", "dc2")));
    }

    /** One that is opened before its tunnel is known to be down may be lost: nobody knows what of it arrived. */
    private int newFlowsUntilTenInARowAreServed() {
        AtomicInteger lost = new AtomicInteger();
        Await.until("new flows are served", () -> {
            for (int i = 0; i < 10; i++) {
                try (RawClient flow = new RawClient(raw)) {
                    flow.out().write(RawServer.ECHO);
                    exchange(flow, new SplittableRandom(i));
                } catch (IOException e) {
                    lost.incrementAndGet();
                    return false;
                }
            }
            return true;
        });
        return lost.get();
    }

    private void openFlow(Map<String, List<RawClient>> flows) throws IOException {
        long before = servers.get("dc1").accepted();
        RawClient flow = new RawClient(raw);
        flow.out().write(RawServer.ECHO);
        exchange(flow, new SplittableRandom(1));
        flows.get(servers.get("dc1").accepted() > before ? "dc1" : "dc2").add(flow);
    }

    private static void exchange(RawClient flow, SplittableRandom random) throws IOException {
        byte[] message = Messages.of(random, 20_000);
        flow.out().write(message);
        byte[] back = flow.in().readNBytes(message.length);
        if (back.length < message.length) {
            throw new EOFException("the flow ended after " + back.length + " bytes");
        }
        assertArrayEquals(message, back);
    }

    /** Fails if the flows do. */
    private static void awaitMore(AtomicInteger rounds, Future<?> flows) {
        int before = rounds.get();
        Await.until("the other flows go on", () -> flows.isDone() || rounds.get() > before + 3);
        assertFalse(flows.isDone(), "a flow that was not cut failed");
    }

    /** Without a pool, the profile dials all remote endpoints. */
    @Test
    void remoteEndpointsWithoutAPoolTakeTurns() {
        InetSocketAddress called = free(BRANCH);
        String destination = "create ltm virtual turns destination " + SitePlan.member(called);
        centres.forEach((name, dc) -> typed(dc, destination + " vlans-enabled vlans add { isession } pool web"));
        centres.keySet()
                .forEach(name -> typed(
                        branch,
                        "create wom remote-endpoint " + name + " address "
                                + tunnels.get(name).getAddress().getHostAddress() + " tunnel-port "
                                + tunnels.get(name).getPort()));
        typed(branch, destination + " profiles add { isession { context serverside } }");
        Await.until("both serve", () -> {
            try {
                return turns(called, 4).size() == 2;
            } catch (IllegalStateException notYet) {
                return false;
            }
        });
        assertEquals(Map.of("dc1", 6, "dc2", 6), turns(called, 12));
        typed(branch, "modify wom remote-endpoint dc1 endpoint disabled");
        Await.until("one serves alone", () -> turns(called, 4).equals(Map.of("dc2", 4)));
        typed(branch, "delete ltm virtual turns");
        centres.keySet().forEach(name -> typed(branch, "delete wom remote-endpoint " + name));
        centres.values().forEach(dc -> typed(dc, "delete ltm virtual turns"));
    }

    private static void typed(Appliance at, String command) {
        try (Tmsh tmsh = at.ssh()) {
            tmsh.must(command);
        }
    }

    @Test
    void whatOneDataCentreCannotServeTheOtherDoes() {
        try (Tmsh tmsh = centres.get("dc2").ssh()) {
            tmsh.must("modify ltm virtual web disabled");
            assertEquals(Set.of("dc1"), servers(8));
            tmsh.must("modify ltm virtual web enabled");
        }
        assertEquals(Set.of("dc1", "dc2"), servers(8));
    }

    /** The data centres know no address of the branch: what they open rides on fibres that the branch opened. */
    @Test
    void theDataCentreReachesWhatTheBranchAdvertises() {
        Appliance dc = centres.get("dc2");
        try (Tmsh here = branch.ssh();
                Tmsh there = dc.ssh()) {
            there.must("modify wom local-endpoint no-route drop");
            there.must("create ltm virtual intranet destination " + SitePlan.member(intranet)
                    + " profiles add { isession { context serverside } }");
            here.must("create wom advertised-route lan dest 127.0.40.0/24 metric 3 label offices");
            Await.until("the route is known", () -> there.must("show wom advertised-route")
                    .contains("127.0.40.0/24"));
            String shown = there.must("show wom advertised-route");
            assertTrue(shown.contains("offices"), shown);
            assertEquals("behind", Fetch.compare(intranet, "/text", file).servedBy());
            here.must("delete wom advertised-route lan");
            Await.until("the route is gone", () -> !there.must("show wom advertised-route")
                    .contains("127.0.40.0/24"));
            assertFalse(answers());
            there.must("delete ltm virtual intranet");
        }
    }

    /** From the branch over the first data centre to the second; and back again, which nobody takes. */
    @Test
    void aChainLeadsOnAndACircleDoesNot() {
        InetSocketAddress chain = free(BRANCH);
        Sites.pair(centres.get("dc2"), tunnels.get("dc2"), centres.get("dc1"), said -> {});
        try (Tmsh here = branch.ssh();
                Tmsh first = centres.get("dc1").ssh();
                Tmsh second = centres.get("dc2").ssh()) {
            leadsOn(here, "to_dc1", "dc1", chain, "");
            leadsOn(first, "to_dc2", "dc2", chain, "vlans-enabled vlans add { isession }");
            second.must("create ltm virtual chain destination " + SitePlan.member(chain)
                    + " vlans-enabled vlans add { isession } pool web");
            Await.until("the chain carries", () -> answers(chain));
            assertEquals("dc2", Fetch.compare(chain, "/text", file).servedBy());
            second.must("delete ltm virtual chain");
            leadsOn(second, "to_dc1", "dc1", chain, "vlans-enabled vlans add { isession }");
            Await.until("the circle is closed", () -> second.must("show wom profile isession to_dc1")
                    .contains("A tunnel is up"));
            assertFalse(answers(chain));
            String shown = second.must("show wom profile isession to_dc1");
            assertTrue(shown.matches("(?s).*Refused Flows +: [1-9].*"), shown);
        }
    }

    private void leadsOn(Tmsh at, String profile, String to, InetSocketAddress called, String vlans) {
        at.must("create ltm pool " + profile + " members add { " + SitePlan.member(tunnels.get(to)) + " }");
        at.must("create wom profile isession " + profile + " endpoint-pool " + profile);
        at.must("create ltm virtual chain destination " + SitePlan.member(called) + " " + vlans + " profiles add { "
                + profile + " { context serverside } }");
    }

    private boolean answers() {
        return answers(intranet);
    }

    private boolean answers(InetSocketAddress at) {
        try {
            Fetch.compare(at, "/text", file);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Test
    void aSubnetWithHostBitsIsRefusedWithTheOneThatIsMeant() {
        try (Tmsh tmsh = branch.ssh()) {
            Tmsh.Result refused = tmsh.run("create wom advertised-route odd dest 10.1.2.3/16");
            assertEquals(1, refused.exit());
            assertTrue(refused.err().contains("such as 10.1.0.0/16, not 10.1.2.3/16"), refused.err());
            assertFalse(tmsh.must("list wom advertised-route").contains("odd"));
        }
    }
}
