package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.ProcessMemory;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.SlowPeers;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty thousand connections to two appliances with little memory, all of which send and none of which reads: each is
 * served in the end, no byte is wrong, and nothing falls over. More files than the 20,000 that a process may open here are
 * not needed: those for which there is no memory wait in the kernel.
 */
@Timeout(300)
class MemoryIT {
    private static final int FLOWS = 3_000;

    /** The kernel keeps 4,096 waiting at each listener, and drops what is more: all of them find room. */
    private static final int LISTENERS = 6;

    private static final int PLAIN = 17_000;

    /** How many of them one process can be the clients of. */
    private static final int PLAIN_OF_ONE = PLAIN / 2;

    private static final String HEAP = "128m";
    private static final String DIRECT = "96m";

    /** What the heap, the buffers, the program itself and its libraries may take together. */
    private static final long MOST_RESIDENT = 700L << 20;

    /** Neither the kernel nor time does what is to be seen in the appliance. */
    private static final String SLOW =
            "create ltm profile tcp slow send-buffer-size 16384 receive-window-size 16384 zero-window-timeout 0";

    @TempDir
    static Path folder;

    private final List<InetSocketAddress> plain = new ArrayList<>();
    private final InetSocketAddress tunnelled = free(Sites.BRANCH);
    private final InetSocketAddress origin = free(Sites.ORIGIN);

    private static InetSocketAddress free(String address) {
        return new InetSocketAddress(address, Ports.free(address, 0));
    }

    @Test
    void twentyThousandThatDoNotReadAreServedWithLittleMemory() throws IOException {
        try (SlowPeers servers = SlowPeers.serve(folder.resolve("servers"), origin);
                Sites sites = Sites.onFreePorts(folder);
                RawServer raw = RawServer.on(Sites.ORIGIN)) {
            for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
                appliance.with("FERRULE_HEAP", HEAP).with("FERRULE_DIRECT", DIRECT);
            }
            sites.start().configure(command -> {});
            InetSocketAddress other = configure(sites, raw);
            try (SlowPeers flows = SlowPeers.call(folder.resolve("flows"), FLOWS, List.of(tunnelled))) {
                awaitOpen(flows, FLOWS);
                try (SlowPeers some = SlowPeers.call(folder.resolve("some"), PLAIN_OF_ONE, plain);
                        SlowPeers others = SlowPeers.call(folder.resolve("others"), PLAIN_OF_ONE, plain)) {
                    awaitOpen(some, PLAIN_OF_ONE);
                    awaitOpen(others, PLAIN_OF_ONE);
                    assertScarce(sites.branch());
                    List<SlowPeers> all = List.of(servers, flows, some, others);
                    for (SlowPeers peers : all) {
                        peers.read();
                    }
                    for (SlowPeers clients : all.subList(1, 4)) {
                        awaitDone(clients, clients == flows ? FLOWS : PLAIN_OF_ONE);
                    }
                    Await.until("the servers have ended", () -> servers.state().get("done") == FLOWS + PLAIN);
                    assertEquals(0, servers.state().get("wrong"), () -> "servers: " + servers.problems());
                }
            }
            assertRecovered(sites, other);
        }
    }

    /** Gives where a virtual server of usual settings is. */
    private InetSocketAddress configure(Sites sites, RawServer raw) {
        InetSocketAddress other = free(Sites.BRANCH);
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            for (Tmsh tmsh : List.of(dc, branch)) {
                tmsh.must(SLOW);
                tmsh.must("create ltm pool slow members add { " + SitePlan.member(origin) + " }");
            }
            dc.must("create ltm virtual slow destination " + SitePlan.member(tunnelled)
                    + " vlans-enabled vlans add { isession } pool slow profiles add { slow { context serverside } }");
            branch.must("create ltm virtual flows destination " + SitePlan.member(tunnelled)
                    + " pool slow profiles add { slow { context clientside } to_dc { context serverside } }");
            for (int i = 0; i < LISTENERS; i++) {
                InetSocketAddress next = free(Sites.BRANCH);
                plain.add(next);
                branch.must("create ltm virtual slow" + i + " destination " + SitePlan.member(next)
                        + " pool slow profiles add { slow { context all } }");
            }
            branch.must("create ltm pool raw members add { " + raw.member() + " }");
            branch.must("create ltm virtual raw destination " + SitePlan.member(other) + " pool raw");
        }
        sites.awaitTunnel(true);
        return other;
    }

    private static void awaitOpen(SlowPeers clients, int count) {
        Await.until(count + " clients are connected", () -> clients.state().getOrDefault("open", 0) == count);
    }

    private static void awaitDone(SlowPeers clients, int count) {
        Await.until(
                count + " clients have had all: " + clients.state(),
                () -> clients.state().get("done")
                                + clients.state().get("lost")
                                + clients.state().get("wrong")
                        == count);
        assertEquals(count, clients.state().get("done"), () -> clients.state() + " " + clients.problems());
    }

    private static void assertScarce(Appliance appliance) {
        Await.until("memory is scarce", () -> memory(appliance, "areas", "level", "scarce"));
        Await.until("connections wait", () -> sum(appliance, "connections, ", "refused") > 0);
        try (Tmsh tmsh = appliance.ssh()) {
            System.out.println(tmsh.must("show sys memory"));
            Await.until("health tells", () -> tmsh.must("show sys health").contains("new connections wait"));
        }
        ProcessMemory now = ProcessMemory.of(appliance);
        System.out.println("resident " + (now.resident() >> 20) + " MB, heap " + (now.heap() >> 20) + " MB");
        assertTrue(now.resident() < MOST_RESIDENT, "resident: " + (now.resident() >> 20) + " MB");
    }

    private static void assertRecovered(Sites sites, InetSocketAddress other) throws IOException {
        for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
            Await.until(
                    "all was given back at " + appliance.name(),
                    () -> sum(appliance, "connections, heap", "memoryUsed") < 100 << 10
                            && sum(appliance, "flows of peers, heap", "memoryUsed") == 0
                            && sum(appliance, "queues of connections, direct", "memoryUsed") < 2 << 20
                            && !memory(appliance, "areas", "level", "scarce"));
            assertTrue(!appliance.log().contains("OutOfMemoryError"), appliance.name() + " ran out of memory");
        }
        RawClient.transfer(other, 1_000_000, 1_000_000, 5);
        try (Tmsh tmsh = sites.branch().ssh()) {
            System.out.println(tmsh.must("show sys memory"));
        }
    }

    private static JsonObject memory(Appliance appliance) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show sys memory").getAsJsonArray().get(0).getAsJsonObject();
        }
    }

    private static boolean memory(Appliance appliance, String table, String column, String value) {
        for (JsonElement row : memory(appliance).getAsJsonArray(table)) {
            if (row.getAsJsonObject().get(column).getAsString().equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** Of all subsystems whose name begins so. */
    private static long sum(Appliance appliance, String subsystem, String column) {
        long sum = 0;
        for (JsonElement row : memory(appliance).getAsJsonArray("subsystems")) {
            if (row.getAsJsonObject().get("subsystem").getAsString().startsWith(subsystem)) {
                sum += row.getAsJsonObject().get(column).getAsLong();
            }
        }
        return sum;
    }
}
