package org.ferrule.lab;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The main job, shown: two appliances joined by an iSession, real files fetched through it, the tunnel cut and healed.
 * Ends with exit code 0 only if every byte was right and every request was served by whom it should be.
 */
public final class Demo {
    private final PrintStream out;
    private final Sites sites;
    private final Map<String, Path> files;
    private final List<Row> rows = new ArrayList<>();
    private final long start = System.nanoTime();

    private Demo(PrintStream out, Path folder) {
        this.out = out;
        sites = Sites.onUsualPorts(folder);
        files = Content.ofDistribution(folder.resolve("content"));
    }

    /**
     * One fetch.
     *
     * @param step what state the tunnel was in
     * @param file the path
     * @param servedBy who answered
     * @param clientBytes bytes that the client got
     * @param tunnelBytesIn bytes that came over the tunnel for it
     * @param tunnelBytesOut bytes that went into the tunnel for it
     * @param milliseconds how long it took
     */
    record Row(
            String step,
            String file,
            String servedBy,
            long clientBytes,
            long tunnelBytesIn,
            long tunnelBytesOut,
            long milliseconds) {
        String saving() {
            long tunnel = tunnelBytesIn + tunnelBytesOut;
            return tunnel == 0
                    ? "-"
                    : String.format(Locale.ROOT, "%.1f %%", 100.0 * (clientBytes - tunnel) / clientBytes);
        }
    }

    /** Runs the demo: {@code [--keep] [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        boolean keep = false;
        Path json = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--keep" -> keep = true;
                case "--json" -> {
                    if (++i == args.length) {
                        throw usage("--json needs a file");
                    }
                    json = Path.of(args[i]);
                }
                default -> throw usage("unknown option " + args[i]);
            }
        }
        Path folder = Checkout.root().resolve("build/demo");
        clear(folder);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new Demo(out, folder).run(keep, json, folder));
    }

    private static IllegalArgumentException usage(String problem) {
        System.err.println("ferrule demo: " + problem + "\nusage: ferrule demo [--keep] [--json FILE]");
        System.exit(2);
        return new IllegalArgumentException(problem);
    }

    private static void clear(Path folder) throws IOException {
        Folders.delete(folder);
        Files.createDirectories(folder);
    }

    private int run(boolean keep, Path json, Path folder) throws IOException {
        // Also when it is interrupted, nothing that it started stays.
        Thread cleaner = new Thread(sites::close);
        Runtime.getRuntime().addShutdownHook(cleaner);
        boolean done = false;
        try (Origin origin = sites.origin(files);
                Origin local = sites.local(files)) {
            show(origin, local);
            if (json != null) {
                Files.writeString(
                        json, new GsonBuilder().setPrettyPrinting().create().toJson(rows) + "\n");
            }
            done = true;
            if (keep) {
                keep(folder, cleaner);
            }
        } catch (IllegalStateException e) {
            out.println("\nThe demo failed: " + e.getMessage());
        } finally {
            if (!(done && keep)) {
                sites.close();
            }
        }
        if (done) {
            out.printf(Locale.ROOT, "%nDone in %.0f s. Every byte was compared with the origin.%n", seconds());
        }
        return done ? 0 : 1;
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private void show(Origin origin, Origin local) {
        say("Starting two appliances, branch and dc, and an origin web server");
        out.println("  client -> branch " + text(sites.web()) + " ==iSession==> dc " + text(sites.tunnel())
                + " -> origin " + text(origin.address()));
        sites.start();
        say("Configuring both through tmsh over SSH");
        sites.configure(command -> out.println("  " + command));
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "web_pool");
        say("The tunnel is up: fetching through it");
        fetchAll("tunnel", "origin");
        say("Fetching the same again: what crossed once is sent as a reference");
        fetchAll("again", "origin");
        say("Pulling the plug of dc: the branch serves the same request from its own pool");
        sites.dc().kill();
        sites.awaitTunnel(false);
        fetch("cut", "/listing.json", "branch");
        say(
                "Starting dc again, with the configuration that it saved: new requests use the tunnel, and what is on disk");
        sites.dc().start();
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "web_pool");
        fetchAll("healed", "origin");
        print();
    }

    private static String text(java.net.InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void say(String what) {
        out.printf(Locale.ROOT, "%n[%3.0f s] %s%n", seconds(), what);
    }

    private void fetchAll(String step, String server) {
        files.keySet().forEach(path -> fetch(step, path, server));
    }

    private void fetch(String step, String path, String server) {
        Sites.Traffic before = sites.traffic();
        Fetch fetch = Fetch.compare(sites.web(), path, files.get(path));
        if (!fetch.servedBy().equals(server)) {
            throw new IllegalStateException(path + " was served by " + fetch.servedBy() + " instead of " + server);
        }
        Sites.Traffic moved = sites.traffic().since(before);
        rows.add(new Row(
                step,
                path,
                fetch.servedBy(),
                fetch.bytes(),
                moved.tunnelIn(),
                moved.tunnelOut(),
                fetch.nanos() / 1_000_000));
        out.printf("  %s: %,d bytes, all as at the origin, served by %s%n", path, fetch.bytes(), fetch.servedBy());
    }

    private void print() {
        Table table = Table.of(
                "fetched", "tunnel", "served by", "bytes to client", "tunnel in", "tunnel out", "time", "saving");
        for (Row row : rows) {
            table.row(
                    row.file(),
                    row.step().equals("tunnel") ? "up" : row.step().equals("again") ? "up, again" : row.step(),
                    row.servedBy(),
                    String.format(Locale.ROOT, "%,d", row.clientBytes()),
                    String.format(Locale.ROOT, "%,d", row.tunnelBytesIn()),
                    String.format(Locale.ROOT, "%,d", row.tunnelBytesOut()),
                    row.milliseconds() + " ms",
                    row.saving());
        }
        out.println();
        out.print(table);
    }

    private void keep(Path folder, Thread cleaner) throws IOException {
        Path key = folder.resolve("admin-key");
        try {
            sites.key().writePrivate(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key cannot be written to " + key + ": " + e.getMessage(), e);
        }
        Runtime.getRuntime().removeShutdownHook(cleaner);
        out.println("\nBoth appliances keep running. To log in:");
        for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
            out.println("  ssh -i " + key + " -p " + appliance.sshPort() + " admin@" + appliance.sshAddress() + "   # "
                    + appliance.name());
        }
        out.println("The web servers ended with this demo; in their place, for instance:");
        out.println("  python3 -m http.server " + sites.originAddress().getPort() + " --bind " + Sites.ORIGIN);
        out.println("To stop them:");
        for (Appliance appliance : List.of(sites.branch(), sites.dc())) {
            out.println("  ./ferrule stop --home " + appliance.home());
        }
    }
}
