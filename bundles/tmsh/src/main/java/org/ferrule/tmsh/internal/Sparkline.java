package org.ferrule.tmsh.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Series;
import org.ferrule.shell.Status;

/**
 * Draws numbers over time as bars of one character, between nothing and the highest of them.
 *
 * @param unicode whether the terminal shows block characters
 */
record Sparkline(boolean unicode) {
    private static final String BLOCKS = "▁▂▃▄▅▆▇█";
    private static final String ASCII = "_.-~=+*#";

    /** What is not known is a gap. */
    String draw(Series series) {
        String bars = unicode ? BLOCKS : ASCII;
        double highest = series.points().stream()
                .mapToDouble(Double::doubleValue)
                .filter(point -> !Double.isNaN(point))
                .max()
                .orElse(0);
        StringBuilder line = new StringBuilder();
        for (double point : series.points()) {
            int level = highest <= 0 ? 0 : (int) Math.ceil(point / highest * bars.length()) - 1;
            line.append(Double.isNaN(point) ? ' ' : bars.charAt(Math.max(0, Math.min(level, bars.length() - 1))));
        }
        return line.toString();
    }

    /** The status with every series in it drawn. */
    Status draw(Status status) {
        return new Status(
                status.name(),
                status.availability(),
                status.enabled(),
                status.reason(),
                draw(status.values()),
                status.parts().stream()
                        .map(part -> new Status.Part(part.title(), draw(part.status())))
                        .toList());
    }

    private Map<String, Object> draw(Map<?, ?> values) {
        Map<String, Object> drawn = new LinkedHashMap<>();
        values.forEach((name, value) -> drawn.put((String) name, value(value)));
        return drawn;
    }

    private Object value(Object value) {
        if (value instanceof Series series) {
            return draw(series);
        }
        if (value instanceof Map<?, ?> section) {
            return draw(section);
        }
        if (value instanceof List<?> rows) {
            List<Object> drawn = new ArrayList<>();
            rows.forEach(row -> drawn.add(value(row)));
            return drawn;
        }
        return value;
    }
}
