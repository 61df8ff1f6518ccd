package org.ferrule.lab.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ferrule.lab.Table;

/** Keeps what was measured, prints it as tables beside direct, and gives it as results. */
final class WanReport {
    /** How much of a round trip a small request over a warm tunnel may cost. */
    private static final double SMALL = 1.1;

    /** The same under load. */
    private static final double LOADED = 1.5;

    private static final double LOSSY = 15;

    /** A file that is on disk at both ends goes so many times as fast as it did first. */
    private static final double RESTARTED = 10;

    /** What a file that is known may take: so many round trips, and milliseconds beside. */
    private static final int SECOND_ROUND_TRIPS = 3;

    private static final double SECOND = 200;

    private final List<WanRow> rows = new ArrayList<>();
    private final List<Result> others = new ArrayList<>();
    private double server;

    /** How long the server itself takes for a small request, ms. */
    void server(double milliseconds) {
        server = milliseconds;
    }

    void add(WanRow row) {
        rows.add(row);
    }

    void small(WanScenario scenario, String way, double took, double direct, double serverTook) {
        double target = SMALL * scenario.roundTrip() + serverTook;
        String metric = scenario.name() + ", small request, " + way + ", ms";
        others.add(new Result(metric, took, direct, WanRow.DIRECT, took / direct, target, took <= target));
    }

    /** A small request while others fetch. */
    void loaded(WanScenario scenario, String way, double took, double direct, double serverTook) {
        double target = LOADED * scenario.roundTrip() + serverTook;
        String metric = scenario.name() + ", small request under load, " + way + ", ms";
        others.add(new Result(metric, took, direct, WanRow.DIRECT, took / direct, target, took <= target));
    }

    /**
     * A long fetch with adaptive compression beside what the link carries of what zstd -3 leaves.
     *
     * @param direct the same of a direct fetch of that, with its beginning
     */
    void sustained(WanScenario scenario, String kind, String how, double megabits, double link, double direct) {
        String metric = scenario.name() + ", " + kind + ", " + how + ", long fetch, Mbit/s";
        others.add(Result.of(metric, megabits, "link / zstd -3", link, 1));
        others.add(Result.of(metric, megabits, "direct / zstd -3", direct, 1));
    }

    /** One flow where much is under way, and others beside it. */
    void fat(String way, double rate, double direct, double waiting) {
        String name = WanScenario.FAT.name() + ", " + way;
        others.add(Result.of(
                name + ", one flow, Mbit/s", rate, WanRow.DIRECT, direct, 1 / WanScenario.FAT.mostOfDirect()));
        double target = LOADED * WanScenario.FAT.roundTrip();
        others.add(Result.below(name + ", 500 others beside it, ms", waiting, "1.5 round trips", target, target));
    }

    void lossy(String way, double rate, double direct) {
        String metric = WanScenario.LOSSY.name() + ", " + way + ", Mbit/s";
        others.add(Result.of(metric, rate, WanRow.DIRECT, direct, LOSSY));
    }

    /** Seconds that the same file took twice, with de-duplication. */
    void second(double seconds, double first) {
        double target = SECOND_ROUND_TRIPS * WanScenario.SECOND.roundTrip() + SECOND;
        String metric = WanScenario.SECOND.name() + ", 100 MB fetched a second time, ours, ms";
        others.add(Result.below(metric, 1e3 * seconds, "the first time", 1e3 * first, target));
    }

    /** Seconds that it took when both ends had been started again since, and had it on disk only. */
    void restarted(double seconds, double first) {
        String metric = WanScenario.SECOND.name() + ", 100 MB fetched after a restart, ours, ms";
        others.add(Result.below(metric, 1e3 * seconds, "the first time", 1e3 * first, 1e3 * first / RESTARTED));
    }

    List<WanRow> rows() {
        return rows;
    }

    /** Ours beside direct, as other benches give theirs. */
    List<Result> results() {
        List<Result> all = new ArrayList<>();
        for (WanRow row : rows) {
            if (row.ours()) {
                all.add(row.result(direct(row)));
                all.add(row.wire(direct(row)));
            }
        }
        others.stream().filter(o -> o.metric().contains(", ours")).forEach(all::add);
        return all;
    }

    private WanRow direct(WanRow row) {
        return rows.stream()
                .filter(r -> r.scenario().equals(row.scenario())
                        && r.what().equals(row.what())
                        && r.way().equals(WanRow.DIRECT))
                .findFirst()
                .orElseThrow();
    }

    void print() {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Set<String> scenarios = new LinkedHashSet<>();
        rows.forEach(row -> scenarios.add(row.scenario().name()));
        for (String scenario : scenarios) {
            Table table = Table.of(scenario, "time", "x direct", "Mbit/s", "wire", "x direct", "target", "met");
            rows.stream().filter(r -> r.scenario().name().equals(scenario)).forEach(row -> line(table, row));
            out.print("\n" + table);
        }
        Table table = Table.of("beside these", "figure", "beside", "ratio", "target", "met");
        for (Result o : others) {
            boolean judged = o.metric().contains(", ours");
            table.row(
                    o.metric(),
                    text("%.1f", o.ours()),
                    text("%.1f ", o.peer()) + o.peerName(),
                    text("%.2f", o.ratio()),
                    judged ? text("%.1f", o.target()) : "-",
                    judged ? o.met() ? "yes" : "no" : "-");
        }
        out.print("\n" + table);
        out.print(text(
                "\nA small request without a WAN takes %.1f ms; targets of small requests are times in ms,"
                        + " others ratios.\n",
                server));
    }

    private void line(Table table, WanRow row) {
        Result time = row.result(direct(row));
        Result wire = row.wire(direct(row));
        table.row(
                row.what() + ", " + row.way(),
                text("%.2f s", row.seconds()),
                text("%.2f", time.ratio()),
                text("%.1f", row.megabits()),
                text("%,.0f KB", row.wireBytes() / 1000),
                text("%.2f", wire.ratio()),
                row.ours() ? text("%.2f", time.target()) : "-",
                row.ours() ? time.met() ? "yes" : "no" : "-");
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
