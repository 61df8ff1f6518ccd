package org.ferrule.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Draws rows as SVG: a group of bars for each link and kind of data, a bar for each way, as long as its time. */
final class WanPlot {
    private static final int WIDTH = 900;
    private static final int LEFT = 130;
    private static final int BAR = 11;
    private static final int GROUP_GAP = 10;

    /** Bars end here: at twice direct's time. */
    private static final double LONGEST = 2;

    private static final List<String> COLOURS = List.of(
            "#888888", "#c49a3a", "#b5651d", "#9ecae1", "#2171b5", "#41ab5d", "#006d2c", "#807dba", "#54278f",
            "#dd1c77");

    private final StringBuilder svg = new StringBuilder();
    private final List<WanRow> rows;
    private final List<String> ways;
    private int y = 60;

    private WanPlot(List<WanRow> rows) {
        this.rows = rows;
        Set<String> all = new LinkedHashSet<>();
        rows.forEach(row -> all.add(row.way()));
        ways = new ArrayList<>(all);
    }

    /** The picture as text. */
    static String of(List<WanRow> rows) {
        return new WanPlot(rows).draw();
    }

    private String draw() {
        legend();
        Set<WanScenario> scenarios = new LinkedHashSet<>();
        rows.forEach(row -> scenarios.add(row.scenario()));
        for (WanScenario scenario : scenarios) {
            y += 18;
            text(10, y, scenario.name(), "font-weight='bold'");
            y += 8;
            Set<String> kinds = new LinkedHashSet<>();
            of(scenario).forEach(row -> kinds.add(row.what()));
            kinds.forEach(kind -> group(scenario, kind));
        }
        double direct = x(1);
        return String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='11'>"
                        + "%n<rect width='100%%' height='100%%' fill='white'/>%n%s"
                        + "<line x1='%.0f' x2='%.0f' y1='50' y2='%d' stroke='#444' stroke-dasharray='3 3'/>%n</svg>%n",
                WIDTH,
                y + 20,
                svg,
                direct,
                direct,
                y);
    }

    private void legend() {
        text(10, 18, "Time of a fetch beside a direct one (dashed); in brackets, bytes on the wire", "font-size='13'");
        int x = 10;
        for (String way : ways) {
            rect(x, 28, 10, way);
            text(x + 14, 37, way, "");
            x += 24 + way.length() * 7;
        }
    }

    private List<WanRow> of(WanScenario scenario) {
        return rows.stream().filter(r -> r.scenario().equals(scenario)).toList();
    }

    private void group(WanScenario scenario, String kind) {
        List<WanRow> group =
                of(scenario).stream().filter(r -> r.what().equals(kind)).toList();
        WanRow direct = group.get(0);
        text(20, y + 10, kind, "");
        for (WanRow row : group) {
            Result time = row.result(direct);
            double ends = x(Math.min(LONGEST, time.ratio()));
            rect(LEFT, y, Math.max(1, ends - LEFT), row.way());
            String label = String.format(
                    Locale.ROOT,
                    "%.2f s, %.2f (%.2f)",
                    row.seconds(),
                    time.ratio(),
                    row.wire(direct).ratio());
            text(ends + 4, y + 9, label, "fill='#333' font-size='9'");
            y += BAR;
        }
        y += GROUP_GAP;
    }

    private static double x(double ratio) {
        return LEFT + ratio * (WIDTH - LEFT - 140) / LONGEST;
    }

    private void rect(double x, int top, double width, String way) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x='%.0f' y='%d' width='%.0f' height='10' fill='%s'/>%n",
                x,
                top,
                width,
                COLOURS.get(ways.indexOf(way) % COLOURS.size())));
    }

    private void text(double x, int baseline, String words, String style) {
        svg.append(String.format(Locale.ROOT, "<text x='%.0f' y='%d' %s>%s</text>%n", x, baseline, style, words));
    }
}
