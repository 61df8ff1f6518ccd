package org.ferrule.stats.internal;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ferrule.shell.Status;

/**
 * Makes metrics of statuses, by their form alone: a kind that comes later is in them with no code here.
 *
 * <p>An object's name is the label {@code name}, a part's name a label after its title. Of a table, the first column is the
 * label of its rows. A section {@code errors-by-rule} is a table with the label {@code rule}. Texts are left out, unless
 * they are a moment, or a number with a unit.
 */
final class MetricReader {
    private static final String PREFIX = "ferrule_";
    private static final Pattern MEASURE = Pattern.compile("(-?[0-9]+(?:\\.[0-9]+)?) (ms|s|%)");
    private static final Pattern MOMENT = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z");
    private static final Pattern BY = Pattern.compile("(.+)-by-([a-z]+)");

    private final MetricFamilies families = new MetricFamilies();

    private MetricReader() {}

    static MetricSnapshots read(List<KindStatus> kinds) {
        MetricReader reader = new MetricReader();
        for (KindStatus kind : kinds) {
            String prefix = PREFIX + Metric.snake(kind.kind());
            for (Status status : kind.objects()) {
                Labels labels = status.name().isEmpty() ? Labels.EMPTY : Labels.of("name", status.name());
                reader.object(kind.kind(), prefix, labels, status);
            }
        }
        return reader.families.snapshots();
    }

    private void object(String of, String prefix, Labels labels, Status status) {
        for (Status.Availability availability : Status.Availability.values()) {
            families.add(
                    Metric.gauge(prefix, "availability", "", 1),
                    "How many objects of " + of + " are in this state",
                    labels.add("availability", availability.name().toLowerCase(Locale.ROOT)),
                    availability == status.availability() ? 1 : 0);
        }
        families.add(
                Metric.gauge(prefix, "enabled", "", 1),
                "Whether people want it to work, of " + of,
                labels,
                status.enabled() ? 1 : 0);
        section(of, prefix, labels, status.values());
        String module = of.split(" ")[0];
        for (Status.Part part : status.parts()) {
            String title = Metric.snake(part.title());
            String label = title.substring(title.lastIndexOf('_') + 1);
            object(
                    module + " " + title.replace('_', '-'),
                    PREFIX + Metric.snake(module) + "_" + title,
                    with(labels, label, part.status().name()),
                    part.status());
        }
    }

    private void section(String of, String prefix, Labels labels, Map<?, ?> values) {
        values.forEach((name, value) -> value(of, prefix, labels, String.valueOf(name), value));
    }

    private void value(String of, String prefix, Labels labels, String name, Object value) {
        String help = name + " of " + of;
        if (value instanceof Number number) {
            families.add(Metric.whole(prefix, name, !(value instanceof Long)), help, labels, number.doubleValue());
        } else if (value instanceof Map<?, ?> inner) {
            Matcher by = BY.matcher(name);
            if (by.matches()) {
                inner.forEach((key, v) -> value(
                        of, prefix, with(labels, Metric.snake(by.group(2)), String.valueOf(key)), by.group(1), v));
            } else {
                section(of, prefix + "_" + Metric.snake(name), labels, inner);
            }
        } else if (value instanceof List<?> rows) {
            rows.forEach(row -> {
                if (row instanceof Map<?, ?> map) {
                    row(of, prefix + "_" + Metric.snake(name), labels, map);
                }
            });
        } else if (value instanceof String text) {
            text(prefix, name, help, labels, text);
        }
    }

    private void row(String of, String prefix, Labels labels, Map<?, ?> row) {
        if (row.isEmpty()) {
            return;
        }
        Map.Entry<?, ?> key = row.entrySet().iterator().next();
        if (key.getValue() instanceof String text) {
            section(of, prefix, with(labels, Metric.snake(String.valueOf(key.getKey())), text), row);
        }
    }

    private void text(String prefix, String name, String help, Labels labels, String text) {
        Matcher measure = MEASURE.matcher(text);
        if (measure.matches()) {
            double number = Double.parseDouble(measure.group(1));
            switch (measure.group(2)) {
                case "ms" -> families.add(Metric.gauge(prefix, name, "seconds", 1e-3), help, labels, number);
                case "s" -> families.add(Metric.gauge(prefix, name, "seconds", 1), help, labels, number);
                default -> families.add(Metric.gauge(prefix, name, "ratio", 1e-2), help, labels, number);
            }
        } else if (MOMENT.matcher(text).matches()) {
            try {
                double seconds = Instant.parse(text).toEpochMilli() / 1e3;
                families.add(Metric.gauge(prefix, name + "-timestamp", "seconds", 1), help, labels, seconds);
            } catch (DateTimeParseException e) {
                // A text like others, then: no metric.
                return;
            }
        }
    }

    /** The labels and one more; a name that is there already is not used twice. */
    private static Labels with(Labels labels, String name, String value) {
        String free = name;
        while (labels.contains(free) || free.isEmpty()) {
            free = free + "_";
        }
        return labels.add(free.matches("[0-9_].*") ? "item_" + free : free, value);
    }
}
