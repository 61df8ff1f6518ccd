package org.ferrule.lab.bench;

import java.util.Locale;

/** A picture as text, made of bars, words and a line down it. */
final class Svg {
    private final StringBuilder parts = new StringBuilder();

    /** A bar of 10 pixels' height. */
    void bar(double x, int top, double width, String colour) {
        parts.append(String.format(
                Locale.ROOT, "<rect x='%.0f' y='%d' width='%.0f' height='10' fill='%s'/>%n", x, top, width, colour));
    }

    void text(double x, int baseline, String words, String style) {
        parts.append(String.format(Locale.ROOT, "<text x='%.0f' y='%d' %s>%s</text>%n", x, baseline, style, words));
    }

    /** The whole, with a dashed line from top to bottom. */
    String picture(int width, int height, double line, int top, int bottom) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='11'>"
                        + "%n<rect width='100%%' height='100%%' fill='white'/>%n%s"
                        + "<line x1='%.0f' x2='%.0f' y1='%d' y2='%d' stroke='#444' stroke-dasharray='3 3'/>%n</svg>%n",
                width,
                height,
                parts,
                line,
                line,
                top,
                bottom);
    }
}
