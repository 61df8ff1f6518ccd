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
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.NextVersion;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Table;
import org.ferrule.lab.Tmsh;
import org.ferrule.lab.Traffic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every module is stopped and started, and then replaced by a second version beside it, while flows and plain connections
 * move checked data. What is asserted: no other bundle stops, no listener closes because another module left, no byte is
 * wrong, the appliance is whole again afterwards, and replacing loses no connection and refuses none. What stopping costs is
 * in the table.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ModulesIT {
    private static final int CONNECTIONS = 20;

    @TempDir
    static Path folder;

    private final Table table = Table.of(
            "appliance",
            "module",
            "change",
            "stopped",
            "flows lost",
            "plain lost",
            "new refused",
            "wrong bytes",
            "whole after");
    private Sites sites;
    private RawServer server;
    private InetSocketAddress tunnelled;
    private InetSocketAddress plain;
    private Side branch;
    private Side dc;

    /**
     * An appliance whose modules are replaced.
     *
     * @param versions our bundles and their versions
     */
    private record Side(Appliance appliance, AgentClient agent, Map<String, String> versions) {}

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
        branch = side(sites.branch());
        dc = side(sites.dc());
    }

    private static Side side(Appliance appliance) throws IOException {
        AgentClient agent = AgentClient.deploy(appliance);
        return new Side(appliance, agent, ours(agent));
    }

    @AfterAll
    void part() throws IOException {
        System.out.println("\nWhat replacing a module costs today:\n\n" + table);
        branch.agent().close();
        dc.agent().close();
        sites.close();
        server.close();
    }

    private static Map<String, String> ours(AgentClient agent) {
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
        try (Traffic flows = new Traffic(tunnelled, CONNECTIONS);
                Traffic plains = new Traffic(plain, CONNECTIONS)) {
            for (Side side : List.of(branch, dc)) {
                awaitWhole();
                List<String> listeners = listeners(side);
                side.agent().ask("stopped");
                if (side == branch) {
                    for (String bundle : side.versions().keySet()) {
                        restart(side, bundle, listeners, flows, plains);
                    }
                }
                for (String bundle : side.versions().keySet()) {
                    replace(side, bundle, listeners, flows, plains);
                }
            }
        }
    }

    private void restart(Side side, String bundle, List<String> listeners, Traffic flows, Traffic plains)
            throws IOException {
        String named = bundle + " " + side.versions().get(bundle);
        settle(flows, plains);
        side.agent().ask("stop " + named);
        assertListeners(side, bundle, listeners);
        side.agent().ask("start " + named);
        row(side, bundle, "stop, start", listeners, List.of(named), flows, plains);
    }

    private void replace(Side side, String bundle, List<String> listeners, Traffic flows, Traffic plains)
            throws IOException {
        String artifact = bundle.substring("org.ferrule.".length());
        Path jar = Checkout.distribution()
                .resolve(
                        "system/org/ferrule/" + artifact + "/" + side.versions().get(bundle) + "/" + artifact + "-"
                                + side.versions().get(bundle) + ".jar");
        Path second = NextVersion.numbered(
                jar, "99.0.0", folder.resolve(side.appliance().name() + "-" + artifact + "-99.0.0.jar"));
        settle(flows, plains);
        String installed = side.agent().ask("install " + second).get(0);
        assertEquals(bundle + " 99.0.0", installed);
        awaitWhole();
        if (bundle.startsWith("org.ferrule.api-")) {
            // Others are wired to the old one: that is replaced with a whole image only.
            side.agent().ask("uninstall " + installed);
            row(side, bundle, "second beside", listeners, List.of(installed), flows, plains);
            return;
        }
        String old = bundle + " " + side.versions().get(bundle);
        side.agent().ask("drain " + old);
        Await.until("what is new goes to the successor of " + bundle, () -> {
            // Those that live for long would hold the old version until drain-timeout.
            flows.renew();
            plains.renew();
            return users(side, old) == 0;
        });
        side.agent().ask("uninstall " + old);
        Traffic.Counts lost = row(side, bundle, "replaced", listeners, List.of(old), flows, plains);
        assertEquals(
                Traffic.Counts.NONE,
                lost,
                () -> "replacing " + bundle + " cost connections: " + flows.problem() + ", " + plains.problem());
    }

    private int users(Side side, String bundle) {
        return Integer.parseInt(side.agent().ask("users " + bundle).get(0));
    }

    private static void settle(Traffic flows, Traffic plains) {
        for (Traffic traffic : List.of(flows, plains)) {
            traffic.take();
            traffic.problem();
        }
    }

    private Traffic.Counts row(
            Side side,
            String bundle,
            String change,
            List<String> listeners,
            List<String> expected,
            Traffic flows,
            Traffic plains)
            throws IOException {
        long start = System.nanoTime();
        awaitWhole();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        List<String> stopped = side.agent().ask("stopped");
        Traffic.Counts flow = flows.take();
        Traffic.Counts other = plains.take();
        table.row(
                side.appliance().name(),
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
        assertEquals(listeners, listeners(side), change + " of " + bundle + " left listeners closed");
        return flow.plus(other);
    }

    /** While a module is away, all listen that are not its own. */
    private void assertListeners(Side side, String bundle, List<String> before) throws IOException {
        List<String> now = listeners(side);
        List<String> gone = new ArrayList<>(before);
        gone.removeAll(now);
        List<String> allowed =
                switch (bundle) {
                    case "org.ferrule.net", "org.ferrule.virtual" ->
                        before.stream()
                                .filter(l -> !l.endsWith(":" + side.appliance().sshPort()))
                                .toList();
                    case "org.ferrule.ssh" ->
                        before.stream()
                                .filter(l -> l.endsWith(":" + side.appliance().sshPort()))
                                .toList();
                    default -> List.of();
                };
        gone.removeAll(allowed);
        assertEquals(List.of(), gone, "stopping " + bundle + " closed listeners of others");
    }

    private List<String> listeners(Side side) throws IOException {
        ProcessHandle process = side.appliance().process().toHandle();
        List<Long> pids = Stream.concat(Stream.of(process), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
        return Listening.of(pids).stream().sorted().toList();
    }

    private void awaitWhole() {
        Await.until("the appliance is whole", this::whole);
    }

    private boolean whole() {
        for (Side side : List.of(branch, dc)) {
            for (String line : side.agent().ask("bundles")) {
                if (line.startsWith("org.ferrule.") && !line.endsWith(" active")) {
                    return false;
                }
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
