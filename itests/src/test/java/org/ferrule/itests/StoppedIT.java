package org.ferrule.itests;

import static org.ferrule.lab.Fate.ENDED;
import static org.ferrule.lab.Fate.SERVED;
import static org.ferrule.lab.Fate.WAITS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Fate;
import org.ferrule.lab.Ports;
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
 * Each bundle of an appliance is stopped and left so for a while, under traffic. What does not need it goes on, what does
 * says so, and when it is started again all is whole.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class StoppedIT {
    private static final String OURS = "org.ferrule.";

    /** What a module's absence costs nobody, but for what it does itself. */
    private static final Absence NOTHING = new Absence(SERVED, SERVED, SERVED, SERVED, Says.HEALTH, "");

    /** What becomes of traffic, and what tells of it, while a module is away; by the name of its bundle. */
    private static final Map<String, Absence> ABSENCES = Map.ofEntries(
            Map.entry("api-codec", NOTHING),
            Map.entry("api-config", NOTHING),
            Map.entry("api-stream", NOTHING),
            Map.entry("api-traffic", NOTHING),
            Map.entry("archive", NOTHING.refusing("save sys ucs x")),
            Map.entry("codec-bzip2", NOTHING),
            Map.entry("codec-deflate", NOTHING),
            Map.entry("codec-lz4", NOTHING),
            Map.entry("codec-lzo", NOTHING),
            Map.entry("codec-zstd", NOTHING),
            Map.entry("compression", NOTHING),
            Map.entry("config", NOTHING.refusing("list ltm pool")),
            Map.entry("crypto", NOTHING.refusing("create ltm profile client-ssl x")),
            Map.entry("dedup", NOTHING.refusing("modify sys datastor disk disabled")),
            // What tunnels do not take is served by the virtual server's own pool.
            Map.entry(
                    "isession",
                    new Absence(SERVED, ENDED, SERVED, SERVED, Says.HEALTH, "create wom profile isession x")),
            Map.entry("log", NOTHING.refusing("show sys log system")),
            Map.entry("monitor", NOTHING.refusing("create ltm monitor tcp x")),
            // Clients wait in the kernel until it is back.
            Map.entry("net", new Absence(ENDED, ENDED, WAITS, WAITS, Says.HEALTH, "create ltm profile tcp x")),
            Map.entry("pool", new Absence(SERVED, SERVED, ENDED, SERVED, Says.HEALTH, "create ltm pool x")),
            Map.entry("software", NOTHING.refusing("install sys software image x")),
            Map.entry("ssh", NOTHING.telling(Says.LOG)),
            Map.entry("stats", NOTHING.telling(Says.ANSWER).refusing("show sys health")),
            Map.entry("system", NOTHING.telling(Says.LOG)),
            Map.entry("tmsh", NOTHING.telling(Says.ANSWER).refusing("show sys health")),
            Map.entry("virtual", new Absence(SERVED, SERVED, ENDED, ENDED, Says.HEALTH, "create ltm virtual x")));

    @TempDir
    static Path folder;

    private final Table table =
            Table.of("stopped", "open plain", "open flow", "new plain", "new flow", "lost", "refused", "it is told by");
    private Sites sites;
    private RawServer server;
    private InetSocketAddress tunnelled;
    private InetSocketAddress plain;
    private AgentClient agent;
    private Map<String, String> versions;

    /** Where somebody who looks for what is wrong finds it. */
    private enum Says {
        /** In {@code show sys health}. */
        HEALTH,
        /** In the log. */
        LOG,
        /** In the answer to a command. */
        ANSWER
    }

    /**
     * What a module's absence means.
     *
     * @param openPlain connections of a plain virtual server that were open
     * @param openFlow flows that were open
     * @param newPlain connections that come to the plain virtual server
     * @param newFlow connections that come to the one whose profile leads into the tunnel, and that has a pool, too
     * @param says where it is told
     * @param refused a command that needs the module, whose answer names it; "" for none
     */
    private record Absence(Fate openPlain, Fate openFlow, Fate newPlain, Fate newFlow, Says says, String refused) {
        Absence refusing(String command) {
            return new Absence(openPlain, openFlow, newPlain, newFlow, says, command);
        }

        Absence telling(Says where) {
            return new Absence(openPlain, openFlow, newPlain, newFlow, where, refused);
        }

        boolean costsNothing() {
            return List.of(openPlain, openFlow, newPlain, newFlow).stream().allMatch(SERVED::equals);
        }
    }

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
                    + " pool raw profiles add { to_dc { context serverside } }");
            branch.must("create ltm virtual plain destination " + Sites.BRANCH + ":" + plain.getPort() + " pool raw");
            branch.must("modify sys health interval 1");
        }
        agent = AgentClient.deploy(sites.branch());
        versions = new TreeMap<>();
        for (String line : agent.ask("bundles")) {
            String[] words = line.split(" ");
            if (words[0].startsWith(OURS) && !words[0].contains("agent")) {
                versions.put(words[0].substring(OURS.length()), words[1]);
            }
        }
    }

    @AfterAll
    void part() throws IOException {
        System.out.println("\nWhat goes on while a module is stopped:\n\n" + table);
        agent.close();
        sites.close();
        server.close();
    }

    @Test
    void whatDoesNotNeedAModuleGoesOnWithoutItAndWhatDoesSaysSo() throws IOException {
        assertEquals(new TreeMap<>(ABSENCES).keySet(), versions.keySet());
        try (Traffic flows = new Traffic(tunnelled, 5);
                Traffic plains = new Traffic(plain, 5)) {
            awaitWhole();
            for (String module : versions.keySet()) {
                without(module, ABSENCES.get(module), flows, plains);
            }
        }
    }

    private void without(String module, Absence absence, Traffic flows, Traffic plains) throws IOException {
        String bundle = OURS + module + " " + versions.get(module);
        try (Socket openPlain = open(plain);
                Socket openFlow = open(tunnelled)) {
            flows.take();
            plains.take();
            agent.ask("stop " + bundle);
            assertEquals(absence.openPlain(), Fate.of(openPlain), "an open connection without " + module);
            assertEquals(absence.openFlow(), Fate.of(openFlow), "an open flow without " + module);
            assertEquals(absence.newPlain(), Fate.of(plain), "a new connection without " + module);
            assertEquals(absence.newFlow(), Fate.of(tunnelled), "a new connection for the tunnel without " + module);
            if (absence.costsNothing()) {
                flows.moveOn();
                plains.moveOn();
            }
            assertTold(module, absence);
            Traffic.Counts lost = flows.take().plus(plains.take());
            table.row(
                    module,
                    absence.openPlain().toString(),
                    absence.openFlow().toString(),
                    absence.newPlain().toString(),
                    absence.newFlow().toString(),
                    Integer.toString(lost.lost()),
                    Integer.toString(lost.refused()),
                    absence.says().toString());
            assertEquals(0, lost.wrong(), "bytes were wrong without " + module);
            if (absence.costsNothing()) {
                assertEquals(Traffic.Counts.NONE, lost, "traffic without " + module);
            }
        } finally {
            agent.ask("start " + bundle);
        }
        awaitWhole();
    }

    private static Socket open(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.getOutputStream().write(RawServer.ECHO);
        assertEquals(SERVED, Fate.of(socket), "before anything was stopped");
        return socket;
    }

    private void assertTold(String module, Absence absence) {
        Appliance branch = sites.branch();
        if (absence.says() == Says.LOG) {
            Await.until("the log tells of " + module, () -> branch.log().contains("module " + module));
            return;
        }
        try (Tmsh tmsh = branch.ssh()) {
            if (absence.says() == Says.HEALTH) {
                Await.until("health tells of " + module, () -> said(tmsh, "show sys health")
                        .contains("module " + module + " "));
            }
            if (!absence.refused().isEmpty()) {
                String answer = said(tmsh, absence.refused());
                assertTrue(answer.contains("module " + module), absence.refused() + ": " + answer);
            }
        }
    }

    private static String said(Tmsh tmsh, String command) {
        Tmsh.Result result = tmsh.run(command);
        return result.out() + result.err();
    }

    private void awaitWhole() {
        Await.until("the appliance is whole", () -> {
            if (Fate.of(plain) != SERVED || Fate.of(tunnelled) != SERVED) {
                return false;
            }
            try (Tmsh tmsh = sites.branch().ssh()) {
                for (var virtual : tmsh.json("show ltm virtual").getAsJsonArray()) {
                    if (!virtual.getAsJsonObject()
                            .get("availability")
                            .getAsString()
                            .equals("available")) {
                        return false;
                    }
                }
                return !tmsh.must("show sys health").contains("module ")
                        && tmsh.must("show ltm virtual raw").contains("tunnel");
            } catch (RuntimeException notYet) {
                return false;
            }
        });
    }
}
