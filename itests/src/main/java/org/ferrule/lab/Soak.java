package org.ferrule.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Two appliances under traffic of all kinds for as long as is wanted, while their profiles change and fibres age quickly.
 * Ends with 1 if a byte was wrong, a connection failed, or memory is not flat: the median of its last quarter is more than a
 * tenth above that of its second; or if more is on disk than may be.
 */
public final class Soak {
    private static final double FLAT = 1.1;
    private static final int LONG_FLOWS = 12;
    private static final int TRANSFERS = 3;
    private static final long SAMPLES = 240;

    /** Megabytes of the dictionaries, so few that both are filled and pruned all the time. */
    private static final int MEMORY = 32;

    private static final int DISK = 64;
    private static final Duration CHANGE = Duration.ofSeconds(4);
    private static final String PROFILE =
            " max-fibre-age 15 fibre-idle-timeout 5 min-fibres 1 max-fibres 8 flows-per-fibre 8 spare-fibres 1";

    private final Sites sites;
    private final InetSocketAddress called;
    private final Random random = new Random(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final List<ProcessMemory> branch = new ArrayList<>();
    private final List<ProcessMemory> dc = new ArrayList<>();
    private long mostOnDisk;
    private long changes;
    private volatile boolean ended;

    /** Something that a thread does again and again. */
    @FunctionalInterface
    private interface Task {
        void once(Random random) throws IOException;
    }

    private Soak(Sites sites, InetSocketAddress called) {
        this.sites = sites;
        this.called = called;
    }

    /** Runs it: {@code [MINUTES]}. */
    public static void main(String[] args) throws IOException {
        Duration time = Duration.ofMinutes(args.length == 0 ? 60 : Long.parseLong(args[0]));
        Path folder = Files.createTempDirectory(
                Files.createDirectories(Checkout.root().resolve("build/soak")), "run-");
        boolean good;
        try (RawServer server = RawServer.on(Sites.ORIGIN);
                Sites sites = Sites.onFreePorts(folder).start()) {
            InetSocketAddress called = new InetSocketAddress(Sites.BRANCH, Ports.free(Sites.BRANCH, 0));
            Soak soak = new Soak(sites, called);
            soak.configure(server);
            good = soak.run(time);
        }
        System.exit(good ? 0 : 1);
    }

    private void configure(RawServer server) {
        sites.configure(command -> {});
        try (Tmsh atDc = sites.dc().ssh();
                Tmsh atBranch = sites.branch().ssh()) {
            atDc.must("create ltm pool raw members add { " + server.member() + " } monitor tcp");
            atDc.must("create ltm virtual raw destination " + SitePlan.member(called)
                    + " vlans-enabled vlans add { isession } pool raw");
            atBranch.must("modify wom profile isession to_dc" + PROFILE);
            atBranch.must("create ltm virtual raw destination " + SitePlan.member(called)
                    + " profiles add { to_dc { context serverside } }");
            atBranch.must("modify wom local-endpoint no-route drop");
            for (Tmsh tmsh : List.of(atDc, atBranch)) {
                tmsh.must("modify sys datastor memory-cache-size " + MEMORY + " disk-cache-size " + DISK);
            }
        }
        sites.awaitTunnel(true);
        Sites.awaitPool(sites.dc(), "raw");
    }

    private boolean run(Duration time) {
        long start = System.nanoTime();
        long end = start + time.toNanos();
        List<Thread> threads = traffic();
        long step = Math.max(CHANGE.toNanos(), time.toNanos() / SAMPLES);
        long sample = start + step;
        while (failure.get() == null && System.nanoTime() < end) {
            LockSupport.parkNanos(CHANGE.toNanos());
            change();
            if (System.nanoTime() >= sample) {
                sample += step;
                measure(Duration.ofNanos(System.nanoTime() - start));
            }
        }
        ended = true;
        threads.forEach(Soak::join);
        return verdict();
    }

    // ---- traffic

    private List<Thread> traffic() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < LONG_FLOWS; i++) {
            threads.add(start(i, this::longFlow));
        }
        for (int i = 0; i < TRANSFERS; i++) {
            threads.add(start(100 + i, this::transfer));
        }
        threads.add(start(200, this::shortFlow));
        threads.add(start(201, this::shortFlow));
        return threads;
    }

    private Thread start(int seed, Task task) {
        Thread thread = new Thread(
                () -> {
                    Random own = new Random(seed);
                    try {
                        while (!ended) {
                            task.once(own);
                            connections.incrementAndGet();
                        }
                    } catch (IOException | RuntimeException e) {
                        failure.compareAndSet(null, e);
                    }
                },
                "soak " + seed);
        thread.start();
        return thread;
    }

    /** Lives for many lives of a fibre, and says something now and then. */
    private void longFlow(Random own) throws IOException {
        try (RawClient client = new RawClient(called)) {
            client.out().write(RawServer.ECHO);
            for (int i = 200 + own.nextInt(2000); i > 0 && !ended; i--) {
                exchange(client, Messages.of(own, 30_000));
                LockSupport.parkNanos(Duration.ofMillis(own.nextInt(60)).toNanos());
            }
        }
    }

    private void shortFlow(Random own) throws IOException {
        try (RawClient client = new RawClient(called)) {
            client.out().write(RawServer.ECHO);
            exchange(client, Messages.of(own, 2000));
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }

    private void transfer(Random own) throws IOException {
        long up = own.nextInt(3_000_000);
        long down = own.nextInt(6_000_000);
        RawClient.transfer(called, up, down, own.nextLong());
        bytes.addAndGet(up + down);
        LockSupport.parkNanos(Duration.ofMillis(own.nextInt(300)).toNanos());
    }

    private void exchange(RawClient client, byte[] message) throws IOException {
        client.out().write(message);
        if (!java.util.Arrays.equals(message, client.in().readNBytes(message.length))) {
            throw new IOException("other bytes came back than were sent");
        }
        bytes.addAndGet(2L * message.length);
    }

    // ---- changes

    private void change() {
        boolean near = random.nextBoolean();
        try (Tmsh tmsh = (near ? sites.branch() : sites.dc()).ssh()) {
            tmsh.must("modify wom profile isession " + (near ? "to_dc " : "isession ") + setting());
            changes++;
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private String setting() {
        return switch (random.nextInt(8)) {
            case 0 -> "adaptive-compression " + (random.nextBoolean() ? "enabled" : "disabled");
            case 1 -> "compression-context " + (random.nextBoolean() ? "flow" : "fibre");
            case 2 -> "compression " + (random.nextInt(4) > 0 ? "enabled" : "disabled");
            case 3 -> "zstd-compression-level " + (1 + random.nextInt(6));
            case 4 -> "deduplication " + (random.nextInt(4) > 0 ? "enabled" : "disabled");
            case 5 -> "trust-domain " + (random.nextBoolean() ? "profile" : "shared");
            default -> {
                List<String> codecs = new ArrayList<>(List.of("zstd", "lz4", "deflate", "lzo"));
                Collections.shuffle(codecs, random);
                yield "compression-codecs replace-all-with { "
                        + String.join(" ", codecs.subList(0, 1 + random.nextInt(codecs.size()))) + " }";
            }
        };
    }

    // ---- memory

    private void measure(Duration passed) {
        branch.add(ProcessMemory.of(sites.branch()));
        dc.add(ProcessMemory.of(sites.dc()));
        long onDisk = Math.max(onDisk(sites.branch()), onDisk(sites.dc()));
        mostOnDisk = Math.max(mostOnDisk, onDisk);
        System.out.printf(
                "%5d s  %,d connections, %,d MB, %d changes  branch %s  dc %s  on disk %.1f MB%n",
                passed.toSeconds(),
                connections.get(),
                bytes.get() >> 20,
                changes,
                text(branch),
                text(dc),
                onDisk / 1e6);
    }

    /** Bytes of all files of the dictionaries. */
    private static long onDisk(Appliance appliance) {
        long sum = 0;
        try (Stream<Path> files = Files.walk(appliance.home().resolve("datastor"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                // One that is pruned at this moment takes nothing.
                sum += Files.isRegularFile(file) ? file.toFile().length() : 0;
            }
        } catch (IOException | UncheckedIOException e) {
            return sum;
        }
        return sum;
    }

    private static String text(List<ProcessMemory> samples) {
        ProcessMemory last = samples.get(samples.size() - 1);
        return String.format("%d MB, heap %.1f MB", last.resident() >> 20, last.heap() / 1e6);
    }

    private boolean verdict() {
        if (failure.get() != null) {
            System.out.println("failed: " + failure.get());
            return false;
        }
        if (branch.size() < 4) {
            System.out.println("too short to tell whether memory is flat");
            return false;
        }
        boolean bounded = mostOnDisk <= (long) DISK << 20;
        System.out.printf(
                "at most %.1f MB on disk, of %d: %s%n", mostOnDisk / 1e6, DISK, bounded ? "bounded" : "too much");
        return bounded
                & flat("branch, resident", branch, ProcessMemory::resident)
                & flat("branch, heap", branch, ProcessMemory::heap)
                & flat("dc, resident", dc, ProcessMemory::resident)
                & flat("dc, heap", dc, ProcessMemory::heap);
    }

    private static boolean flat(String what, List<ProcessMemory> samples, ToLongFunction<ProcessMemory> of) {
        int quarter = samples.size() / 4;
        double second = median(samples.subList(quarter, 2 * quarter), of);
        double last = median(samples.subList(samples.size() - quarter, samples.size()), of);
        boolean flat = last <= FLAT * second;
        System.out.printf(
                "%s: %.1f MB in the second quarter, %.1f MB in the last: %s%n",
                what, second / 1e6, last / 1e6, flat ? "flat" : "it grows");
        return flat;
    }

    private static double median(List<ProcessMemory> samples, ToLongFunction<ProcessMemory> of) {
        long[] sorted = samples.stream().mapToLong(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
