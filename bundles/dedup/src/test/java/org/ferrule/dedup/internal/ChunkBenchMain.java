package org.ferrule.dedup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link ChunkBench}, prints a table, and writes it with {@code --json FILE}. */
public final class ChunkBenchMain {
    /** GB a second that one core must chunk. */
    private static final double CHUNKING = 1.5;

    /** What a good C++ implementation does with chunks of 512 bytes, normalised, on a machine of this class. */
    private static final double FASTCDC = 1.72;

    private ChunkBenchMain() {}

    /** Runs it. */
    public static void main(String[] args) throws RunnerException, IOException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(ChunkBench.class.getName())
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        List<String> rows = new ArrayList<>();
        System.out.printf("%-44s %10s %18s %8s %s%n", "metric", "ours", "C++ FastCDC, 512 B", "target", "met");
        for (RunResult result : results) {
            String name = result.getPrimaryResult().getLabel();
            String index = result.getParams().getParam("indexMegabytes");
            double nanos = result.getPrimaryResult().getScore();
            if (!name.equals("chunk")) {
                row(rows, name + " in the index of " + index + " MB, ns", nanos, 0, 0);
            } else if (index.equals("64")) {
                row(rows, "chunking, GB/s of one core", ChunkBench.BYTES / nanos, FASTCDC, CHUNKING);
            }
        }
        if (args.length == 2 && args[0].equals("--json")) {
            Files.writeString(Path.of(args[1]), "[\n" + String.join(",\n", rows) + "\n]\n");
        }
    }

    private static void row(List<String> rows, String metric, double ours, double peer, double target) {
        boolean met = ours >= target;
        System.out.printf(
                Locale.ROOT,
                "%-44s %10.2f %18s %8s %s%n",
                metric,
                ours,
                peer == 0 ? "-" : String.format(Locale.ROOT, "%.2f", peer),
                target == 0 ? "-" : String.format(Locale.ROOT, "%.2f", target),
                target == 0 ? "-" : met ? "yes" : "no");
        rows.add(String.format(
                Locale.ROOT,
                "  {\"metric\": \"%s\", \"ours\": %.3f, \"peer\": %s, \"peerName\": \"C++ FastCDC, 512 B\", \"ratio\": %s,"
                        + " \"target\": %s, \"met\": %s}",
                metric,
                ours,
                peer == 0 ? "null" : peer,
                peer == 0 ? "null" : String.format(Locale.ROOT, "%.3f", ours / peer),
                target == 0 ? "null" : target,
                target == 0 ? "null" : met));
    }
}
