package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.ferrule.lab.Await;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
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

/** A branch that names no endpoint, and finds the data centre by connections to its address. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class DiscoveryIT {
    @TempDir
    static Path folder;

    private Sites sites;
    private Origin origin;
    private Path file;

    /** An address of the data centre, at which the branch takes connections of its clients. */
    private InetSocketAddress called;

    @BeforeAll
    void join() throws IOException {
        file = TestFiles.text(folder.resolve("text"), 300_000);
        sites = Sites.onFreePorts(folder);
        origin = sites.origin(Map.of("/text", file));
        sites.start().configureDc(command -> {});
        sites.pair(command -> {});
        called = new InetSocketAddress(Sites.DC, Ports.free(Sites.DC, 0));
        try (Tmsh branch = sites.branch().ssh();
                Tmsh dc = sites.dc().ssh()) {
            dc.must("create ltm virtual found destination " + SitePlan.member(called)
                    + " vlans-enabled vlans add { isession } pool web_pool");
            branch.must("modify wom local-endpoint no-route drop tunnel-port "
                    + sites.tunnel().getPort());
            branch.must("create ltm virtual found destination " + SitePlan.member(called)
                    + " profiles add { isession { context serverside } }");
        }
        Sites.awaitPool(sites.dc(), "web_pool");
    }

    @AfterAll
    void part() {
        sites.close();
        origin.close();
    }

    private boolean answers() {
        try {
            Fetch.compare(called, "/text", file);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private String remotes() {
        try (Tmsh branch = sites.branch().ssh()) {
            return branch.must("list wom remote-endpoint");
        }
    }

    @Test
    @Order(1)
    void nothingIsProbedByDefaultAndNeverByIcmp() {
        assertTrue(!answers());
        try (Tmsh branch = sites.branch().ssh()) {
            String shown = branch.must("show wom endpoint-discovery");
            assertTrue(shown.matches("(?s).*Probes +: 0\\b.*"), shown);
            Tmsh.Result refused = branch.run("modify wom endpoint-discovery mode enable-icmp");
            assertEquals(1, refused.exit());
            assertTrue(refused.err().contains("enable-icmp") && refused.err().contains("enable-tcp"), refused.err());
        }
    }

    @Test
    @Order(2)
    void whoDoesNotWantToBeFoundIsNot() {
        try (Tmsh branch = sites.branch().ssh();
                Tmsh dc = sites.dc().ssh()) {
            dc.must("modify wom endpoint-discovery discoverable disabled");
            branch.must("modify wom endpoint-discovery mode enable-tcp");
            assertTrue(!answers());
            Await.until("the probe is over", () -> branch.must("show wom endpoint-discovery")
                    .matches("(?s).*Addresses In Vain +: 1\\b.*"));
            assertTrue(!answers());
            dc.must("modify wom endpoint-discovery discoverable enabled");
            // What was probed in vain is forgotten with it.
            branch.must("modify wom endpoint-discovery mode disable");
            branch.must("modify wom endpoint-discovery mode enable-tcp");
        }
    }

    @Test
    @Order(3)
    void theDataCentreIsFoundUsedAndSaved() {
        Await.until("a tunnel is found", this::answers);
        assertEquals("origin", Fetch.compare(called, "/text", file).servedBy());
        Await.until("it is in the configuration", () -> remotes().contains("origin discovered"));
        assertTrue(remotes().contains(Sites.DC), remotes());
        try (Tmsh branch = sites.branch().ssh()) {
            JsonElement shown =
                    branch.json("show wom remote-endpoint").getAsJsonArray().get(0);
            assertEquals("discovered", shown.getAsJsonObject().get("origin").getAsString());
            assertEquals(
                    SitePlan.member(sites.tunnel()),
                    shown.getAsJsonObject().get("address").getAsString());
        }
        assertEquals("origin", Fetch.compare(called, "/text", file).servedBy());
    }

    /** It is known for what it serves only as long as it is remembered: after a start the first connection finds it again. */
    @Test
    @Order(4)
    void afterAStartItIsFoundAgain() {
        try (Tmsh branch = sites.branch().ssh()) {
            branch.must("save sys config");
        }
        sites.branch().kill();
        sites.branch().start();
        assertTrue(remotes().contains("origin discovered"), remotes());
        Await.until("it serves again", this::answers);
        assertEquals(remotes().indexOf("origin discovered"), remotes().lastIndexOf("origin discovered"));
    }
}
