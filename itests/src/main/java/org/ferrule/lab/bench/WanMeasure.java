package org.ferrule.lab.bench;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.bench.WanOptions.Part;

/** Goes through the links, and on each through what is fetched and the ways to fetch it, in turns. */
final class WanMeasure {
    /** What many clients fetch. */
    static final String CLIENTS_KIND = "source";

    /** What is fetched where heavy loss is looked at: nothing that compression could hide behind. */
    static final String LOSSY_KIND = "compressed";

    /** One client fetches each kind of data anyway. */
    private static final int[] CLIENTS = {10, 100};

    private static final int SMALL = 20;

    /** The link, by its megabits, that has many clients even if it must be quick. */
    private static final int QUICK_CLIENTS = 100;

    /** Late acknowledgements of one fetch shall not count as the next one's. */
    static final long SETTLES = TimeUnit.MILLISECONDS.toNanos(300);

    /** Until a fetch has found out how fast the link is. */
    private static final long UNDER_WAY = TimeUnit.SECONDS.toNanos(6);

    private static final int OTHERS = 500;

    private static final long WARMS = TimeUnit.SECONDS.toNanos(15);

    private final WanOptions options;
    private final Map<String, byte[]> content;
    private final WanLink link;
    private final WanSpaces spaces;
    private final WanPeers peers;
    private final WanPair pair;
    private final WanReport report;
    private final long start = System.nanoTime();
    private List<Way> ways = List.of();
    private String codec = "";

    /** Those of ours that have had their first requests. */
    private final Set<Way> warm = new HashSet<>();

    private boolean fetched;

    private final WanLongFetches longFetches;

    WanMeasure(
            WanOptions options,
            Map<String, byte[]> content,
            WanLink link,
            WanSpaces spaces,
            WanPeers peers,
            WanPair pair,
            WanReport report) {
        this.options = options;
        this.content = content;
        this.link = link;
        this.spaces = spaces;
        this.peers = peers;
        this.pair = pair;
        this.report = report;
        longFetches = new WanLongFetches(options, content, link, pair, report, this::prepareAdaptive);
    }

    /**
     * A way to the origin.
     *
     * @param name what to call it
     * @param at where clients call
     * @param codec how we compress, or empty if it is not ours
     */
    private record Way(String name, InetSocketAddress at, String codec) {}

    void run() {
        ways = ways(pair.codecs());
        double server = median(WanClient.small(
                new InetSocketAddress(WanSpaces.DC_CABLE, WanPeers.ORIGIN.getPort()), options.quick() ? 10 : 50));
        report.server(server);
        for (WanScenario scenario : options.scenarios()) {
            become(scenario);
            measure(scenario, server);
        }
        if (options.wants(Part.HEAVY_LOSS, WanScenario.LOSSY)) {
            lossy();
        }
        if (options.wants(Part.FAT_LINK, WanScenario.FAT)) {
            fat();
        }
        if (options.wants(Part.SECOND_FETCH, WanScenario.SECOND)) {
            second();
        }
    }

    private void measure(WanScenario scenario, double server) {
        if (options.wants(Part.SMALL_REQUESTS)) {
            small(scenario, server);
            loaded(scenario, server);
        }
        if (options.wants(Part.CODECS)) {
            fetchFirst(scenario);
            options.kinds().forEach(kind -> inTurns(scenario, kind, kind, 1, ways));
        }
        if (options.wants(Part.CLIENTS) && (!options.quick() || scenario.megabits() == QUICK_CLIENTS)) {
            many(scenario);
        }
        if (options.wants(Part.LONG_FETCHES) && scenario.lossPerMillion() == 0) {
            longFetches.measure(scenario);
        }
    }

    private void many(WanScenario scenario) {
        for (int clients : CLIENTS) {
            inTurns(scenario, CLIENTS_KIND + ", " + clients + " clients", CLIENTS_KIND, clients, plainWays());
        }
    }

    private static List<Way> ways(List<String> codecs) {
        List<Way> all = new ArrayList<>(List.of(
                new Way(WanRow.DIRECT, WanPeers.ORIGIN, ""),
                new Way("ssh -C", WanPeers.SSH, ""),
                new Way("stunnel", WanPeers.STUNNEL, "")));
        codecs.forEach(codec -> all.add(new Way("ours " + codec, WanPair.WEB, codec)));
        return all;
    }

