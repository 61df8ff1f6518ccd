package org.ferrule.stats.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last day's performance: samples are gathered into minutes, and minutes are kept in memory and on disk. Any thread;
 * adding may wait for the disk.
 */
final class Performance {
    private static final Logger LOG = LoggerFactory.getLogger(Performance.class);
    private static final int SECONDS = 60;

    private final Path folder;
    private final Map<Measure, Minutes> history = new LinkedHashMap<>();
    private final Map<Measure, Gathered> gathered = new HashMap<>();
    private Map<Measure, Double> last = Map.of();
    private int minute;
    private boolean keeps = true;
    private String trouble = "";

    /** What came so far of a minute. */
    private static final class Gathered {
        private double sum;
        private double highest;
        private int count;

        void add(double number) {
            sum += number;
            highest = Math.max(highest, number);
            count++;
        }
    }

    /** Reads what is on disk. */
    Performance(Path folder) {
        this.folder = folder;
        for (Measure measure : Measure.ALL) {
            Minutes minutes = new Minutes();
            try {
                minutes.read(file(measure));
            } catch (IOException e) {
                LOG.warn("The history of {} cannot be read, and begins anew: {}", measure.name(), e.toString());
                minutes.clear();
            }
            history.put(measure, minutes);
        }
    }

    private Path file(Measure measure) {
        return folder.resolve(measure.part() + "-" + measure.name());
    }

    /** Whether it is kept on disk, too; what is there already stays until it is a day old. */
    synchronized void keep(boolean wanted) {
        keeps = wanted;
    }

    /** Adds a sample. */
    synchronized void add(Instant at, Map<Measure, Double> numbers) {
        int now = minute(at);
        if (now != minute) {
            finish();
            minute = now;
        }
        last = Map.copyOf(numbers);
        numbers.forEach((measure, number) ->
                gathered.computeIfAbsent(measure, m -> new Gathered()).add(number));
    }

    private static int minute(Instant at) {
        return (int) (at.getEpochSecond() / SECONDS);
    }

    /** Puts away the minute that is over. */
    private void finish() {
        gathered.forEach((measure, sum) -> history.get(measure).put(minute, sum.sum / sum.count, sum.highest));
        if (keeps && !gathered.isEmpty()) {
            try {
                PrivateFiles.folder(folder);
                for (Measure measure : gathered.keySet()) {
                    history.get(measure).write(file(measure), minute);
                }
                trouble = "";
            } catch (IOException e) {
                if (trouble.isEmpty()) {
                    LOG.warn("The history of performance is not kept on disk: {}", e.toString());
                }
                trouble = e.toString();
            }
        }
        gathered.clear();
    }

    /** Puts away what was gathered, before the end. */
    synchronized void close() {
        finish();
    }

    /** Why nothing is kept on disk, or "". */
    synchronized String trouble() {
        return trouble;
    }

    /**
     * A measure over a time.
     *
     * @param now the last number; NaN if there is none
     * @param average over the time; NaN if nothing is known
     * @param maximum the same
     * @param points averages at even distances, oldest first
     */
    record Past(double now, double average, double maximum, List<Double> points) {}

    /**
     * A measure over the minutes before a moment.
     *
     * @param minutes how many; a multiple of {@code points}
     */
    synchronized Past past(Measure measure, Instant end, int minutes, int points) {
        Minutes known = history.get(measure);
        int last = minute(end);
        double average = known.averages(last, minutes, 1).get(0);
        return new Past(
                this.last.getOrDefault(measure, Double.NaN),
                average,
                known.maximum(last, minutes),
                known.averages(last, minutes, points));
    }
}
