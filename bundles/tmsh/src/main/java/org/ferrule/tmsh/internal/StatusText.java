package org.ferrule.tmsh.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.text.Words;
import org.ferrule.shell.Status;

/** Statuses as text, laid out as TMOS does. */
final class StatusText {
    private static final int WIDTH = 66;
    private static final String PART_INDENT = "  | ";
    /** From here on one decimal would be rounded to 1000.0. */
    private static final double LEAST_OF_NEXT = 999.95;

    private static final String[] UNITS = {"", "K", "M", "G", "T", "P", "E"};

    private StatusText() {}

    /** The text for people. */
    static String of(KindDescriptor kind, Status status, String folder, boolean raw) {
        StringBuilder text = new StringBuilder();
        String module = kind.name().split(" ")[0];
        block(text, "", heading(module, kind.title(), status, folder), status, raw);
        for (Status.Part part : status.parts()) {
            block(text, PART_INDENT, heading(module, part.title(), part.status(), folder), part.status(), raw);
        }
        return text.append('\n').toString();
    }

    private static String heading(String module, String title, Status status, String folder) {
        String of = module.substring(0, 1).toUpperCase(Locale.ROOT) + module.substring(1) + "::" + title;
        return status.name().isEmpty() ? of : of + ": " + ObjectId.relativeName(folder, status.name());
    }

    private static void block(StringBuilder text, String indent, String heading, Status status, boolean raw) {
        String rule = "-".repeat(WIDTH - indent.length());
        line(text, indent, rule);
        line(text, indent, heading);
        line(text, indent, rule);
        Map<String, Object> first = new LinkedHashMap<>();
        first.put("availability", status.availability().name().toLowerCase(Locale.ROOT));
        first.put("state", status.enabled() ? "enabled" : "disabled");
        first.put("reason", status.reason());
        Map<String, Object> later = new LinkedHashMap<>();
        status.values().forEach((name, value) -> (value instanceof Map || value instanceof List ? later : first)
                .put(name, value));
        line(text, indent, "Status");
        section(text, indent, first, raw);
        later.forEach((name, value) -> {
            if (value instanceof List<?> none && none.isEmpty()) {
                return;
            }
            line(text, indent, "");
            line(text, indent, title(name));
            if (value instanceof List<?> rows) {
                table(text, indent, rows, raw);
            } else {
                section(text, indent, map(value), raw);
            }
        });
        line(text, indent, "");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static void section(StringBuilder text, String indent, Map<String, Object> values, boolean raw) {
        int width = values.keySet().stream()
                .mapToInt(name -> title(name).length())
                .max()
                .orElse(0);
        values.forEach(
                (name, value) -> line(text, indent, "  " + pad(title(name), width) + " : " + printable(value, raw)));
    }

    private static void table(StringBuilder text, String indent, List<?> rows, boolean raw) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(map(row).keySet()));
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream().map(StatusText::title).toList());
        for (Object row : rows) {
            cells.add(columns.stream()
                    .map(column -> printable(map(row).getOrDefault(column, ""), raw))
                    .toList());
        }
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = cells.stream()
                        .mapToInt(r -> r.get(column).length())
                        .max()
                        .orElse(0);
                line.append("  ").append(pad(row.get(i), width));
            }
            line(text, indent, line.toString());
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static void line(StringBuilder text, String indent, String line) {
        text.append((indent + line).stripTrailing()).append('\n');
    }

    /** {@code raw-bytes-in} is {@code Raw Bytes In}. */
    private static String title(String name) {
        StringBuilder title = new StringBuilder();
        for (String word : name.split("[-.]")) {
            title.append(title.isEmpty() ? "" : " ");
            title.append(word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return title.toString();
    }

    private static String printable(Object value, boolean raw) {
        return value instanceof Long counter && !raw ? scaled(counter) : String.valueOf(value);
    }

    /** With one decimal and K, M, G, as TMOS: 36.2K. */
    static String scaled(long counter) {
        double value = counter;
        int unit = 0;
        while (Math.abs(value) >= (unit == 0 ? 1000 : LEAST_OF_NEXT) && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? Long.toString(counter) : String.format(Locale.ROOT, "%.1f%s", value, UNITS[unit]);
    }

    /** The form {@code field-fmt}: braces, dotted names, sorted. */
    static String fields(KindDescriptor kind, Status status, String folder, boolean raw) {
        StringBuilder text = new StringBuilder(kind.name());
        if (!status.name().isEmpty()) {
            text.append(' ').append(Words.quote(ObjectId.relativeName(folder, status.name())));
        }
        text.append(" {\n");
        fields(text, status, folder, raw, "    ");
        return text.append("}\n").toString();
    }

    private static void fields(StringBuilder text, Status status, String folder, boolean raw, String indent) {
        Map<String, String> sorted = new TreeMap<>();
        status.values().forEach((name, value) -> flatten(sorted, name, value, raw));
        sorted.put("status.availability-state", status.availability().name().toLowerCase(Locale.ROOT));
        sorted.put("status.enabled-state", status.enabled() ? "enabled" : "disabled");
        sorted.put("status.status-reason", status.reason());
        sorted.forEach((name, value) ->
                text.append(indent).append(name).append(' ').append(value).append('\n'));
        for (Status.Part part : status.parts()) {
            text.append(indent).append(Words.quote(part.status().name())).append(" {\n");
            fields(text, part.status(), folder, raw, indent + "    ");
            text.append(indent).append("}\n");
        }
    }

    private static void flatten(Map<String, String> into, String name, Object value, boolean raw) {
        if (value instanceof Map<?, ?> section) {
            section.forEach((inner, v) -> flatten(into, name + "." + inner, v, raw));
        } else if (value instanceof List<?> rows) {
            for (int i = 0; i < rows.size(); i++) {
                flatten(into, name + "." + i, rows.get(i), raw);
            }
        } else {
            into.put(name, printable(value, raw));
        }
    }
}
