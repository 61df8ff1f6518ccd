package org.ferrule.lab.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Folders;
import org.ferrule.lab.SitePlan;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;

/** Two appliances that know nothing yet, with servers behind one and clients at the other, who count what crosses. */
final class DedupPair implements AutoCloseable {
    /** Megabytes of a dictionary in memory: the largest file, and its next version, have room. */
    private static final int MEMORY = 512;

    private static final long SETTLES = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int SETTLES_AT_MOST = 10;

    /** No two pieces of random data of a run are the same, and the same ones come in each run. */
    private static final SplittableRandom RANDOM = new SplittableRandom(7);

    private final Tools tools;
    private final Path folder;
    private final List<byte[]> served = new CopyOnWriteArrayList<>();
    private InetSocketAddress web;
    private Source source;
    private Sites sites;
    private Tmsh dc;
    private Tmsh branch;
    private boolean deduplicates = true;
    private long started;

    DedupPair(Tools tools, Path folder) {
        this.tools = tools;
        this.folder = folder;
    }

    /**
     * One or several files fetched at once.
     *
     * @param bytes what the clients got
     * @param wire what crossed the tunnel for it, both ways together
     * @param seconds how long it took
     */
    record Fetched(long bytes, long wire, double seconds) {
        /** What crossed, % of what the clients got. */
        double percent() {
            return 100.0 * wire / bytes;
        }

        /** Megabytes a second. */
        double rate() {
            return bytes / 1e6 / seconds;
        }
    }

    /** Starts both and joins them. */
    void start() throws IOException {
        source = new Source(Sites.ORIGIN, served);
        sites = Sites.onFreePorts(folder).start();
        dc = sites.dc().ssh();
        branch = sites.branch().ssh();
        both("modify sys datastor memory-cache-size " + MEMORY);
        sites.configure(command -> {});
        web = serve("data", source.address());
        sites.awaitTunnel(true);
        awaitNegotiated();
    }

    private InetSocketAddress serve(String name, InetSocketAddress server) {
        InetSocketAddress near = Relay.address(Sites.BRANCH);
        dc.must("create ltm pool " + name + " members add { " + SitePlan.member(server) + " }");
        dc.must("create ltm virtual " + name + " destination " + SitePlan.member(near)
                + " vlans-enabled vlans add { isession } pool " + name);
        branch.must("create ltm virtual " + name + " destination " + SitePlan.member(near)
                + " profiles add { to_dc { context serverside } }");
        Await.until("requests are answered", () -> Tools.answers(near));
        return near;
    }

    void both(String command) {
        dc.must(command);
        branch.must(command);
    }

    /** Stops both, and starts them again with the same configuration. */
    void restart() throws IOException {
        both("save sys config");
        dc.close();
        branch.close();
        for (Appliance appliance : List.of(sites.dc(), sites.branch())) {
            appliance.stop();
        }
        started = System.nanoTime();
        for (Appliance appliance : List.of(sites.dc(), sites.branch())) {
            appliance.start();
        }
        dc = sites.dc().ssh();
        branch = sites.branch().ssh();
        sites.awaitTunnel(true);
        Await.until("requests are answered", () -> Tools.answers(web));
        awaitNegotiated();
    }

    /** Bytes that the sending end has on disk. */
    long onDisk() {
        return datastor(dc, "diskCacheUsed");
    }

    /** Waits until both have found all that is on their disks; gives how long that took since both were started. */
    double secondsUntilWarm() {
        Await.until(
                "what is on disk is found",
                () -> datastor(dc, "diskFilesUnread") == 0 && datastor(branch, "diskFilesUnread") == 0);
        return (System.nanoTime() - started) / 1e9;
    }

    private static long datastor(Tmsh login, String value) {
        return login.json("show sys datastor")
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .get(value)
                .getAsLong();
    }

    /** Starts a server that echoes; gives where clients find it. */
    InetSocketAddress echo() {
        InetSocketAddress server = Relay.address(Sites.ORIGIN);
        tools.echo(server);
        return serve("echo", server);
    }

    /** De-duplicates from now on, or does not. */
    void deduplicate(boolean enabled) {
        if (deduplicates != enabled) {
            deduplicates = enabled;
            both("modify wom profile isession isession deduplication " + (enabled ? "enabled" : "disabled"));
            awaitNegotiated();
        }
    }

    /** What is meant to be measured without it must not be measured with it, nor the other way round. */
    private void awaitNegotiated() {
        Await.until("de-duplication is " + (deduplicates ? "" : "not ") + "used", () -> inUse() == deduplicates);
    }

    private boolean inUse() {
        for (JsonElement endpoint : branch.json("show wom remote-endpoint").getAsJsonArray()) {
            JsonElement options = endpoint.getAsJsonObject().get("options");
            if (options == null) {
                continue;
            }
            for (JsonElement element : options.getAsJsonArray()) {
                JsonObject option = element.getAsJsonObject();
                if (option.get("option").getAsString().equals("deduplication")) {
                    return !option.get("inUse").getAsString().equals("no");
                }
            }
        }
        return false;
    }

    /** Random bytes that were never sent. */
    static byte[] random(int bytes) {
        return random(new byte[bytes]);
    }

    /** Fills an array with such bytes. */
    static byte[] random(byte[] content) {
        RANDOM.nextBytes(content);
        return content;
    }

    /** Fetches a file, and compares it. */
    Fetched fetch(byte[] content) {
        return fetch(List.of(content));
    }

    /** Fetches files at once, each over a connection of its own, and compares them. */
    Fetched fetch(List<byte[]> contents) {
        served.clear();
        served.addAll(contents);
        Sites.Traffic before = sites.traffic();
        double seconds = atOnce(contents);
        Sites.Traffic crossed = settled().since(before);
        long bytes = contents.stream().mapToLong(content -> content.length).sum();
        return new Fetched(bytes, crossed.tunnelIn() + crossed.tunnelOut(), seconds);
    }

    private double atOnce(List<byte[]> contents) {
        ExecutorService threads = Executors.newFixedThreadPool(contents.size());
        try {
            long start = System.nanoTime();
            List<Future<Double>> all = new ArrayList<>();
            for (int i = 0; i < contents.size(); i++) {
                int index = i;
                byte[] content = contents.get(i);
                all.add(threads.submit(() -> Source.fetch(web, index, content, content.length)));
            }
            for (Future<Double> one : all) {
                one.get();
            }
            return (System.nanoTime() - start) / 1e9;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** What the ends tell each other about a fetch after its last byte is part of what it costs. */
    private Sites.Traffic settled() {
        Sites.Traffic last = sites.traffic();
        for (int i = 0; i < SETTLES_AT_MOST; i++) {
            LockSupport.parkNanos(SETTLES);
            Sites.Traffic now = sites.traffic();
            if (now.equals(last)) {
                break;
            }
            last = now;
        }
        return last;
    }

    @Override
    public void close() throws IOException {
        if (source != null) {
            source.close();
        }
        for (Tmsh login : new Tmsh[] {dc, branch}) {
            if (login != null) {
                login.close();
            }
        }
        if (sites != null) {
            sites.close();
            // Up to 12 GB each; the logs beside them stay.
            for (Appliance appliance : List.of(sites.dc(), sites.branch())) {
                Folders.delete(appliance.home().resolve("datastor"));
            }
        }
    }
}
