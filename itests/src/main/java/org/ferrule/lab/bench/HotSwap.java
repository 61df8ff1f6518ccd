package org.ferrule.lab.bench;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.AgentClient;
import org.ferrule.lab.Await;
import org.ferrule.lab.ImageFile;
import org.ferrule.lab.NextVersion;
import org.ferrule.lab.RawServer;
import org.ferrule.lab.SigningKey;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.SoftwareSteps;
import org.ferrule.lab.Table;
import org.ferrule.lab.Tmsh;
import org.ferrule.lab.Traffic;

/**
 * Every module of the branch is replaced by an image with a newer version of it, while 500 flows and 500 plain connections
 * move checked data and new ones open all the time: what that costs them, beside the same time without a change. Before
 * that it is booted into another volume and back.
 */
public final class HotSwap {
    private static final int CONNECTIONS = 500;
    private static final Traffic.Pace PACE = new Traffic.Pace(500, TimeUnit.MILLISECONDS.toNanos(500));
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int QUIET_SECONDS = 10;
    private static final double LONGEST_MILLIS = 250;
    private static final List<String> MODULES = List.of(
            "codec-deflate",
            "codec-bzip2",
            "codec-lzo",
            "codec-lz4",
            "codec-zstd",
            "compression",
            "dedup",
            "pool",
            "monitor",
            "tmsh",
            "ssh",
            "archive",
            "log",
            "stats",
            "system",
            "config",
            "crypto",
            "virtual",
            "isession",
            "net");

    /** Connections live in these for as long as they last: they are ended, one by one and by their clients, and made anew. */
    private static final Set<String> HOLDING = Set.of("virtual", "isession", "net");

    private final Path folder;
    private final SigningKey key = SigningKey.generate("bench");
    private final Table table = Table.of(
            "module", "connections", "lost", "refused", "wrong bytes", "longest pause", "bundles stopped", "took");
    private final List<Result> results = new ArrayList<>();
    private Sites sites;
    private AgentClient agent;
    private Traffic flows;
    private Traffic plains;
    private double quietMillis;

    private HotSwap(Path folder) {
        this.folder = folder;
    }

    /** Runs the bench: {@code [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        Bench.main("hot-swap", args, new String[0], (tools, folder) -> new HotSwap(folder).measure());
    }

    private List<Result> measure() throws IOException {
        try (RawServer server = RawServer.on(Sites.ORIGIN);
                Sites both = Sites.onFreePorts(folder).start()) {
            sites = both;
            InetSocketAddress tunnelled = Relay.address(Sites.BRANCH);
            InetSocketAddress plain = Relay.address(Sites.BRANCH);
            configure(server, tunnelled, plain);
            results.addAll(new Reboots(sites, plain, tunnelled).measure(key));
            agent = AgentClient.deploy(sites.branch());
            Files.createDirectories(uploads());
            try (Traffic toDc = new Traffic(tunnelled, CONNECTIONS, PACE);
                    Traffic near = new Traffic(plain, CONNECTIONS, PACE)) {
                flows = toDc;
                plains = near;
                replaceAll();
            }
            agent.close();
        }
        System.out.println("\n" + table);
        return results;
    }

    private void configure(RawServer server, InetSocketAddress tunnelled, InetSocketAddress plain) {
        sites.configure(command -> {});
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            for (Tmsh tmsh : List.of(dc, branch)) {
                tmsh.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            }
            dc.must("create ltm virtual raw destination " + SitePlan.member(tunnelled)
                    + " vlans-enabled vlans add { isession } pool raw");
            branch.must("create ltm virtual raw destination " + SitePlan.member(tunnelled)
                    + " profiles add { to_dc { context serverside } }");
            branch.must("create ltm virtual plain destination " + SitePlan.member(plain) + " pool raw");
            branch.must("modify wom local-endpoint no-route drop");
            branch.must("create sys software signer bench certificate \"" + key.certificatePem() + "\"");
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw");
    }

    private Path uploads() {
        return sites.branch().home().resolve("uploads/admin");
    }

    private void replaceAll() throws IOException {
        flows.moveOn();
        plains.moveOn();
        begin();
        LockSupport.parkNanos(QUIET_SECONDS * SECOND);
        quietMillis = end("nothing", QUIET_SECONDS);
        for (String module : MODULES) {
            Path image = image(module);
            begin();
            long start = System.nanoTime();
            install(module, image);
            flows.moveOn();
            plains.moveOn();
            double millis = end(module, (System.nanoTime() - start) / 1e9);
            results.add(Result.below(
                    module + ": longest pause, ms", millis, "without a change", quietMillis, LONGEST_MILLIS));
        }
    }

    private Path image(String module) throws IOException {
        Path jar = NextVersion.numbered(
                ImageFile.ofDistribution(module), "99.0.0", folder.resolve(module + "-99.0.0.jar"));
        return ImageFile.make(List.of(jar), "99.0.0", key, uploads().resolve(module + ".kar"));
    }

    private void begin() {
        agent.ask("stopped");
        flows.take();
        plains.take();
        flows.longest();
        plains.longest();
    }

    /** Gives the longest pause in milliseconds. */
    private double end(String module, double seconds) {
        Traffic.Counts counts = flows.take().plus(plains.take());
        double millis = Math.max(flows.longest(), plains.longest()) / 1e6;
        int stopped = agent.ask("stopped").size();
        table.row(
                module,
                Integer.toString(2 * CONNECTIONS),
                Integer.toString(counts.lost()),
                Integer.toString(counts.refused()),
                Integer.toString(counts.wrong()),
                String.format("%.0f ms", millis),
                Integer.toString(stopped),
                String.format("%.0f s", seconds));
        System.out.printf(
                "%s: %d lost, %d refused, %d wrong, longest pause %.0f ms, %d stopped%n",
                module, counts.lost(), counts.refused(), counts.wrong(), millis, stopped);
        if (!module.equals("nothing")) {
            none(module + ": connections lost or refused", counts.lost() + counts.refused());
            none(module + ": wrong bytes", counts.wrong());
            none(module + ": bundles stopped but its own", stopped - 1);
        }
        return millis;
    }

    private void none(String metric, int count) {
        results.add(new Result(metric, count, 0, "limit", count, 0, count == 0));
    }

    private void install(String module, Path image) {
        SoftwareSteps software = new SoftwareSteps(sites.branch());
        String job = software.begin("install sys software image " + image.getFileName());
        long[] renewed = {System.nanoTime()};
        Await.until(module + " is replaced", () -> {
            if (HOLDING.contains(module) && System.nanoTime() - renewed[0] > SECOND) {
                renewed[0] = System.nanoTime();
                flows.renew();
                plains.renew();
            }
            return software.over(job);
        });
        JsonObject ended = software.job(job);
        if (!ended.get("state").getAsString().equals("done")) {
            throw new IllegalStateException("the job failed: " + ended);
        }
    }
}
