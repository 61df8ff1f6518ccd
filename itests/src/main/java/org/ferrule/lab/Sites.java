package org.ferrule.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Two sites and what is at them: the appliances {@code branch} and {@code dc}, an origin behind the data centre and a
 * smaller one at the branch.
 */
public final class Sites implements AutoCloseable {
    /** Where the branch is. */
    public static final String BRANCH = SitePlan.BRANCH;

    /** Where the data centre is. */
    public static final String DC = SitePlan.DC;

    /** Where the origin is. */
    public static final String ORIGIN = SitePlan.ORIGIN;

    private static final Pattern TOKEN = Pattern.compile("token\\s+(\\S+)");

    private final Appliance branch;
    private final Appliance dc;
    private final SshKey key;
    private final SitePlan plan;

    private Sites(Path folder, SshKey key, SitePlan plan, int sshPort) {
        this.key = key;
        this.plan = plan;
        branch = Appliance.of("branch", folder.resolve("branch"), BRANCH, Ports.free(BRANCH, sshPort), key);
        dc = Appliance.of("dc", folder.resolve("dc"), DC, Ports.free(DC, sshPort), key);
    }

    /** Sites on the ports that the README shows, or on free ones where those are taken. */
    public static Sites onUsualPorts(Path folder) {
        return new Sites(folder, SshKey.generate(), SitePlan.onUsualPorts(), 8022);
    }

    /** Sites on free ports, so that several can run at once. */
    public static Sites onFreePorts(Path folder) {
        return new Sites(folder, SshKey.generate(), SitePlan.onFreePorts(), 0);
    }

    /** The key that lets admin in at both. */
    public SshKey key() {
        return key;
    }

    /** The appliance where clients are. */
    public Appliance branch() {
        return branch;
    }

    /** The appliance where the servers are. */
    public Appliance dc() {
        return dc;
    }

    /** Starts both appliances. */
    public Sites start() {
        branch.launch();
        dc.launch();
        branch.awaitUp();
        dc.awaitUp();
        return this;
    }

    /** The origin, with these files. */
    public Origin origin(Map<String, Path> files) {
        return Origin.serve("origin", plan.origin(), files);
    }

    /** The branch's own server, with these files. */
    public Origin local(Map<String, Path> files) {
        return Origin.serve("branch", plan.local(), files);
    }

    /** What clients call. */
    public InetSocketAddress web() {
        return plan.web();
    }

    /** The origin's address. */
    public InetSocketAddress originAddress() {
        return plan.origin();
    }

    /** The tunnel's port at the data centre. */
    public InetSocketAddress tunnel() {
        return plan.tunnel();
    }

    /** Types the whole configuration of both ends; {@code said} gets each command before it is typed. */
    public void configure(Consumer<String> said) {
        configureDc(said);
        pair(said);
        configureBranch(said);
    }

    /** Types the data centre's configuration. */
    public void configureDc(Consumer<String> said) {
        type(dc, said, plan.dc());
    }

    /** Types the branch's configuration. */
    public void configureBranch(Consumer<String> said) {
        type(branch, said, plan.branch());
    }

    /** Pairs the appliances by a one-time token. */
    public void pair(Consumer<String> said) {
        pair(dc, plan.tunnel(), branch, said);
    }

    /** Pairs two appliances by a one-time token, which the one that listens for tunnels gives. */
    public static void pair(Appliance listening, InetSocketAddress tunnel, Appliance dialling, Consumer<String> said) {
        try (Tmsh there = listening.ssh();
                Tmsh here = dialling.ssh()) {
            said.accept(listening.name() + ": run cm pair");
            Matcher token = TOKEN.matcher(there.must("run cm pair"));
            if (!token.find()) {
                throw new IllegalStateException("run cm pair printed no token");
            }
            String command = "run cm pair address " + SitePlan.member(tunnel) + " token ";
            said.accept(dialling.name() + ": " + command + "…");
            here.must(command + token.group(1));
        }
    }

    private static void type(Appliance appliance, Consumer<String> said, List<String> configuration) {
        try (Tmsh tmsh = appliance.ssh()) {
            for (String command : Stream.concat(configuration.stream(), Stream.of("save sys config"))
                    .toList()) {
                said.accept(appliance.name() + ": " + command);
                tmsh.must(command);
            }
        }
    }

    /** What the branch counted on its tunnel so far. */
    public Traffic traffic() {
        try (Tmsh tmsh = branch.ssh()) {
            return Traffic.of(tmsh.json("show wom remote-endpoint"));
        }
    }

    /** Waits until the branch's tunnel is up, with all its fibres, or has none. */
    public void awaitTunnel(boolean up) {
        Await.until("the tunnel is " + (up ? "up" : "down"), () -> tunnelIs(up));
    }

    private boolean tunnelIs(boolean up) {
        try (Tmsh tmsh = branch.ssh()) {
            for (JsonElement element : tmsh.json("show wom remote-endpoint").getAsJsonArray()) {
                JsonObject endpoint = element.getAsJsonObject();
                int fibres = endpoint.get("fibres").getAsInt();
                if (up && fibres == endpoint.get("fibresWanted").getAsInt()) {
                    return true;
                }
                if (!up && fibres > 0) {
                    return false;
                }
            }
            return !up;
        }
    }

    /** Waits until a pool of an appliance is available. */
    public static void awaitPool(Appliance appliance, String pool) {
        Await.until("the pool " + pool + " of " + appliance.name() + " is up", () -> available(appliance, pool));
    }

    private static boolean available(Appliance appliance, String pool) {
        try (Tmsh tmsh = appliance.ssh()) {
            // By its name among all: a pool may be called as an option of show is.
            for (JsonElement shown : tmsh.json("show ltm pool").getAsJsonArray()) {
                JsonObject each = shown.getAsJsonObject();
                if (each.get("name").getAsString().equals(pool)) {
                    return each.get("availability").getAsString().equals("available");
                }
            }
            throw new IllegalStateException(appliance.name() + " has no pool " + pool);
        }
    }

    /**
     * Bytes on tunnels, as the branch counts them.
     *
     * @param rawIn bytes that clients got from tunnels
     * @param rawOut bytes that clients sent into tunnels
     * @param tunnelIn bytes received on the tunnels' connections
     * @param tunnelOut bytes sent on the tunnels' connections
     */
    public record Traffic(long rawIn, long rawOut, long tunnelIn, long tunnelOut) {
        static Traffic of(JsonElement shown) {
            Traffic sum = new Traffic(0, 0, 0, 0);
            JsonArray endpoints = shown.getAsJsonArray();
            for (JsonElement endpoint : endpoints) {
                JsonObject o = endpoint.getAsJsonObject();
                sum = sum.plus(new Traffic(
                        o.get("rawBytesIn").getAsLong(),
                        o.get("rawBytesOut").getAsLong(),
                        o.get("tunnelBytesIn").getAsLong(),
                        o.get("tunnelBytesOut").getAsLong()));
            }
            return sum;
        }

        private Traffic plus(Traffic o) {
            return new Traffic(rawIn + o.rawIn, rawOut + o.rawOut, tunnelIn + o.tunnelIn, tunnelOut + o.tunnelOut);
        }

        /** What came since then. */
        public Traffic since(Traffic o) {
            return new Traffic(rawIn - o.rawIn, rawOut - o.rawOut, tunnelIn - o.tunnelIn, tunnelOut - o.tunnelOut);
        }
    }

    @Override
    public void close() {
        try {
            branch.stop();
        } finally {
            dc.stop();
        }
    }
}
