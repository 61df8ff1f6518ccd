package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Random;
import org.ferrule.lab.EchoClients;
import org.ferrule.lab.EchoServer;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five thousand connections at once through one tunnel of two appliances with the memory that is shipped. */
@Timeout(600)
class ManyFlowsIT {
    private static final int FLOWS = 5000;

    /** Both ends of each connection are in this process, and it needs some files besides. */
    private static final int FILES = 2 * FLOWS + 1000;

    @TempDir
    static Path folder;

    @Test
    void fiveThousandFlowsAreServedAtOnce() throws IOException {
        long files =
                ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        assumeTrue(files >= FILES, "ulimit -n is " + files + "; this test needs " + FILES);
        InetSocketAddress origin = new InetSocketAddress(Sites.ORIGIN, Ports.free(Sites.ORIGIN, 0));
        InetSocketAddress called = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        try (EchoServer server = EchoServer.on(origin);
                Sites sites = Sites.onFreePorts(folder).start();
                EchoClients clients = new EchoClients(called)) {
            sites.configure(command -> {});
            join(sites, called, origin);
            clients.open(FLOWS);
            for (int round = 0; round < 3; round++) {
                int seed = round;
                clients.exchange(number -> message(seed, number));
            }
            JsonObject peer = endpoint(sites);
            assertEquals(FLOWS, peer.get("currentFlows").getAsInt(), "all at once: " + peer);
            assertEquals(0, peer.get("refusedFlows").getAsInt());
            assertEquals(0, peer.get("protocolErrors").getAsInt());
        }
    }

    private static void join(Sites sites, InetSocketAddress called, InetSocketAddress origin) {
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool echo members add { " + SitePlan.member(origin) + " } monitor tcp");
            dc.must("create ltm virtual echo destination " + SitePlan.member(called)
                    + " vlans-enabled vlans add { isession } pool echo");
            branch.must("create ltm virtual echo destination " + SitePlan.member(called)
                    + " profiles add { to_dc { context serverside } }");
            branch.must("modify wom local-endpoint no-route drop");
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "echo");
    }

    private static JsonObject endpoint(Sites sites) {
        try (Tmsh branch = sites.branch().ssh()) {
            var endpoints = branch.json("show wom remote-endpoint").getAsJsonArray();
            assertTrue(endpoints.size() == 1, endpoints.toString());
            return endpoints.get(0).getAsJsonObject();
        }
    }

    /** Half of them text, half noise, each of its own size. */
    private static byte[] message(int round, int number) {
        Random random = new Random(31L * number + round);
        byte[] bytes = new byte[1 + random.nextInt(4000)];
        if (number % 2 == 0) {
            random.nextBytes(bytes);
        } else {
            byte[] text = ("flow " + number + " in round " + round + "; ")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = text[i % text.length];
            }
        }
        return bytes;
    }
}
