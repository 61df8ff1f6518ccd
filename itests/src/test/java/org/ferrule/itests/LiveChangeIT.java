package org.ferrule.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;
import org.ferrule.lab.Traffic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All that a profile says is changed again and again, at both ends of a tunnel, under two hundred flows that notice nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class LiveChangeIT {
    private static final int FLOWS = 200;
    private static final int ROUNDS = 5;

    /** What would rightly end or refuse flows, or is no option of a tunnel. */
    private static final Set<String> UNTOUCHED = Set.of("defaults-from", "endpoint-pool", "mode");

    /** Each other option and what it is set to, in turn. */
    private static final Map<String, List<String>> VALUES = new TreeMap<>(Map.ofEntries(
            Map.entry("adaptive-compression", List.of("disabled", "enabled", "disabled")),
            Map.entry("bzip2-compression-level", List.of("1", "9")),
            Map.entry("compression", List.of("enabled", "disabled", "enabled", "enabled")),
            Map.entry(
                    "compression-codecs",
                    List.of(
                            codecs("lz4 zstd"),
                            codecs("bzip2"),
                            codecs("deflate lzo lz4"),
                            "none",
                            codecs("zstd lz4 deflate lzo bzip2"))),
            Map.entry("compression-context", List.of("fibre", "flow", "fibre")),
            Map.entry("dead-peer-timeout", List.of("20", "60", "3600")),
            Map.entry("deduplication", List.of("disabled", "enabled", "enabled", "disabled", "enabled")),
            Map.entry("deflate-compression-level", List.of("9", "1", "6")),
            Map.entry("fibre-idle-timeout", List.of("1", "60")),
            Map.entry("flows-per-fibre", List.of("16", "4096", "64")),
            Map.entry("lz4-compression-level", List.of("12", "1")),
            Map.entry("max-fibre-age", List.of("2", "1", "0", "3")),
            Map.entry("max-fibres", List.of("64", "2", "8")),
            Map.entry("min-fibres", List.of("4", "1", "2")),
            Map.entry("port-transparency", List.of("enabled", "disabled", "enabled")),
            // A limit below what flows may hold already would rightly refuse new ones.
            Map.entry("receive-memory", List.of("64", "0")),
            Map.entry("reuse-connection", List.of("disabled", "enabled", "enabled")),
            Map.entry("spare-fibres", List.of("2", "0")),
            Map.entry(
                    "target-virtual",
                    List.of("host-match-all", "host-match-no-isession", "match-all", "virtual-match-all")),
            Map.entry("trust-domain", List.of("shared", "virtual-server", "profile")),
            Map.entry("zstd-compression-level", List.of("19", "1", "6")),
            Map.entry("zstd-window-size", List.of("8192", "512", "2048"))));

    @TempDir
    static Path folder;

    private Sites sites;
    private RawServer server;
    private InetSocketAddress raw;
    private AgentClient atBranch;
    private AgentClient atDc;

    private static String codecs(String names) {
        return "replace-all-with { " + names + " }";
    }

    @BeforeAll
    void join() throws IOException {
        sites = Sites.onFreePorts(folder);
        server = RawServer.on(Sites.ORIGIN);
        sites.start().configure(command -> {});
        raw = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            dc.must("create ltm virtual raw destination " + SitePlan.member(raw)
                    + " vlans-enabled vlans add { isession } pool raw");
            branch.must("create ltm virtual raw destination " + SitePlan.member(raw)
                    + " profiles add { to_dc { context serverside } }");
            branch.must("modify wom local-endpoint no-route drop");
            dc.must("modify wom local-endpoint transparent-ports add { " + raw.getPort() + " }");
        }
        atBranch = AgentClient.deploy(sites.branch());
        atDc = AgentClient.deploy(sites.dc());
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw");
    }

    @AfterAll
    void part() throws IOException {
        atBranch.close();
        atDc.close();
        sites.close();
        server.close();
    }

    @Test
    void noFlowNoticesThatAnythingChanges() {
        try (Tmsh branch = sites.branch().ssh();
                Tmsh dc = sites.dc().ssh();
                Traffic traffic = new Traffic(raw, FLOWS)) {
            assertEquals(options(branch), all(), "an option is neither changed here nor left alone on purpose");
            traffic.moveOn();
            for (int round = 0; round < ROUNDS; round++) {
                int number = round;
                VALUES.keySet().forEach(option -> change(branch, dc, option, number));
                assertUntouched(traffic, "round " + round);
            }
            withoutModule(traffic, atBranch, "org.ferrule.compression");
            withoutModule(traffic, atDc, "org.ferrule.compression");
            withoutModule(traffic, atDc, "org.ferrule.codec-zstd");
            branch.must("modify wom profile isession to_dc deduplication enabled");
            dc.must("modify wom profile isession isession deduplication enabled");
            awaitUse(sites.branch(), "deduplication", "yes", "");
            withoutModule(traffic, atBranch, "org.ferrule.dedup");
            withoutModule(traffic, atDc, "org.ferrule.dedup");
            awaitUse(sites.branch(), "deduplication", "yes", "");
            dc.must("modify sys datastor memory-cache-size 64");
            assertUntouched(traffic, "the dictionaries were cleared");
            awaitUse(sites.branch(), "deduplication", "yes", "");
            whatIsInUseIsNamed(branch, dc, traffic);
        }
        for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
            JsonObject endpoint = shown(appliance, "wom remote-endpoint");
            assertEquals(0, endpoint.get("protocolErrors").getAsInt(), endpoint.toString());
        }
        assertEquals(
                0,
                shown(sites.branch(), "wom profile isession to_dc")
                        .get("codecFailures")
                        .getAsInt());
    }

    /** The options that the profile has. */
    private static Set<String> options(Tmsh tmsh) {
        Set<String> options = new TreeSet<>();
        for (String line :
                tmsh.must("list wom profile isession to_dc all-properties").split("\n")) {
            if (line.matches(" {4}[a-z].*")) {
                options.add(line.trim().split(" ")[0]);
            }
        }
        return options;
    }

    private static Set<String> all() {
        Set<String> all = new TreeSet<>(UNTOUCHED);
        all.addAll(VALUES.keySet());
        return all;
    }

    /** The two ends agree in some rounds only. */
    private static void change(Tmsh branch, Tmsh dc, String option, int round) {
        List<String> values = VALUES.get(option);
        branch.must("modify wom profile isession to_dc " + option + " " + values.get(round % values.size()));
        dc.must("modify wom profile isession isession " + option + " "
                + values.get((round + round / 2) % values.size()));
    }

    private void assertUntouched(Traffic traffic, String when) {
        traffic.moveOn();
        assertEquals(
                Traffic.Counts.NONE,
                traffic.take(),
                () -> when + ": " + traffic.problem() + "; the branch says "
                        + shown(sites.branch(), "wom profile isession to_dc").get("lastRefusal") + ", dc "
                        + shown(sites.dc(), "wom profile isession isession").get("lastRefusal"));
    }

    private void withoutModule(Traffic traffic, AgentClient at, String bundle) {
        String named = named(at, bundle);
        at.ask("stop " + named);
        assertUntouched(traffic, bundle + " is stopped");
        at.ask("start " + named);
        assertUntouched(traffic, bundle + " is started again");
    }

    /** The bundle with its version. */
    private static String named(AgentClient at, String bundle) {
        String line = at.ask("bundles").stream()
                .filter(l -> l.startsWith(bundle + " "))
                .findFirst()
                .orElseThrow();
        return line.substring(0, line.lastIndexOf(' '));
    }

    /** Each end uses the first of its own codecs that both have, and tells of the others why not. */
    private void whatIsInUseIsNamed(Tmsh branch, Tmsh dc, Traffic traffic) {
        String fixed = " compression enabled adaptive-compression disabled compression-codecs ";
        branch.must("modify wom profile isession to_dc zstd-compression-level 3 lz4-compression-level 2" + fixed
                + codecs("lz4 zstd deflate"));
        dc.must("modify wom profile isession isession zstd-compression-level 5 lz4-compression-level 7" + fixed
                + codecs("zstd lz4 bzip2"));
        awaitUse(sites.branch(), "codec lz4", "level 2", "");
        awaitUse(sites.branch(), "codec zstd", "no", "lz4 comes first");
        awaitUse(sites.branch(), "codec deflate", "no", "the peer does not");
        awaitUse(sites.branch(), "codec bzip2", "no", "this end does not");
        awaitUse(sites.dc(), "codec zstd", "level 3", "");
        assertUntouched(traffic, "the ends want different codecs");
        String lz4 = named(atDc, "org.ferrule.codec-lz4");
        atDc.ask("stop " + lz4);
        awaitUse(sites.branch(), "codec lz4", "no", "the peer does not");
        awaitUse(sites.branch(), "codec zstd", "level 3", "");
        assertUntouched(traffic, "lz4 is away");
        atDc.ask("start " + lz4);
        awaitUse(sites.branch(), "codec lz4", "level 2", "");
        assertUntouched(traffic, "lz4 is back");
    }

    private static void awaitUse(Appliance appliance, String option, String inUse, String whyNot) {
        Await.until(appliance.name() + " shows " + option + ": " + inUse + " " + whyNot, () -> {
            JsonElement options = shown(appliance, "wom remote-endpoint").get("options");
            for (JsonElement row : options == null ? List.<JsonElement>of() : options.getAsJsonArray()) {
                JsonObject o = row.getAsJsonObject();
                if (o.get("option").getAsString().equals(option)) {
                    return o.get("inUse").getAsString().equals(inUse)
                            && o.get("whyNot").getAsString().equals(whyNot);
                }
            }
            return false;
        });
    }

    private static JsonObject shown(Appliance appliance, String what) {
        try (Tmsh tmsh = appliance.ssh()) {
            return tmsh.json("show " + what).getAsJsonArray().get(0).getAsJsonObject();
        }
    }
}
