package org.ferrule.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.ferrule.lab.Checkout;

/** What all benches share: options, a folder of their own, and taking turns. */
final class Bench {
    /** Figures drift with the machine; the median of turns taken one after the other does not care. */
    private static final int ROUNDS = 3;

    private Bench() {}

    /** A bench's measurements. */
    @FunctionalInterface
    interface Body {
        List<Result> measure(Tools tools, Path folder) throws IOException;
    }

    static void main(String name, String[] args, String[] programs, Body body) throws IOException {
        boolean wantsJson = args.length == 2 && args[0].equals("--json");
        if (args.length > 0 && !wantsJson) {
            System.err.println("usage: bench/" + name + " [--json FILE]");
            System.exit(2);
        }
        String missing = Tools.missing(programs);
        if (!missing.isEmpty()) {
            System.err.println("bench/" + name + ": " + missing);
            System.exit(3);
        }
        Path folder = Files.createDirectories(Checkout.root().resolve("build/bench"));
        folder = Files.createTempDirectory(folder, name + "-");
        List<Result> results;
        try (Tools tools = new Tools(folder)) {
            results = body.measure(tools, folder);
        }
        Report.print(results);
        if (wantsJson) {
            Report.write(results, Path.of(args[1]));
        }
    }

    /** Makes a result of both medians. */
    @FunctionalInterface
    interface Verdict {
        Result of(String metric, double ours, String peerName, double peer, double target);
    }

    /** Measures both in turn, several times, and compares the medians; more is better. */
    static Result inTurn(String metric, DoubleSupplier ours, String peerName, DoubleSupplier peer, double target) {
        return inTurn(metric, ours, peerName, peer, target, Result::of);
    }

    static Result inTurn(
            String metric, DoubleSupplier ours, String peerName, DoubleSupplier peer, double target, Verdict verdict) {
        List<Double> a = new ArrayList<>();
        List<Double> b = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            a.add(ours.getAsDouble());
            b.add(peer.getAsDouble());
            System.out.printf("%s: ours %.1f, %s %.1f%n", metric, a.get(i), peerName, b.get(i));
        }
        return verdict.of(metric, median(a), peerName, median(b), target);
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
