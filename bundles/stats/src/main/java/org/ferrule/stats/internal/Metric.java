package org.ferrule.stats.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a value of {@code show} is for monitoring systems, by its name: OpenMetrics asks for base units, which come last in
 * a name, and for counters to be told from what goes up and down.
 *
 * @param name without {@code _total}, which the text form adds to counters
 * @param counter whether it counts up from the start of its module; else it is a gauge
 * @param unit {@code bytes}, {@code seconds}, {@code ratio}, or ""
 * @param factor what a value is multiplied by to be in that unit
 */
record Metric(String name, boolean counter, String unit, double factor) {
    private static final Set<String> LEVELS_BEGIN = Set.of("current", "maximum", "average", "active");
    private static final Set<String> SIZES_END = Set.of("size", "used", "memory", "taken", "free");
    private static final Set<String> LEVELS_END = Set.of("unread", "count", "files", "limit", "now");
    private static final double BITS = 1.0 / 8;

    /**
     * A whole number.
     *
     * @param prefix what all metrics of the kind or section begin with
     * @param value the value's name: {@code raw-bytes-in}
     * @param level whether it is known to be no counter
     */
    static Metric whole(String prefix, String value, boolean level) {
        List<String> words = new ArrayList<>(Arrays.asList(snake(value).split("_")));
        String last = words.get(words.size() - 1);
        boolean size = SIZES_END.contains(last) && !words.contains("without") && !words.contains("for");
        boolean counter = !level && !size && !LEVELS_BEGIN.contains(words.get(0)) && !LEVELS_END.contains(last);
        String unit = "";
        double factor = 1;
        if (words.remove("bits")) {
            unit = "bytes";
            factor = BITS;
        } else if (words.remove("bytes") || size) {
            unit = "bytes";
        } else if (last.equals("seconds")) {
            words.remove(last);
            unit = last;
        }
        if (counter) {
            words.remove("total");
        }
        return new Metric(join(prefix, words, unit), counter, unit, factor);
    }

    /** A gauge with a unit of its own. */
    static Metric gauge(String prefix, String value, String unit, double factor) {
        return new Metric(join(prefix, List.of(snake(value)), unit), false, unit, factor);
    }

    private static String join(String prefix, List<String> words, String unit) {
        List<String> all = new ArrayList<>(words);
        all.add(0, prefix);
        if (!unit.isEmpty()) {
            all.add(unit);
        }
        return String.join("_", all);
    }

    /** {@code Pool Member}, {@code pool-member} and {@code pool.member} are {@code pool_member}. */
    static String snake(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
    }
}
