package org.ferrule.net.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loops and the threads that they and TLS handshakes run on. */
final class LoopGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopGroup.class);
    private static final int LEAST = 2;

    private final ExecutorService threads = Executors.newCachedThreadPool(named("ferrule-loop"));
    private final ExecutorService workers;
    private final TcpService service = new TcpService(threads);
    private final LinuxSockets linux = LinuxSockets.open();
    private final SocketOptions options = new SocketOptions(linux, new KernelLimits());
    private final Transparency transparency = new Transparency(linux);
    private final ConnectionCounts counts = new ConnectionCounts();
    private final NetMemory memory;
    private final List<Loop> loops = new ArrayList<>();

    /**
     * @param network that the loops belong to
     * @param budget of the memory
     */
    LoopGroup(Network network, MemoryBudget budget) {
        memory = new NetMemory(budget);
        int count = count();
        workers = Executors.newFixedThreadPool(count, named("ferrule-handshake"));
        try {
            for (int i = 0; i < count; i++) {
                loops.add(new Loop(network, i, memory, threads));
            }
        } catch (IOException e) {
            throw new IllegalStateException("no selector can be opened: " + e.getMessage(), e);
        }
        loops.forEach(loop -> loop.start(service));
    }

    /** How many loops there are. */
    static int count() {
        return Math.max(LEAST, Runtime.getRuntime().availableProcessors());
    }

    private static java.util.concurrent.ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    List<Loop> loops() {
        return loops;
    }

    TcpService service() {
        return service;
    }

    SocketOptions options() {
        return options;
    }

    Transparency transparency() {
        return transparency;
    }

    NetMemory memory() {
        return memory;
    }

    ConnectionCounts counts() {
        return counts;
    }

    ExecutorService workers() {
        return workers;
    }

    Loop leastLoaded() {
        Loop least = loops.get(0);
        for (Loop loop : loops) {
            least = loop.streams() < least.streams() ? loop : least;
        }
        return least;
    }

    @Override
    public void close() {
        loops.forEach(Loop::dispose);
        workers.shutdownNow();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("an event loop did not end within 5 s");
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        memory.close();
    }
}
