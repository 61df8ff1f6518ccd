package org.ferrule.lab.bench;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.ferrule.lab.Table;

/** Prints results as a table of ratios, and writes them for machines. */
final class Report {
    private Report() {}

    static void print(List<Result> results) {
        Table table = Table.of("metric", "ours", "peer", "peer's figure", "ratio", "target", "met");
        for (Result result : results) {
            table.row(
                    result.metric(),
                    number(result.ours()),
                    result.peerName(),
                    number(result.peer()),
                    String.format(Locale.ROOT, "%.2f", result.ratio()),
                    number(result.target()),
                    result.met() ? "yes" : "no");
        }
        new PrintStream(System.out, true, StandardCharsets.UTF_8).print("\n" + table);
    }

    private static String number(double value) {
        return String.format(
                Locale.ROOT, value < 0.1 ? "%.4f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    static void write(List<Result> results, Path file) throws IOException {
        Files.writeString(file, new GsonBuilder().setPrettyPrinting().create().toJson(results) + "\n");
    }
}
