package org.ferrule.stats.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.shell.Status;

/**
 * How much counters of a kind's objects grew from one look to the next, each object by itself: one that comes or goes, or
 * whose module began anew, makes no leap. One thread at a time.
 */
final class Growth {
    private Map<String, Double> before;

    /** The growth since the last look; NaN at the first. */
    double since(List<Status> objects, List<String> values) {
        Map<String, Double> now = new HashMap<>();
        for (Status object : objects) {
            for (String value : values) {
                now.merge(object.name() + '\n' + value, sum(object.values(), value), Double::sum);
            }
        }
        Map<String, Double> last = before;
        before = now;
        if (last == null) {
            return Double.NaN;
        }
        double grown = 0;
        for (Map.Entry<String, Double> counter : now.entrySet()) {
            double earlier = last.getOrDefault(counter.getKey(), counter.getValue());
            // A counter that fell began anew, at nothing.
            grown += counter.getValue() - (earlier > counter.getValue() ? 0 : earlier);
        }
        return grown;
    }

    /** A value, inside of sections and summed over a table's rows; 0 if it is not there. */
    static double sum(Object in, String path) {
        if (in instanceof List<?> rows) {
            return rows.stream().mapToDouble(row -> sum(row, path)).sum();
        }
        if (!(in instanceof Map<?, ?> values)) {
            return 0;
        }
        if (values.get(path) instanceof Number number) {
            return number.doubleValue();
        }
        int dot = path.indexOf('.');
        return dot < 0 ? 0 : sum(values.get(path.substring(0, dot)), path.substring(dot + 1));
    }
}
