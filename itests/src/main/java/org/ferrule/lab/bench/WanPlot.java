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

    private final Svg svg = new Svg();
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
            svg.text(10, y, scenario.name(), "font-weight='bold'");
            y += 8;
            Set<String> kinds = new LinkedHashSet<>();
            of(scenario).forEach(row -> kinds.add(row.what()));
            kinds.forEach(kind -> group(scenario, kind));
        }
        return svg.picture(WIDTH, y + 20, x(1), 50, y);
    }

    private void legend() {
        svg.text(
                10,
                18,
                "Time of a fetch beside a direct one (dashed); in brackets, bytes on the wire",
                "font-size='13'");
        int x = 10;
        for (String way : ways) {
            svg.bar(x, 28, 10, colour(way));
            svg.text(x + 14, 37, way, "");
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
        svg.text(20, y + 10, kind, "");
        for (WanRow row : group) {
            Result time = row.result(direct);
            double ends = x(Math.min(LONGEST, time.ratio()));
            svg.bar(LEFT, y, Math.max(1, ends - LEFT), colour(row.way()));
            String label = String.format(
                    Locale.ROOT,
                    "%.2f s, %.2f (%.2f)",
                    row.seconds(),
                    time.ratio(),
                    row.wire(direct).ratio());
            svg.text(ends + 4, y + 9, label, "fill='#333' font-size='9'");
            y += BAR;
        }
        y += GROUP_GAP;
    }

    private static double x(double ratio) {
        return LEFT + ratio * (WIDTH - LEFT - 140) / LONGEST;
    }

    private String colour(String way) {
        return COLOURS.get(ways.indexOf(way) % COLOURS.size());
    }
}
