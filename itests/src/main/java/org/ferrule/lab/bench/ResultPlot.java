package org.ferrule.lab.bench;

import java.util.List;
import java.util.Locale;

/** Draws results as SVG: ours and the peer's figure, each as a share of the target, which is a dashed line. */
final class ResultPlot {
    private static final int WIDTH = 900;
    private static final int LEFT = 340;
    private static final int TOP = 50;
    private static final int BAR = 11;
    private static final int GAP = 8;

    /** Bars end here, in times of the target. */
    private static final double LONGEST = 2.5;

    private static final String OURS = "#2171b5";
    private static final String PEERS = "#b0b0b0";

    private ResultPlot() {}

    /** The picture as text. */
    static String of(String title, List<Result> results) {
        Svg svg = new Svg();
        svg.text(10, 18, title, "font-size='13'");
        svg.text(
                10,
                36,
                "Blue: ours. Grey: what is beside it. As shares of the target (dashed), which is the most for bytes and times,"
                        + " the least for rates",
                "fill='#333'");
        int y = TOP + GAP;
        for (Result result : results) {
            svg.text(10, y + 12, result.metric(), "");
            bar(svg, y, result.ours(), result.target(), OURS, "");
            bar(svg, y + BAR, result.peer(), result.target(), PEERS, result.peerName());
            y += 2 * BAR + GAP;
        }
        return svg.picture(WIDTH, y + GAP, x(1), TOP, y);
    }

    private static void bar(Svg svg, int y, double value, double target, String colour, String name) {
        double end = x(Math.min(LONGEST, value / target));
        svg.bar(LEFT, y, Math.max(1, end - LEFT), colour);
        String label = String.format(Locale.ROOT, value < 10 ? "%.4g %s" : "%.0f %s", value, name);
        svg.text(end + 4, y + 9, label, "fill='#333' font-size='9'");
    }

    private static double x(double ratio) {
        return LEFT + ratio * (WIDTH - LEFT - 150) / LONGEST;
    }
}