    /** One codec stands for all where it is not codecs that are compared. */
    private List<Way> plainWays() {
        return ways.stream()
                .filter(w -> List.of("", "none", "deflate").contains(w.codec))
                .toList();
    }

    /** Ours without compression. */
    private Way ours() {
        return ways.stream().filter(w -> w.codec.equals("none")).findFirst().orElseThrow();
    }

    /** Ours as it comes, or null if it does not compress so. */
    private Way adaptive() {
        return ways.stream().filter(w -> w.codec.equals("adaptive")).findFirst().orElse(null);
    }

    /** Has the link be this one, with nothing left of what connections learned about the one before. */
    private void become(WanScenario scenario) {
        link.set(scenario);
        spaces.cutFibres();
        LockSupport.parkNanos(SETTLES);
        peers.reconnect();
        pair.awaitTunnel();
        System.out.printf(
                Locale.ROOT,
                "%n[%.0f s] %s: %d fibres, %s%n",
                (System.nanoTime() - start) / 1e9,
                scenario.name(),
                pair.fibres(),
                spaces.control());
    }

    private void prepare(Way way) {
        if (!way.codec.isEmpty() && !way.codec.equals(codec)) {
            if (!pair.use(way.codec)) {
                throw new IllegalStateException(way.codec + " can no longer be had");
            }
            codec = way.codec;
        }
    }

    /** Gives whether ours compresses as it comes. */
    private boolean prepareAdaptive() {
        Way way = adaptive();
        if (way != null) {
            prepare(way);
        }
        return way != null;
    }

    private void inTurns(WanScenario scenario, String what, String kind, int clients, List<Way> by) {
        byte[] file = content.get(kind);
        int bytes = Math.min(scenario.bytes(), file.length);
        double[][] seconds = new double[by.size()][options.turns()];
        double[][] wire = new double[by.size()][options.turns()];
        for (int turn = 0; turn < options.turns(); turn++) {
            // Each turn begins with another: what comes by the clock, as BBR's look for a round trip, meets all.
            for (int next = 0; next < by.size(); next++) {
                int i = (next + turn * by.size() / options.turns()) % by.size();
                Way way = by.get(i);
                prepare(way);
                long before = link.bytes();
                seconds[i][turn] = WanClient.fetch(way.at, kind, file, bytes, clients);
                LockSupport.parkNanos(SETTLES);
                wire[i][turn] = link.bytes() - before;
            }
        }
        for (int i = 0; i < by.size(); i++) {
            WanRow row = new WanRow(scenario, what, by.get(i).name, median(seconds[i]), median(wire[i]), bytes);
            report.add(row);
            System.out.printf(
                    Locale.ROOT,
                    "  %s, %s: %.2f s, %,.0f bytes on the wire%n",
                    what,
                    row.way(),
                    row.seconds(),
                    row.wireBytes());
        }
    }

    /** New connections for small requests: the tunnel is warm, so ours cost one round trip. */
    private void small(WanScenario scenario, double server) {
        double direct = 0;
        for (Way way : plainWays()) {
            prepare(way);
            warm(way);
            double[] took = WanClient.small(way.at, options.quick() ? SMALL / 4 : SMALL);
            if (way.codec.isEmpty() && direct == 0) {
                direct = median(took);
            }
            report.small(scenario, way.name, median(took), direct, server);
            System.out.printf(Locale.ROOT, "  small request, %s: %.1f ms%n", way.name, median(took));
        }
    }

    /** The tunnel is; and the first time for long enough that Java has compiled what a new connection takes. */
    private void warm(Way way) {
        boolean first = !way.codec.isEmpty() && warm.add(way);
        long until = System.nanoTime() + (!first ? 0 : options.quick() ? WARMS / 5 : WARMS);
        do {
            WanClient.small(way.at, 1);
        } while (System.nanoTime() - until < 0);
    }

