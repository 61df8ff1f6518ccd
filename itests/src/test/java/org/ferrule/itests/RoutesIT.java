package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Ports;
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
    private Appliance branch;
    private Origin behind;
    private Path file;
    private InetSocketAddress web;
    private InetSocketAddress intranet;

    private static InetSocketAddress free(String address) {
        return new InetSocketAddress(address, Ports.free(address, 0));
    }

    @BeforeAll
    void join() throws IOException {
        file = TestFiles.text(folder.resolve("text"), 300_000);
        SshKey key = SshKey.generate();
        web = free(BRANCH);
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
        }
        Sites.pair(dc, tunnel, branch, said -> {});
    }

    private void configureBranch() {
        try (Tmsh tmsh = branch.ssh()) {
            tmsh.must("create ltm pool sites members add { " + SitePlan.member(tunnels.get("dc1")) + " "
                    + SitePlan.member(tunnels.get("dc2")) + " }");
            tmsh.must("create wom profile isession to_sites endpoint-pool sites");
            tmsh.must("create ltm virtual web destination " + SitePlan.member(web)
                    + " profiles add { to_sites { context serverside } }");
            tmsh.must(
                    "create ltm pool intranet members add { " + SitePlan.member(behind.address()) + " } monitor http");
            tmsh.must("create ltm virtual intranet destination " + SitePlan.member(intranet)
                    + " vlans-enabled vlans add { isession } pool intranet");
            tmsh.must("modify wom local-endpoint no-route drop");
        }
    }

    @AfterAll
    void part() {
        branch.close();
        centres.values().forEach(Appliance::close);
        origins.values().forEach(Origin::close);
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

    private Set<String> servers(int fetches) {
        Set<String> servers = new HashSet<>();
        for (int i = 0; i < fetches; i++) {
            servers.add(Fetch.compare(web, "/text", file).servedBy());
        }
        return servers;
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
