package org.ferrule.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** How fast data goes through with de-duplication beside without, and what it adds where nothing repeats. */
final class DedupSpeed {
    private static final int ROUNDS = 5;

    /** Code that has not run for a while is slow. */
    private static final int WARM_UP = 2;

    /** What is new must go at this share of the speed without, or at {@link #FAST_ENOUGH}. */
    private static final double NEW_DATA = 0.9;

    /** Megabytes a second. */
    private static final double FAST_ENOUGH = 250;

    /** What new data may cost on the wire beside what it costs without, % of the data. */
    private static final double EXTRA = 0.3;

    private static final int PIECE = 256 << 20;

    /** What is fetched again and again, in bytes. */
    private static final int KNOWN = 64 << 20;

    private static final int KNOWN_WARM_UP = 3;
    private static final int KNOWN_ROUNDS = 7;

    /** Megabytes a second of what is known. */
    private static final double KNOWN_RATE = 600;

    private static final int CLIENTS = 8;
    private static final int EACH = 32 << 20;
    private static final double ECHO_MICROS = 150;
    private static final int ECHO_SECONDS = 3;

    private DedupSpeed() {}

    /** Small messages over one connection: always the same one, and such as never came before. */
    static List<Result> echoes(DedupPair pair) throws IOException {
        pair.start();
        InetSocketAddress server = pair.echo();
        byte[] same = new byte[Load.MESSAGE];
        byte[] another = new byte[Load.MESSAGE];
        return List.of(
                echo("64-byte echo, always the same, median, µs", pair, server, () -> same),
                echo("64-byte echo, always new, median, µs", pair, server, () -> DedupPair.random(another)));
    }

    private static Result echo(String metric, DedupPair pair, InetSocketAddress server, Supplier<byte[]> messages) {
        return Bench.inTurn(
                metric,
                () -> echo(pair, true, server, messages),
                "without",
                () -> echo(pair, false, server, messages),
                ECHO_MICROS,
                Result::below);
    }

    private static double echo(
            DedupPair pair, boolean deduplicates, InetSocketAddress server, Supplier<byte[]> messages) {
        pair.deduplicate(deduplicates);
        return Load.echo(server, ECHO_SECONDS, messages).median();
    }

    /** Random data that is new, and then some of it again and again. */
    static List<Result> bulk(DedupPair pair) throws IOException {
        pair.start();
        byte[] piece = new byte[PIECE];
        Turns turns = new Turns("new random data", pair, () -> List.of(DedupPair.random(piece)));
        List<Result> results = new ArrayList<>(turns.ofNewData());
        pair.deduplicate(true);
        byte[] content = DedupPair.random(KNOWN);
        say("known data, the first time", pair.fetch(content));
        List<DedupPair.Fetched> again = new ArrayList<>();
        for (int i = 0; i < KNOWN_WARM_UP + KNOWN_ROUNDS; i++) {
            again.add(pair.fetch(content));
            say("known data, again", again.get(i));
        }
        double rate = median(again.subList(KNOWN_WARM_UP, again.size()), DedupPair.Fetched::rate);
        results.add(Result.above("known data, MB/s", rate, "new data, without", turns.rateWithout(), KNOWN_RATE));
        return results;
    }

    /** Several clients at once: what each fetches is its own, or all fetch the same. */
    static List<Result> parallel(DedupPair pair) throws IOException {
        pair.start();
        List<byte[]> pieces =
                IntStream.range(0, CLIENTS).mapToObj(i -> new byte[EACH]).toList();
        Turns distinct = new Turns(CLIENTS + " at once, distinct", pair, () -> {
            pieces.forEach(DedupPair::random);
            return pieces;
        });
        List<Result> results = new ArrayList<>(distinct.ofNewData());
        byte[] piece = pieces.get(0);
        Turns same = new Turns(
                CLIENTS + " at once, the same", pair, () -> Collections.nCopies(CLIENTS, DedupPair.random(piece)));
        results.addAll(same.ofTheSame());
        return results;
    }

    /** The same with de-duplication and without in turns; both have been done before it counts. */
    private static final class Turns {
        private final String name;
        private final List<DedupPair.Fetched> with = new ArrayList<>();
        private final List<DedupPair.Fetched> without = new ArrayList<>();

        Turns(String name, DedupPair pair, Supplier<List<byte[]>> contents) {
            this.name = name;
            for (int i = 0; i < WARM_UP + ROUNDS; i++) {
                pair.deduplicate(true);
                DedupPair.Fetched on = pair.fetch(contents.get());
                say(name + ", with", on);
                pair.deduplicate(false);
                DedupPair.Fetched off = pair.fetch(contents.get());
                say(name + ", without", off);
                if (i >= WARM_UP) {
                    with.add(on);
                    without.add(off);
                }
            }
        }

        double rateWithout() {
            return median(without, DedupPair.Fetched::rate);
        }

        private Result rate(double target) {
            return Result.above(
                    name + ", MB/s", median(with, DedupPair.Fetched::rate), "without", rateWithout(), target);
        }

        /** Nothing repeats: that must not cost much. */
        List<Result> ofNewData() {
            double plain = median(without, DedupPair.Fetched::percent) - 100;
            return List.of(
                    rate(Math.min(NEW_DATA * rateWithout(), FAST_ENOUGH)),
                    Result.below(
                            name + ", wire beyond the data, %",
                            median(with, DedupPair.Fetched::percent) - 100,
                            "without",
                            plain,
                            plain + EXTRA));
        }

        /** At best each byte crosses once; less than without it must be anyhow. */
        List<Result> ofTheSame() {
            return List.of(
                    rate(Math.min(NEW_DATA * rateWithout(), FAST_ENOUGH)),
                    Result.below(
                            name + ", % on the wire",
                            median(with, DedupPair.Fetched::percent),
                            "each byte once",
                            100.0 / CLIENTS,
                            median(without, DedupPair.Fetched::percent)));
        }
    }

    private static double median(List<DedupPair.Fetched> turns, Function<DedupPair.Fetched, Double> of) {
        return Bench.median(turns.stream().map(of).toList());
    }

    private static void say(String what, DedupPair.Fetched fetched) {
        System.out.printf(
                Locale.ROOT, "  %s: %.0f MB/s, %.4f %% on the wire%n", what, fetched.rate(), fetched.percent());
    }
}