    /** The first fetch of a run does not count: in a new process Java's compilers have one of two cores meanwhile. */
    private void fetchFirst(WanScenario scenario) {
        if (!fetched) {
            fetched = true;
            prepare(ours());
            String kind = options.kinds().get(0);
            byte[] file = content.get(kind);
            WanClient.fetch(ours().at, kind, file, Math.min(scenario.bytes(), file.length), 1);
            LockSupport.parkNanos(SETTLES);
        }
    }

    /** The same while somebody else fetches all the time. */
    private void loaded(WanScenario scenario, double server) {
        double direct = 0;
        for (Way way : plainWays()) {
            prepare(way);
            double[] took;
            try (WanClient.Bulk bulk = new WanClient.Bulk(way.at, LOSSY_KIND, content.get(LOSSY_KIND))) {
                LockSupport.parkNanos(UNDER_WAY);
                took = WanClient.small(way.at, options.quick() ? SMALL / 2 : SMALL);
            }
            LockSupport.parkNanos(SETTLES);
            direct = direct == 0 ? median(took) : direct;
            report.loaded(scenario, way.name, median(took), direct, server);
            System.out.printf(Locale.ROOT, "  small request under load, %s: %.1f ms%n", way.name, median(took));
        }
    }

    /** One flow fills the link; 500 others, which are open all the while, ask one after the other. */
    private void fat() {
        become(WanScenario.FAT);
        double direct = 0;
        for (Way way : List.of(ways.get(0), ours())) {
            prepare(way);
            double rate;
            double[] waiting;
            try (WanClient.Bulk bulk = new WanClient.Bulk(way.at, LOSSY_KIND, content.get(LOSSY_KIND))) {
                LockSupport.parkNanos(UNDER_WAY);
                long before = bulk.bytes();
                long start = System.nanoTime();
                waiting = WanClient.waiting(way.at, OTHERS, 1);
                rate = (bulk.bytes() - before) * 8e3 / (System.nanoTime() - start);
            }
            direct = direct == 0 ? rate : direct;
            report.fat(way.name, rate, direct, median(waiting));
            System.out.printf(
                    Locale.ROOT,
                    "  %s: %.0f Mbit/s; %d others are answered in %.1f ms, 99 of 100 in %.1f ms%n",
                    way.name,
                    rate,
                    OTHERS,
                    median(waiting),
                    waiting[OTHERS * 99 / 100]);
            LockSupport.parkNanos(SETTLES);
        }
    }

    /** What both ends know need not cross again; nothing but de-duplication makes this file smaller. */
    private void second() {
        become(WanScenario.SECOND);
        Way way = adaptive() == null ? ours() : adaptive();
        prepare(way);
        if (!pair.deduplicate(true)) {
            System.out.println("  de-duplication cannot be had: nothing is fetched a second time");
            return;
        }
        byte[] file = content.get(WanContent.NOISE);
        double[] seconds = new double[3];
        for (int i = 0; i < seconds.length; i++) {
            if (i == 2) {
                System.out.println("  both appliances are started again");
                pair.restart();
            }
            long before = link.bytes();
            seconds[i] = WanClient.fetch(way.at, WanContent.NOISE, file, file.length, 1);
            LockSupport.parkNanos(SETTLES);
            System.out.printf(
                    Locale.ROOT,
                    "  %.0f MB, time %d: %.2f s, %,d bytes on the wire%n",
                    file.length / 1e6,
                    i + 1,
                    seconds[i],
                    link.bytes() - before);
        }
        report.second(seconds[1], seconds[0]);
        report.restarted(seconds[2], seconds[0]);
        pair.deduplicate(false);
    }

    private void lossy() {
        become(WanScenario.LOSSY);
        int seconds = options.quick() ? 4 : 15;
        double direct = 0;
        for (Way way : options.quick() ? List.of(ways.get(0), ours()) : plainWays()) {
            prepare(way);
            double[] rates = new double[options.turns()];
            for (int turn = 0; turn < rates.length; turn++) {
                rates[turn] = WanClient.rate(way.at, LOSSY_KIND, content.get(LOSSY_KIND), seconds);
                LockSupport.parkNanos(SETTLES);
            }
            direct = direct == 0 ? median(rates) : direct;
            report.lossy(way.name, median(rates), direct);
            System.out.printf(Locale.ROOT, "  %s: %.1f Mbit/s%n", way.name, median(rates));
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
