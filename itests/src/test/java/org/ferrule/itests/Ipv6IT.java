package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Fetch;
import org.ferrule.lab.Origin;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.Sites;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two sites that know nothing but IPv6: shells, the tunnel, clients, servers and routes, all of them written as TMOS does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class Ipv6IT {
    private static final String LOOPBACK = "::1";

    @TempDir
    static Path folder;

    private Appliance branch;
    private Appliance dc;
    private Origin origin;
    private Origin local;
    private RawServer server;
    private Path file;
    private InetSocketAddress tunnel;
    private InetSocketAddress web;
    private InetSocketAddress raw;

    private static InetSocketAddress free() {
        return new InetSocketAddress(LOOPBACK, Ports.free(LOOPBACK, 0));
    }

    /** As TMOS writes it. */
    private static String written(InetSocketAddress address) {
        return LOOPBACK + "." + address.getPort();
    }

    private static Appliance appliance(String name, SshKey key) {
        Appliance appliance = Appliance.of(name, folder.resolve(name), LOOPBACK, Ports.free(LOOPBACK, 0), key);
        appliance.launch();
        return appliance;
    }

    @BeforeAll
    void join() throws IOException {
        file = TestFiles.text(folder.resolve("text"), 3_000_000);
        SshKey key = SshKey.generate();
        branch = appliance("branch", key);
        dc = appliance("dc", key);
        tunnel = free();
        web = free();
        raw = free();
        origin = Origin.serve("origin", free(), Map.of("/text", file));
        local = Origin.serve("branch", free(), Map.of("/text", file));
        server = RawServer.on(LOOPBACK);
        branch.awaitUp();
        dc.awaitUp();
        configureDc();
        Sites.pair(dc, tunnel, branch, said -> {});
        configureBranch();
        Await.until("the tunnel is up", () -> endpoint(branch).get("fibres").getAsInt() > 0);
        Sites.awaitPool(dc, "web");
        Sites.awaitPool(dc, "raw");
        Sites.awaitPool(branch, "web");
    }

    private void configureDc() {
        try (Tmsh tmsh = dc.ssh()) {
            tmsh.must("modify wom local-endpoint addresses add { ::1 } tunnel-port " + tunnel.getPort());
            tmsh.must("create ltm pool web members add { " + written(origin.address()) + " } monitor http");
            tmsh.must("create ltm pool raw members add { " + written(server.address()) + " } monitor tcp");
            tmsh.must("create ltm virtual web destination " + written(web)
                    + " vlans-enabled vlans add { isession } pool web");
            tmsh.must("create ltm virtual raw destination " + written(raw)
                    + " vlans-enabled vlans add { isession } pool raw");
        }
    }

    private void configureBranch() {
        try (Tmsh tmsh = branch.ssh()) {
            tmsh.must("create wom remote-endpoint dc address ::1 tunnel-port " + tunnel.getPort());
            tmsh.must("create ltm pool web members add { " + written(local.address()) + " } monitor http");
            tmsh.must("create ltm virtual web destination " + written(web)
                    + " profiles add { isession { context serverside } } pool web");
            // Groups in full, as other programs print them.
            tmsh.must("create ltm virtual raw destination 0:0:0:0:0:0:0:1." + raw.getPort()
                    + " profiles add { isession { context serverside } }");
            tmsh.must("modify wom local-endpoint no-route drop");
        }
    }

    @AfterAll
    void part() throws IOException {
        branch.close();
        dc.close();
        origin.close();
        local.close();
        server.close();
    }

    private static JsonObject shown(Appliance appliance, String what) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show " + what).getAsJsonArray().get(0).getAsJsonObject();
        }
    }

    private static JsonObject endpoint(Appliance appliance) {
        return shown(appliance, "wom remote-endpoint");
    }

    private String servedBy() {
        return Fetch.compare(web, "/text", file).servedBy();
    }

    @Test
    void filesAndFlowsArriveByteForByte() throws IOException {
        long before = endpoint(branch).get("rawBytesIn").getAsLong();
        assertEquals("origin", servedBy());
        RawClient.transfer(raw, 5_000_000, 7_000_000, 11);
        long through = endpoint(branch).get("rawBytesIn").getAsLong() - before;
        assertTrue(through > 10_000_000, "only " + through + " bytes came through the tunnel");
    }

    @Test
    void addressesAreListedAndShownAsTmosWritesThem() {
        try (Tmsh tmsh = branch.ssh()) {
            assertContains(tmsh.must("list ltm virtual web"), "destination " + written(web) + "\n");
            assertContains(tmsh.must("list ltm virtual raw"), "destination " + written(raw) + "\n");

            assertContains(tmsh.must("list ltm pool web"), " " + written(local.address()) + " {");
            assertContains(tmsh.must("list wom remote-endpoint dc"), "address ::1\n");
            assertContains(tmsh.must("list cm trusted-device dc"), "address ::1\n");
            assertContains(tmsh.must("list ltm node"), "ltm node ::1 {");
        }
        assertEquals(written(tunnel), endpoint(branch).get("address").getAsString());
        assertEquals("::1", endpoint(dc).get("address").getAsString());
        assertEquals("::1", shown(branch, "cm trusted-device").get("address").getAsString());
        assertContains(shown(branch, "ltm pool web").toString(), "\"address\":\"::1\"");
        assertContains(shown(branch, "ltm virtual web").toString(), "\"" + written(web) + "\"");
        assertContains(shown(dc, "wom local-endpoint").toString(), "\"" + written(tunnel) + "\"");
    }

    /** A network in IPv6, its port by name, in capitals and with a mask by its length. */
    @Test
    void aNetworkIsListedInItsShortestForm() {
        try (Tmsh tmsh = dc.ssh()) {
            tmsh.must("create ltm virtual net destination 2001:0DB8:0::.http mask /32"
                    + " vlans-enabled vlans add { isession } pool web");
            String listed = tmsh.must("list ltm virtual net");
            assertContains(listed, "destination 2001:db8::.80\n");
            assertContains(listed, "mask ffff:ffff::\n");
            Tmsh.Result colon = tmsh.run("create ltm virtual colon destination [::1]:80 pool web");
            assertEquals(1, colon.exit());
            assertContains(colon.err(), "2001:db8::1.80");
            tmsh.must("delete ltm virtual net");
        }
    }

    @Test
    void theLongestIpv6RouteDecides() {
        try (Tmsh here = branch.ssh();
                Tmsh there = dc.ssh()) {
            there.must("create wom advertised-route all dest ::/0 include disabled");
            awaitRoute(here, "::/0");
            assertEquals("branch", servedBy());
            there.must("create wom advertised-route one dest ::1/128 label Origin");
            awaitRoute(here, "::1/128");
            assertEquals("origin", servedBy());
            assertContains(there.must("list wom advertised-route one"), "dest ::1/128\n");
            there.must("delete wom advertised-route one");
            there.must("delete wom advertised-route all");
            Await.until("the routes are gone", () -> !here.must("show wom advertised-route")
                    .contains("::"));
        }
        assertEquals("origin", servedBy());
    }

    private static void awaitRoute(Tmsh here, String subnet) {
        Await.until("the route to " + subnet + " is known", () -> here.must("show wom advertised-route")
                .contains(subnet));
    }

    /** What was saved with IPv6 addresses is read again, and names the same. */
    @Test
    void whatWasSavedIsReadAgain() {
        try (Tmsh tmsh = branch.ssh()) {
            tmsh.must("save sys config");
            String before = tmsh.must("list ltm virtual") + tmsh.must("list ltm pool") + tmsh.must("list wom");
            tmsh.must("load sys config");
            assertEquals(before, tmsh.must("list ltm virtual") + tmsh.must("list ltm pool") + tmsh.must("list wom"));
        }
        Await.until("the tunnel is up", () -> endpoint(branch).get("fibres").getAsInt() > 0);
        assertEquals("origin", servedBy());
    }

    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), () -> "no \"" + part + "\" in:\n" + text);
    }
}
