package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ferrule.lab.Await;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Table;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every module is stopped and started, and then replaced by a second version beside it, while flows and plain connections
 * move checked data. What is asserted: no other bundle stops, no listener closes because another module left, no byte is
 * wrong, and the appliance is whole again afterwards. What each replacement costs in connections is in the table.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ModulesIT {
    private static final int CONNECTIONS = 20;

    @TempDir
    static Path folder;

    private final Table table = Table.of(
            "module", "change", "stopped", "flows lost", "plain lost", "new refused", "wrong bytes", "whole after");
    private Sites sites;
    private RawServer server;
    private InetSocketAddress tunnelled;
    private InetSocketAddress plain;
    private AgentClient agent;
    private Map<String, String> versions;

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        server = RawServer.on(Sites.ORIGIN);
        sites.start().configure(command -> {});
        tunnelled = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        plain = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + tunnelled.getPort()
                    + " vlans-enabled vlans add { isession } pool raw");
            branch.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            branch.must("create ltm virtual raw destination " + Sites.BRANCH + ":" + tunnelled.getPort()
                    + " profiles add { to_dc { context serverside } }");
            branch.must("create ltm virtual plain destination " + Sites.BRANCH + ":" + plain.getPort() + " pool raw");
        }
        agent = AgentClient.deploy(sites.branch());
        versions = ours();
    }

    @AfterAll
    void part() throws IOException {
        System.out.println("\nWhat replacing a module costs today:\n\n" + table);
        agent.close();
        sites.close();
        server.close();
    }

    /** Our bundles and their versions. */
    private Map<String, String> ours() {
        Map<String, String> ours = new TreeMap<>();
        for (String line : agent.ask("bundles")) {
            String[] words = line.split(" ");
            if (words[0].startsWith("org.ferrule.") && !words[0].contains("agent")) {
                ours.put(words[0], words[1]);
            }
        }
        return ours;
    }

    @Test
    void eachModuleIsReplacedUnderTraffic() throws IOException {
        awaitWhole();
        List<String> listeners = listeners();
        agent.ask("stopped");
        try (Traffic flows = new Traffic(tunnelled, CONNECTIONS);
                Traffic plains = new Traffic(plain, CONNECTIONS)) {
            for (String bundle : versions.keySet()) {
                restart(bundle, listeners, flows, plains);
            }
            for (String bundle : versions.keySet()) {
                replace(bundle, listeners, flows, plains);
            }
        }
    }

    private void restart(String bundle, List<String> listeners, Traffic flows, Traffic plains) throws IOException {
        String named = bundle + " " + versions.get(bundle);
        settle(flows, plains);
        agent.ask("stop " + named);
        assertListeners(bundle, listeners);
        agent.ask("start " + named);
        row(bundle, "stop, start", listeners, List.of(named), flows, plains);
    }

    private void replace(String bundle, List<String> listeners, Traffic flows, Traffic plains) throws IOException {
        String artifact = bundle.substring("org.ferrule.".length());
        Path jar = Checkout.distribution()
                .resolve("system/org/ferrule/" + artifact + "/" + versions.get(bundle) + "/" + artifact + "-"
                        + versions.get(bundle) + ".jar");
        Path second = AgentClient.secondVersion(jar, "99.0.0", folder.resolve(artifact + "-99.0.0.jar"));
        settle(flows, plains);
        String installed = agent.ask("install " + second).get(0);
        assertEquals(bundle + " 99.0.0", installed);
        awaitWhole();
        if (bundle.startsWith("org.ferrule.api-")) {
            // Others are wired to the old one: that is replaced with a whole image only.
            agent.ask("uninstall " + installed);
            row(bundle, "second beside", listeners, List.of(installed), flows, plains);
            return;
        }
        String old = bundle + " " + versions.get(bundle);
        agent.ask("drain " + old);
        Await.until("what is new goes to the successor of " + bundle, () -> {
            // Those that live for long would hold the old version until drain-timeout.
            flows.renew();
            plains.renew();
            return users(old) == 0;
        });
        agent.ask("uninstall " + old);
        Traffic.Counts lost = row(bundle, "replaced", listeners, List.of(old), flows, plains);
        assertEquals(Traffic.Counts.NONE, lost, "replacing " + bundle + " cost connections");
    }

    private int users(String bundle) {
        return Integer.parseInt(agent.ask("users " + bundle).get(0));
    }

    private static void settle(Traffic flows, Traffic plains) {
        flows.take();
        plains.take();
    }

    private Traffic.Counts row(
            String bundle, String change, List<String> listeners, List<String> expected, Traffic flows, Traffic plains)
            throws IOException {
        long start = System.nanoTime();
        awaitWhole();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        List<String> stopped = agent.ask("stopped");
        Traffic.Counts flow = flows.take();
        Traffic.Counts other = plains.take();
        table.row(
                bundle.substring("org.ferrule.".length()),
                change,
                Integer.toString(stopped.size()),
                Integer.toString(flow.lost()),
                Integer.toString(other.lost()),
                Integer.toString(flow.refused() + other.refused()),
                Integer.toString(flow.wrong() + other.wrong()),
                millis + " ms");
        assertEquals(expected, stopped, change + " of " + bundle + " stopped others too");
        assertEquals(0, flow.wrong() + other.wrong(), change + " of " + bundle + " made bytes wrong");
        assertEquals(listeners, listeners(), change + " of " + bundle + " left listeners closed");
        return flow.plus(other);
    }

    /** While a module is away, all listen that are not its own. */
    private void assertListeners(String bundle, List<String> before) throws IOException {
        List<String> now = listeners();
        List<String> gone = new ArrayList<>(before);
        gone.removeAll(now);
        List<String> allowed =
                switch (bundle) {
                    case "org.ferrule.net", "org.ferrule.virtual" ->
                        before.stream()
                                .filter(l -> !l.endsWith(":" + sites.branch().sshPort()))
                                .toList();
                    case "org.ferrule.ssh" ->
                        before.stream()
                                .filter(l -> l.endsWith(":" + sites.branch().sshPort()))
                                .toList();
                    default -> List.of();
                };
        gone.removeAll(allowed);
        assertEquals(List.of(), gone, "stopping " + bundle + " closed listeners of others");
    }

    private List<String> listeners() throws IOException {
        ProcessHandle process = sites.branch().process().toHandle();
        List<Long> pids = Stream.concat(Stream.of(process), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
        return Listening.of(pids).stream().sorted().toList();
    }

    private void awaitWhole() {
        Await.until("the appliance is whole", this::whole);
    }

    private boolean whole() {
        for (String line : agent.ask("bundles")) {
            if (line.startsWith("org.ferrule.") && !line.endsWith(" active")) {
                return false;
            }
        }
        try (Tmsh tmsh = sites.branch().ssh()) {
            assertTrue(Files.exists(sites.branch().home()));
            for (var virtual : tmsh.json("show ltm virtual").getAsJsonArray()) {
                if (!virtual.getAsJsonObject().get("availability").getAsString().equals("available")) {
                    return false;
                }
            }
            RawClient.transfer(tunnelled, 1000, 1000, 3);
            RawClient.transfer(plain, 1000, 1000, 3);
            return true;
        } catch (IOException | RuntimeException notYet) {
            return false;
        }
    }
}
