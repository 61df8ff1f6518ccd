package org.ferrule.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.ferrule.lab.EchoClients;
import org.ferrule.lab.ProcessMemory;
import org.ferrule.lab.Sites;

/** Small messages, new connections and idle ones through an iSession, beside two hops of HAProxy and two stunnels. */
final class Interactive {
    private static final int ROUNDS = 3;
    private static final int SECONDS = 3;
    private static final double MEDIAN_MICROS = 120;
    private static final double P99_MICROS = 1000;
    private static final double CONNECTIONS = 8000;
    private static final double LONE_MILLIS = 5;
    private static final int LONE = 20;
    private static final String HOPS = "two HAProxy hops";

    /** An appliance runs for months; its first seconds are those of the compiler. */
    private static final int CONNECTIONS_WARM_UP = 20;

    private static final int IDLE = 10_000;
    private static final int WARM = 2000;
    private static final double IDLE_BYTES = 4096;

    /** Longer than a flow keeps what it does not use: two intervals of a fibre's keep-alive, and some. */
    private static final long REST = TimeUnit.SECONDS.toNanos(35);

    private Interactive() {}

    /** Small messages there and back: {@code ours}, and the same server behind the others. */
    static List<Result> echoes(InetSocketAddress ours, InetSocketAddress haproxies, InetSocketAddress stunnels) {
        List<Load.Echo> mine = new ArrayList<>();
        List<Load.Echo> hops = new ArrayList<>();
        List<Load.Echo> tls = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            mine.add(Load.echo(ours, SECONDS));
            hops.add(Load.echo(haproxies, SECONDS));
            tls.add(Load.echo(stunnels, SECONDS));
            System.out.printf(
                    "64-byte echo, µs: ours %s, HAProxy %s, stunnel %s%n", mine.get(i), hops.get(i), tls.get(i));
        }
        List<Result> results = new ArrayList<>();
        echoes(results, HOPS, mine, hops);
        echoes(results, "stunnel pair", mine, tls);
        return results;
    }

    /** New connections: as many as can be had, and one with nothing else going on. */
    static List<Result> connections(InetSocketAddress ours, InetSocketAddress haproxies) {
        String metric = "new connections, 1/s";
        Bench.warmUp(metric, () -> Load.connections(ours, CONNECTIONS_WARM_UP), CONNECTIONS_WARM_UP);
        return List.of(
                Bench.inTurn(
                        metric,
                        () -> Load.connections(ours, SECONDS),
                        HOPS,
                        () -> Load.connections(haproxies, SECONDS),
                        CONNECTIONS,
                        Result::above),
                Bench.inTurn(
                        "lone connection, slowest of " + LONE + ", ms",
                        () -> Load.lone(ours, LONE),
                        HOPS,
                        () -> Load.lone(haproxies, LONE),
                        LONE_MILLIS,
                        Result::below));
    }

    private static void echoes(List<Result> to, String peer, List<Load.Echo> ours, List<Load.Echo> theirs) {
        to.add(Result.below(
                "64-byte echo, median, µs",
                median(ours, Load.Echo::median),
                peer,
                median(theirs, Load.Echo::median),
                MEDIAN_MICROS));
        to.add(Result.below(
                "64-byte echo, p99, µs",
                median(ours, Load.Echo::p99),
                peer,
                median(theirs, Load.Echo::p99),
                P99_MICROS));
    }

    private static double median(List<Load.Echo> echoes, ToDoubleFunction<Load.Echo> of) {
        double[] sorted = echoes.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /**
     * What idle flows cost each appliance: the memory that it uses with them, native memory included, less that without,
     * both after garbage was collected. Some flows have been through before, so that what is loaded once is not counted.
     */
    static List<Result> idle(Sites sites, InetSocketAddress ours) throws IOException {
        try (EchoClients some = new EchoClients(ours)) {
            some.open(WARM);
            some.exchange(Interactive::message);
        }
        LockSupport.parkNanos(REST);
        long branch = ProcessMemory.of(sites.branch()).used();
        long dc = ProcessMemory.of(sites.dc()).used();
        try (EchoClients many = new EchoClients(ours)) {
            many.open(IDLE);
            many.exchange(Interactive::message);
            LockSupport.parkNanos(REST);
            double branchEach = (ProcessMemory.of(sites.branch()).used() - branch) / (double) IDLE;
            double dcEach = (ProcessMemory.of(sites.dc()).used() - dc) / (double) IDLE;
            return List.of(
                    Result.below("idle flow at the branch, bytes", branchEach, "the other end", dcEach, IDLE_BYTES),
                    Result.below("idle flow at the dc, bytes", dcEach, "the other end", branchEach, IDLE_BYTES));
        }
    }

    private static byte[] message(int number) {
        byte[] message = new byte[1000];
        Arrays.fill(message, (byte) number);
        return message;
    }
}
