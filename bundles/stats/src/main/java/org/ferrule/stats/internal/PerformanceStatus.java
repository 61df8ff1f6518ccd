package org.ferrule.stats.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.ferrule.shell.Series;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;

/** Tells {@code show sys performance}: one part a subject, the last hour and the last day of each measure in it. */
record PerformanceStatus(Performance performance, Supplier<Instant> clock) implements StatusProvider {
    private static final int HOUR = 60;
    private static final int HOUR_POINTS = 30;
    private static final int DAY_POINTS = 48;

    @Override
    public String kind() {
        return PerformanceSettings.KIND;
    }

    @Override
    public List<Status> status() {
        Set<String> parts = new LinkedHashSet<>();
        Measure.ALL.forEach(measure -> parts.add(measure.part()));
        String trouble = performance.trouble();
        return List.of(new Status(
                "",
                trouble.isEmpty() ? Availability.AVAILABLE : Availability.OFFLINE,
                true,
                trouble.isEmpty() ? "The last day is remembered" : "A restart forgets it: " + trouble,
                Map.of(),
                parts.stream().map(this::part).toList()));
    }

    private Status.Part part(String name) {
        List<Map<String, Object>> hour = new ArrayList<>();
        List<Map<String, Object>> day = new ArrayList<>();
        Instant now = clock.get();
        for (Measure measure : Measure.ALL) {
            if (measure.part().equals(name)) {
                Performance.Past lately = performance.past(measure, now, HOUR, HOUR_POINTS);
                Map<String, Object> first = row(measure);
                put(first, "now", lately.now());
                past(first, lately);
                hour.add(first);
                Performance.Past lastDay = performance.past(measure, now, Minutes.DAY, DAY_POINTS);
                Map<String, Object> second = row(measure);
                past(second, lastDay);
                day.add(second);
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("last-hour", hour);
        values.put("last-day", day);
        return new Status.Part(
                "Performance Statistic",
                new Status(name, Availability.AVAILABLE, true, "It is being measured", values));
    }

    private static Map<String, Object> row(Measure measure) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("measure", measure.name());
        return row;
    }

    private static void past(Map<String, Object> row, Performance.Past past) {
        put(row, "average", past.average());
        put(row, "maximum", past.maximum());
        row.put("history", new Series(past.points()));
    }

    private static void put(Map<String, Object> row, String name, double number) {
        row.put(name, Double.isNaN(number) ? "-" : (Object) Math.round(number));
    }
}
