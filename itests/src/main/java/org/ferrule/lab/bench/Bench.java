package org.ferrule.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
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

    /** A bench of several parts, of which only some may be wanted. */
    @FunctionalInterface
    interface Parts {
        /** @param wanted whether the part of this name is */
        List<Result> measure(Tools tools, Path folder, Predicate<String> wanted) throws IOException;
    }

    static void main(String name, String[] args, String[] programs, Body body) throws IOException {
        main(
                new Options(args, Set.of("--json"), "usage: bench/" + name + " [--json FILE]"),
                name,
                programs,
                (tools, folder, wanted) -> body.measure(tools, folder));
    }

    /** The same with {@code --only TEXT}, for parts whose name has this in it. */
    static void inParts(String name, String[] args, String[] programs, Parts body) throws IOException {
        main(
                new Options(
                        args,
                        Set.of("--json", "--only"),
                        "usage: bench/" + name + " [--only TEXT] [--json FILE]\n"
                                + "--only TEXT: only parts whose name has this in it"),
                name,
                programs,
                body);
    }

    /** What was typed behind the bench's name. */
    private static final class Options {
        private final Map<String, String> values = new HashMap<>();

        Options(String[] args, Set<String> known, String usage) {
            for (int i = 0; i < args.length; i += 2) {
                if (!known.contains(args[i]) || i + 1 == args.length) {
                    System.err.println(usage);
                    System.exit(2);
                }
                values.put(args[i], args[i + 1]);
            }
        }

        boolean wanted(String part) {
            return part.contains(values.getOrDefault("--only", ""));
        }

        void report(List<Result> results) throws IOException {
            Report.print(results);
            String file = values.get("--json");
            if (file != null) {
                Report.write(results, Path.of(file));
            }
        }
    }

    private static void main(Options options, String name, String[] programs, Parts body) throws IOException {
        String missing = Tools.missing(programs);
        if (!missing.isEmpty()) {
            System.err.println("bench/" + name + ": " + missing);
            System.exit(3);
        }
        Path folder = Files.createDirectories(Checkout.root().resolve("build/bench"));
        folder = Files.createTempDirectory(folder, name + "-");
        try (Tools tools = new Tools(folder)) {
            options.report(body.measure(tools, folder, options::wanted));
        }
    }

    /** Makes a result of both medians. */
    @FunctionalInterface
    interface Verdict {
        Result of(String metric, double ours, String peerName, double peer, double target);
    }

    /** Lets Java compile what a part takes; the figure is told and does not count. */
    static void warmUp(String metric, DoubleSupplier ours, int seconds) {
        System.out.printf(
                "%s: ours %.0f in the first %d s, which warm it up and do not count%n",
                metric, ours.getAsDouble(), seconds);
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
