package org.ferrule.lab.bench;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Fetches that are long enough for the beginning not to count: their speed beside that of the link and zstd -3. */
final class WanLongFetches {
    /** At most so much is one fetch. */
    private static final int LONGEST = 1_200_000_000;

    /** What zstd is asked about, to know how much to fetch. */
    private static final int SAMPLE = 16 << 20;

    /** The share of a link that is not headers of TCP and IP: 1,448 of 1,500 bytes. */
    private static final double PAYLOAD = 1448.0 / 1500;

    /** What a link of a megabit a second carries in a second. */
    private static final double MEGABIT = 125_000;

    private final WanOptions options;
    private final Map<String, byte[]> content;
    private final WanLink link;
    private final WanPair pair;
    private final WanReport report;
    private final BooleanSupplier adaptive;

    /** The next one that no fetch has had; three turns take 246 of 255. */
    private int mask = 1;

    /** @param adaptive has ours compress as it comes; false if it cannot be had */
    WanLongFetches(
            WanOptions options,
            Map<String, byte[]> content,
            WanLink link,
            WanPair pair,
            WanReport report,
            BooleanSupplier adaptive) {
        this.options = options;
        this.content = content;
        this.link = link;
        this.pair = pair;
        this.report = report;
        this.adaptive = adaptive;
    }

    void measure(WanScenario scenario) {
        double direct = direct(scenario);
        List<String> kinds = options.kinds().stream()
                .filter(kind -> !kind.equals(WanMeasure.LOSSY_KIND))
                .toList();
        for (boolean deduplicated : new boolean[] {false, true}) {
            if (!kinds.isEmpty() && prepare(deduplicated)) {
                warm(scenario, kinds.get(0), deduplicated);
                kinds.forEach(kind -> sustained(scenario, kind, direct, deduplicated));
                pair.deduplicate(false);
            }
        }
    }

    private boolean prepare(boolean deduplicated) {
        return adaptive.getAsBoolean() && (!deduplicated || pair.deduplicate(true));
    }

    /** The megabits a second of a direct fetch that fills the link for as long as the long ones do. */
    private double direct(WanScenario scenario) {
        int bytes = (int) Math.min(LONGEST, scenario.megabits() * PAYLOAD * MEGABIT * seconds());
        double[] rates = new double[options.turns()];
        for (int turn = 0; turn < rates.length; turn++) {
            double seconds = WanClient.fetchNew(
                    WanPeers.ORIGIN, WanMeasure.LOSSY_KIND, content.get(WanMeasure.LOSSY_KIND), bytes, 0);
            rates[turn] = bytes * 8e-6 / seconds;
            LockSupport.parkNanos(WanMeasure.SETTLES);
        }
        System.out.printf(Locale.ROOT, "  %.1f MB, direct: %.1f Mbit/s%n", bytes / 1e6, WanMeasure.median(rates));
        return WanMeasure.median(rates);
    }

    private int seconds() {
        return options.quick() ? 3 : 16;
    }

    /**
     * De-duplication finds what repeats within a fetch, since no byte of it was sent before.
     *
     * @param direct the rate of a direct fetch of the same duration
     */
    private void sustained(WanScenario scenario, String kind, double direct, boolean deduplicated) {
        byte[] file = content.get(kind);
        int bytes = bytes(scenario, file);
        double left = left(file, Math.min(file.length, bytes));
        double[] rates = new double[options.turns()];
        double[] wire = new double[rates.length];
        double[] busy = new double[rates.length];
        for (int turn = 0; turn < rates.length; turn++) {
            long before = link.bytes();
            Busy processors = new Busy();
            rates[turn] = fetch(kind, file, bytes, deduplicated);
            busy[turn] = processors.percent();
            LockSupport.parkNanos(WanMeasure.SETTLES);
            wire[turn] = link.bytes() - before;
        }
        String how = "ours adaptive" + (deduplicated ? " and de-duplication" : "");
        double payload = scenario.megabits() * PAYLOAD;
        report.sustained(scenario, kind, how, WanMeasure.median(rates), payload / left, direct / left);
        System.out.printf(
                Locale.ROOT,
                "  %s, %.1f MB, %s: %.1f Mbit/s, %,.0f bytes on the wire, processors %.0f %% busy; zstd -3 leaves %.1f %%%n",
                kind,
                bytes / 1e6,
                how,
                WanMeasure.median(rates),
                WanMeasure.median(wire),
                WanMeasure.median(busy),
                100 * left);
    }

    /** Appliances run for months: what they do in their first seconds, while Java compiles, is not what is asked for. */
    private void warm(WanScenario scenario, String kind, boolean deduplicated) {
        byte[] file = content.get(kind);
        fetch(kind, file, bytes(scenario, file) / (deduplicated ? 2 : 1), deduplicated);
        LockSupport.parkNanos(WanMeasure.SETTLES);
    }

    /** As much as takes the link some seconds, when zstd -3 was at it. */
    private int bytes(WanScenario scenario, byte[] file) {
        double raw = scenario.megabits() * PAYLOAD * MEGABIT * seconds();
        return (int) Math.min(LONGEST, raw / left(file, Math.min(file.length, SAMPLE)));
    }

    /** Fetches so much as was never sent before, if that is de-duplicated; gives its megabits a second. */
    private double fetch(String kind, byte[] file, int bytes, boolean deduplicated) {
        double seconds = WanClient.fetchNew(WanPair.WEB, kind, file, bytes, deduplicated ? mask : 0);
        mask += deduplicated ? 1 + bytes / file.length : 0;
        return bytes * 8e-6 / seconds;
    }

    /** What zstd -3 leaves of the beginning of a file, as a share of it. */
    private static double left(byte[] file, int bytes) {
        return (double) Zstd.compress(Arrays.copyOf(file, bytes), 3).length / bytes;
    }
}
