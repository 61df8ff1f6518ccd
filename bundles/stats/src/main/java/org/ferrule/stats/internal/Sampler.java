package org.ferrule.stats.internal;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.ferrule.shell.Status;
import org.ferrule.stats.internal.Measure.Source;

/** Takes every measure once, from what kinds show. One thread at a time. */
final class Sampler {
    private static final double PERCENT = 100;

    private final Map<Measure, Growth> parts = new HashMap<>();
    private final Map<Measure, Growth> wholes = new HashMap<>();
    private final ToDoubleFunction<String> machine;

    /** @param machine tells what the virtual machine does, by name; NaN if it does not know */
    Sampler(ToDoubleFunction<String> machine) {
        this.machine = machine;
    }

    /**
     * The measures that have a number now, by name.
     *
     * @param seconds since the last time
     */
    Map<Measure, Double> sample(List<KindStatus> kinds, double seconds) {
        Map<String, List<Status>> objects = new HashMap<>();
        kinds.forEach(kind -> objects.put(kind.kind(), kind.objects()));
        Map<Measure, Double> numbers = new LinkedHashMap<>();
        for (Measure measure : Measure.ALL) {
            double number =
                    number(measure, objects.getOrDefault(measure.source().kind(), List.of()), seconds);
            if (Double.isFinite(number)) {
                numbers.put(measure, Math.max(0, number));
            }
        }
        return numbers;
    }

    private double number(Measure measure, List<Status> objects, double seconds) {
        Source source = measure.source();
        return switch (source.form()) {
            case MACHINE -> machine.applyAsDouble(source.kind());
            case LEVEL ->
                objects.stream()
                        .mapToDouble(object ->
                                Growth.sum(object.values(), source.values().get(0)))
                        .sum();
            case RATE -> source.factor() * grown(parts, measure, objects, source.values()) / seconds;
            case SHARE -> PERCENT * share(measure, objects);
            case SAVING -> PERCENT * (1 - share(measure, objects));
        };
    }

    /** Not a number where nothing moved. */
    private double share(Measure measure, List<Status> objects) {
        double part = grown(parts, measure, objects, measure.source().values());
        double whole = grown(wholes, measure, objects, measure.source().of());
        return whole > 0 ? part / whole : Double.NaN;
    }

    private static double grown(
            Map<Measure, Growth> growths, Measure measure, List<Status> objects, List<String> values) {
        return growths.computeIfAbsent(measure, m -> new Growth()).since(objects, values);
    }
}
