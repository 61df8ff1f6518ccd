package org.ferrule.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.ProcessMemory;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;

/**
 * What observation costs: a plain virtual server with its metrics fetched each second, or recorded by JFR, and without.
 *
 * <p>Measured is what the appliance gets done in a second of its own processor: who fetches the metrics is another host,
 * and may not be counted for sharing this one. One load goes on all the while, and slices of it with and without are
 * compared in pairs: two loads that follow each other differ by more than what is looked for.
 */
public final class Observed {
    private static final String HOST = "127.0.10.1";
    private static final String TOKEN = "a-token-of-this-bench-alone";

    /** The cost may be one percent. */
    private static final double TARGET = 0.99;

    /** How long one load goes on, in seconds: pairs of slices are taken for as long as it does. */
    private static final int LOAD_SECONDS = 180;

    private static final Duration SLICE = Duration.ofSeconds(3);

    /** What a change of the load or of what is observed takes to be over. */
    private static final Duration SETTLES = Duration.ofMillis(500);

    /** What a pair takes at most, with all that is around it. */
    private static final Duration PAIR = Duration.ofSeconds(12);

    private static final Pattern WORK =
            Pattern.compile("(?m)^ferrule_ltm_virtual_clientside_(?:in|out)_bytes_total\\{[^}]*} (\\S+)");

    private final Appliance appliance;
    private final Metrics metrics;

    private Observed(Appliance appliance, Metrics metrics) {
        this.appliance = appliance;
        this.metrics = metrics;
    }

    /** Runs the bench: {@code [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        Bench.main("observed", args, new String[] {"haproxy", "iperf3", "wrk"}, Observed::measure);
    }

    /** Something that is switched on for a turn. */
    private interface Observation {
        void begin();

        void end();
    }

    private static List<Result> measure(Tools tools, Path folder) {
        InetSocketAddress sink = Relay.address("127.0.30.1");
        InetSocketAddress origin = Relay.address("127.0.30.1");
        InetSocketAddress bulk = Relay.address(HOST);
        InetSocketAddress web = Relay.address(HOST);
        InetSocketAddress metrics = Relay.address(HOST);
        tools.serve(sink, "iperf3", "--server", "--bind", "127.0.30.1", "--port", "" + sink.getPort());
        tools.smallAnswers(origin);
        try (Appliance appliance = Appliance.of(
                        "observed", folder.resolve("observed"), HOST, Ports.free(HOST, 0), SshKey.generate())
                .start()) {
            Relay.configure(appliance, bulk, sink, web, origin);
            try (Tmsh tmsh = appliance.ssh()) {
                tmsh.must("modify sys metrics token " + TOKEN + " address " + HOST + " port " + metrics.getPort()
                        + " tls-profile none mode enabled");
            }
            Await.until("metrics are served", () -> Tools.answers(metrics));
            tools.requests(web, 5);
            tools.bulk(bulk, 5, false);
            Metrics client = new Metrics(metrics);
            Observed bench = new Observed(appliance, client);
            Runnable requests = () -> tools.requests(web, LOAD_SECONDS);
            Runnable bytes = () -> tools.bulk(bulk, LOAD_SECONDS, false);
            Observation fetched = new Fetched(client);
            Observation recorded = new Recorded(appliance);
            return List.of(
                    bench.inPairs("small requests, metrics each second", requests, fetched),
                    bench.inPairs("bulk, metrics each second", bytes, fetched),
                    bench.inPairs("small requests, JFR", requests, recorded),
                    bench.inPairs("bulk, JFR", bytes, recorded));
        }
    }

    /** The median of pairs, whose order changes: the machine's drift is in as many of either kind. */
    private Result inPairs(String what, Runnable load, Observation observation) {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS) - PAIR.toNanos();
        CompletableFuture<Void> loaded = CompletableFuture.runAsync(load);
        // The first time classes are loaded for it.
        with(observation);
        for (int i = 0; System.nanoTime() < end; i++) {
            if (i % 2 == 0) {
                without.add(slice());
            }
            with.add(with(observation));
            if (i % 2 == 1) {
                without.add(slice());
            }
            ratios.add(with.get(i) / without.get(i));
        }
        loaded.join();
        double ratio = Bench.median(ratios);
        System.out.printf(
                "%s: ratios %s%n",
                what, ratios.stream().sorted().map("%.3f"::formatted).toList());
        return new Result(
                what + ", MB/processor s",
                Bench.median(with),
                Bench.median(without),
                "not observed",
                ratio,
                TARGET,
                ratio >= TARGET);
    }

    private double with(Observation observation) {
        observation.begin();
        try {
            return slice();
        } finally {
            observation.end();
        }
    }

    /** Megabytes that go through the virtual servers in a second of the processor. */
    private double slice() {
        LockSupport.parkNanos(SETTLES.toNanos());
        double work = work();
        Duration processor = processor();
        LockSupport.parkNanos(SLICE.toNanos());
        double done = work() - work;
        if (done == 0) {
            throw new IllegalStateException("the load went away");
        }
        return done / 1e6 / processor().minus(processor).toMillis() * 1000;
    }

    private double work() {
        return WORK.matcher(metrics.fetch())
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .sum();
    }

    private Duration processor() {
        return appliance.java().info().totalCpuDuration().orElseThrow();
    }

    /** Asks an appliance for its metrics. */
    private static final class Metrics {
        private final HttpClient client = HttpClient.newHttpClient();
        private final HttpRequest request;

        Metrics(InetSocketAddress address) {
            request = HttpRequest.newBuilder(URI.create("http://" + Tools.text(address) + "/metrics"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .timeout(Duration.ofSeconds(10))
                    .build();
        }

        String fetch() {
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new IllegalStateException("metrics: HTTP status " + answer.statusCode());
                }
                return answer.body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** Metrics are fetched each second, as Prometheus does at its busiest. */
    private static final class Fetched implements Observation {
        private final Metrics metrics;
        private final AtomicInteger fetched = new AtomicInteger();
        private ScheduledExecutorService scraper;

        Fetched(Metrics metrics) {
            this.metrics = metrics;
        }

        @Override
        public void begin() {
            fetched.set(0);
            scraper = Executors.newSingleThreadScheduledExecutor();
            scraper.scheduleAtFixedRate(this::fetch, 0, 1, TimeUnit.SECONDS);
        }

        private void fetch() {
            metrics.fetch();
            fetched.incrementAndGet();
        }

        @Override
        public void end() {
            scraper.shutdown();
            if (fetched.get() < SLICE.toSeconds()) {
                throw new IllegalStateException("metrics were fetched " + fetched + " times only");
            }
        }
    }

    /**
     * Java's own recording is on, with its default settings.
     *
     * @param appliance that is recorded
     */
    private record Recorded(Appliance appliance) implements Observation {
        @Override
        public void begin() {
            ProcessMemory.jcmd(appliance, "JFR.start", "name=bench");
        }

        @Override
        public void end() {
            ProcessMemory.jcmd(appliance, "JFR.stop", "name=bench");
        }
    }
}
