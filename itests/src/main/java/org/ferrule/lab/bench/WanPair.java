package org.ferrule.lab.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;

/** Our two appliances, one at each end of the link, and how they compress at the moment. */
final class WanPair implements AutoCloseable {
    /** Where clients find the origin through us. */
    static final InetSocketAddress WEB = new InetSocketAddress("127.0.0.1", 8003);

    private static final List<String> CODECS = List.of("zstd", "lz4", "deflate", "lzo", "bzip2");
    private static final Pattern TOKEN = Pattern.compile("token\\s+(\\S+)");
    private static final long NEGOTIATION = TimeUnit.SECONDS.toNanos(2);

    private final Appliance branch;
    private final Appliance dc;
    private Tmsh atBranch;
    private Tmsh atDc;
    private boolean hasAdaptive;

    WanPair(Path folder, String far) {
        SshKey key = SshKey.generate();
        branch = Appliance.of("branch", folder.resolve("branch"), "127.0.0.1", 8004, key);
        dc = Appliance.of("dc", folder.resolve("dc"), WanSpaces.DC_CABLE, 8004, key)
                .inNamespace(far);
    }

    WanPair start() {
        branch.launch();
        dc.launch();
        branch.awaitUp();
        dc.awaitUp();
        atBranch = branch.ssh();
        atDc = dc.ssh();
        configure();
        return this;
    }

    /** Starts both again, with the configuration that they have. */
    void restart() {
        atBranch.must("save sys config");
        atDc.must("save sys config");
        atBranch.close();
        atDc.close();
        branch.stop();
        dc.stop();
        branch.launch();
        dc.launch();
        branch.awaitUp();
        dc.awaitUp();
        atBranch = branch.ssh();
        atDc = dc.ssh();
        Await.until("requests are answered", () -> Tools.answers(WEB));
        Await.until("de-duplication is used", () -> negotiated("deduplication", true));
    }

    private void configure() {
        String web = "create ltm virtual web destination " + Tools.text(WEB);
        String tunnel = WanSpaces.DC_TUNNEL + ":4443";
        atDc.must("modify wom local-endpoint addresses add { " + WanSpaces.DC_TUNNEL + " } tunnel-port 4443");
        atDc.must("create ltm pool origin members add { " + Tools.text(WanPeers.ORIGIN) + " }");
        atDc.must(web + " vlans-enabled vlans add { isession } pool origin");
        Matcher token = TOKEN.matcher(atDc.must("run cm pair"));
        if (!token.find()) {
            throw new IllegalStateException("run cm pair printed no token");
        }
        atBranch.must("run cm pair address " + tunnel + " token " + token.group(1));
        atBranch.must("create ltm pool dc_endpoints members add { " + tunnel + " }");
        atBranch.must("create wom profile isession to_dc endpoint-pool dc_endpoints");
        atBranch.must(web + " profiles add { tcp-lan-optimized { context clientside }"
                + " tcp-wan-optimized { context serverside } to_dc { context serverside } }");
        // A file that is fetched again is the dictionary's matter; here each codec shows what it does alone.
        both("deduplication disabled");
    }

    /** De-duplicates from now on, or does not; false if that cannot be had. */
    boolean deduplicate(boolean enabled) {
        return both("deduplication " + (enabled ? "enabled" : "disabled")) && negotiated("deduplication", enabled);
    }

    /** Types a setting of the iSession profiles at both ends; false if one has no such setting. */
    private boolean both(String setting) {
        boolean near =
                atBranch.run("modify wom profile isession to_dc " + setting).exit() == 0;
        boolean far =
                atDc.run("modify wom profile isession isession " + setting).exit() == 0;
        return near && far;
    }

    /** The ways of compressing that both ends have; "none" is first. */
    List<String> codecs() {
        List<String> all = new ArrayList<>(List.of("none"));
        hasAdaptive = both("adaptive-compression disabled");
        CODECS.stream().filter(this::use).forEach(all::add);
        if (use("adaptive")) {
            all.add("adaptive");
        }
        return all;
    }

    /** Compresses in this way from now on; false if it cannot be had. */
    boolean use(String codec) {
        boolean adaptive = codec.equals("adaptive");
        if (hasAdaptive) {
            both("adaptive-compression " + (adaptive ? "enabled" : "disabled"));
        }
        if (adaptive) {
            return hasAdaptive
                    && both("compression enabled compression-codecs replace-all-with { " + String.join(" ", CODECS)
                            + " }")
                    && negotiated("adaptive-compression", true);
        }
        if (codec.equals("none")) {
            return both("compression disabled") && negotiated("compression", false);
        }
        return both("compression enabled compression-codecs replace-all-with { " + codec + " }")
                && negotiated("codec " + codec, true);
    }

    /** Waits until an option is used ("yes", or a codec's level), or is not; false if that takes too long. */
    private boolean negotiated(String option, boolean used) {
        long end = System.nanoTime() + NEGOTIATION;
        for (String now = inUse(option); now.isEmpty() || now.equals("no") == used; now = inUse(option)) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return true;
    }

    private String inUse(String wanted) {
        for (JsonElement endpoint : atBranch.json("show wom remote-endpoint").getAsJsonArray()) {
            JsonElement options = endpoint.getAsJsonObject().get("options");
            if (options == null) {
                continue;
            }
            for (JsonElement element : options.getAsJsonArray()) {
                JsonObject option = element.getAsJsonObject();
                if (option.get("option").getAsString().equals(wanted)) {
                    return option.get("inUse").getAsString();
                }
            }
        }
        return "";
    }

    /** Waits until all fibres are there and a request is answered. */
    void awaitTunnel() {
        Await.until("the tunnel is up", () -> {
            JsonObject endpoint = atBranch.json("show wom remote-endpoint")
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject();
            return endpoint.get("fibres").getAsInt()
                    == endpoint.get("fibresWanted").getAsInt();
        });
        WanClient.small(WEB, 1);
    }

    /** How many fibres there are. */
    int fibres() {
        return atBranch.json("show wom remote-endpoint")
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .get("fibres")
                .getAsInt();
    }

    @Override
    public void close() {
        if (atDc != null) {
            atBranch.close();
            atDc.close();
        }
        try {
            branch.stop();
        } finally {
            dc.stop();
        }
    }
}
