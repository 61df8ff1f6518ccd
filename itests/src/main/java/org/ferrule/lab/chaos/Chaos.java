package org.ferrule.lab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Checkout;
import org.ferrule.lab.Table;
import org.ferrule.lab.Traffic;

/**
 * Everything that can go wrong with two appliances under traffic goes wrong, one thing after the other, in an order that a
 * seed tells. After each, all must be as before, without a hand. Ends with 1 at the first thing that is not as it must be.
 */
public final class Chaos {
    private final Grounds grounds;
    private final long seed;
    private final Random random;
    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final long begun = System.nanoTime();

    /**
     * What is asked for.
     *
     * @param time how long it goes on; zero: each fault once
     * @param only the fault that is tried; empty: all of them
     */
    record Order(Duration time, long seed, String only) {
        static Order of(String[] args) {
            Duration time = Duration.ofHours(1);
            long seed = ThreadLocalRandom.current().nextInt(1, 1_000_000);
            String only = "";
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--once" -> time = Duration.ZERO;
                    case "--seed" -> seed = Long.parseLong(args[++i]);
                    case "--only" -> only = args[++i];
                    default -> time = Duration.ofMinutes(Long.parseLong(args[i]));
                }
            }
            return new Order(time, seed, only);
        }
    }

    /** What a kind of fault cost so far. */
    private static final class Tally {
        private int times;
        private Traffic.Counts counts = Traffic.Counts.NONE;
        private long longestNanos;

        void add(Traffic.Counts more, long nanos) {
            times++;
            counts = counts.plus(more);
            longestNanos = Math.max(longestNanos, nanos);
        }
    }

    private Chaos(Grounds grounds, long seed) {
        this.grounds = grounds;
        this.seed = seed;
        random = new Random(seed);
    }

    /** Runs it: {@code [MINUTES | --once] [--seed N] [--only FAULT]}. */
    public static void main(String[] args) throws IOException {
        Order order;
        try {
            order = Order.of(args);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            System.err.println("usage: ferrule chaos [MINUTES | --once] [--seed N] [--only FAULT]");
            System.exit(2);
            return;
        }
        boolean ownMounts = "yes".equals(System.getenv("FERRULE_OWN_MOUNTS"));
        Path folder = Files.createTempDirectory(
                Files.createDirectories(Checkout.root().resolve("build/chaos")), "run-");
        System.out.println("Seed " + order.seed() + ", in " + folder);
        boolean good;
        try (Grounds grounds = new Grounds(folder, ownMounts)) {
            grounds.start();
            good = new Chaos(grounds, order.seed()).run(order);
        }
        System.exit(good ? 0 : 1);
    }

    private List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        all.add(new Kill());
        Arrays.stream(Pull.Way.values()).map(Pull::new).forEach(all::add);
        all.add(new FullDisk(grounds.rooms()));
        all.add(new DamagedConfiguration());
        all.add(new DamagedDictionary());
        all.add(new DamagedImage());
        all.add(new ClockJump());
        all.add(new FewHandles());
        all.add(new LittleMemory());
        all.add(new LostBundle());
        return all;
    }

    private boolean run(Order order) {
        List<Fault> faults = new ArrayList<>();
        for (Fault fault : all()) {
            if (order.only().isEmpty() || order.only().equals(fault.name())) {
                fault.impossible()
                        .ifPresentOrElse(
                                why -> System.out.println(fault.name() + " is left out: " + why),
                                () -> faults.add(fault));
            }
        }
        if (faults.isEmpty()) {
            System.out.println("nothing is left to try; the faults are: "
                    + String.join(" ", all().stream().map(Fault::name).toList()));
            return false;
        }
        String doing = "the beginning";
        try {
            grounds.whole();
            do {
                Collections.shuffle(faults, random);
                for (Fault fault : faults) {
                    doing = fault.name();
                    round(fault);
                    if (!order.time().isZero() && elapsed() > order.time().toNanos()) {
                        break;
                    }
                }
            } while (elapsed() < order.time().toNanos());
        } catch (Broken | IllegalStateException | IOException | java.io.UncheckedIOException e) {
            System.out.println("failed at " + doing + ", with seed " + seed + ": " + e.getMessage());
            System.out.print(grounds.complaints());
            return false;
        }
        report();
        return true;
    }

    private long elapsed() {
        return System.nanoTime() - begun;
    }

    private void round(Fault fault) throws IOException {
        // The order is the same with the same seed, whatever a fault asks of chance.
        Random own = new Random(random.nextLong());
        Appliance at = own.nextBoolean() ? grounds.branch() : grounds.dc();
        grounds.roads().count();
        String done = fault.strike(grounds, at, own);
        long struck = System.nanoTime();
        grounds.whole();
        long nanos = System.nanoTime() - struck;
        Traffic.Counts counts = grounds.roads().counted();
        tallies.computeIfAbsent(fault.name(), name -> new Tally()).add(counts, nanos);
        System.out.printf(
                "[%4d s] %s: %s; %d lost, %d refused; whole again in %.1f s%n",
                elapsed() / 1_000_000_000, fault.name(), done, counts.lost(), counts.refused(), nanos / 1e9);
    }

    private void report() {
        Table table = Table.of("fault", "times", "lost", "refused", "wrong bytes", "longest until whole");
        tallies.forEach((name, tally) -> table.row(
                name,
                Integer.toString(tally.times),
                Integer.toString(tally.counts.lost()),
                Integer.toString(tally.counts.refused()),
                Integer.toString(tally.counts.wrong()),
                String.format("%.1f s", tally.longestNanos / 1e9)));
        System.out.println("\n" + table);
        System.out.println("Every byte was right, and both appliances are whole.");
    }
}
