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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
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
 * and may not be counted for sharing this one; and it differs by a tenth of what throughput does from turn to turn.
 */
public final class Observed {
    private static final String HOST = "127.0.10.1";
    private static final String TOKEN = "a-token-of-this-bench-alone";

    /** The cost may be one percent. */
    private static final double TARGET = 0.99;

    /** Short turns, many of them: what is looked for is smaller than what two turns differ by. */
    private static final int SECONDS = 4;

    /** What iperf3 sends before it begins to count. */
    private static final int OMITTED = 1;

    private static final int PAIRS = 12;

    private Observed() {}

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
            DoubleSupplier requests = () -> perProcessorSecond(appliance, () -> tools.requests(web, SECONDS) * SECONDS);
            DoubleSupplier bytes =
                    () -> perProcessorSecond(appliance, () -> tools.bulk(bulk, SECONDS, false) * (SECONDS + OMITTED));
            Observation fetched = new Fetched(metrics);
            Observation recorded = new Recorded(appliance);
            return List.of(
                    inPairs("small requests, metrics each second, 1/processor s", requests, fetched),
                    inPairs("bulk, metrics each second, MB/processor s", bytes, fetched),
                    inPairs("small requests, JFR, 1/processor s", requests, recorded),
                    inPairs("bulk, JFR, MB/processor s", bytes, recorded));
        }
    }

    private static double perProcessorSecond(Appliance appliance, DoubleSupplier work) {
        Duration before = processor(appliance);
        double done = work.getAsDouble();
        return done / processor(appliance).minus(before).toMillis() * 1000;
    }

    private static Duration processor(Appliance appliance) {
        return appliance.java().info().totalCpuDuration().orElseThrow();
    }

    /** The median of pairs, whose order changes: the machine's drift is in as many of either kind. */
    private static Result inPairs(String metric, DoubleSupplier measure, Observation observation) {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        // The first time classes are loaded for it.
        observation.begin();
        measure.getAsDouble();
        observation.end();
        for (int i = 0; i < PAIRS; i++) {
            if (i % 2 == 0) {
                without.add(measure.getAsDouble());
            }
            observation.begin();
            with.add(measure.getAsDouble());
            observation.end();
            if (i % 2 == 1) {
                without.add(measure.getAsDouble());
            }
            ratios.add(with.get(i) / without.get(i));
        }
        double ratio = Bench.median(ratios);
        System.out.printf(
                "%s: ratios %s%n",
                metric, ratios.stream().map("%.3f"::formatted).toList());
        return new Result(
                metric, Bench.median(with), Bench.median(without), "not observed", ratio, TARGET, ratio >= TARGET);
    }

    /** Metrics are fetched each second, as Prometheus does at its busiest. */
    private static final class Fetched implements Observation {
        private final HttpClient client = HttpClient.newHttpClient();
        private final HttpRequest request;
        private final AtomicInteger fetched = new AtomicInteger();
        private ScheduledExecutorService scraper;

        Fetched(InetSocketAddress address) {
            request = HttpRequest.newBuilder(URI.create("http://" + Tools.text(address) + "/metrics"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .timeout(Duration.ofSeconds(10))
                    .build();
        }

        @Override
        public void begin() {
            fetched.set(0);
            scraper = Executors.newSingleThreadScheduledExecutor();
            scraper.scheduleAtFixedRate(this::fetch, 0, 1, TimeUnit.SECONDS);
        }

        private void fetch() {
            try {
                if (client.send(request, HttpResponse.BodyHandlers.ofByteArray())
                                .statusCode()
                        == 200) {
                    fetched.incrementAndGet();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void end() {
            scraper.shutdownNow();
            if (fetched.get() < SECONDS) {
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
