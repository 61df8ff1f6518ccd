package org.ferrule.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;

/** Connections that keep moving checked data, and new ones opening all the time. */
public final class Traffic implements AutoCloseable {
    private static final Pace PACE = new Pace(4000, TimeUnit.MILLISECONDS.toNanos(10));

    private final InetSocketAddress address;
    private final Pace pace;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger[] exchanged;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final AtomicReference<Throwable> problem = new AtomicReference<>();
    private final AtomicInteger generation = new AtomicInteger();
    private volatile boolean ended;

    /**
     * How busy a connection is.
     *
     * @param most bytes of a message
     * @param pause nanoseconds from an answer to the next message
     */
    public record Pace(int most, long pause) {}

    /** Counts since the last {@link #take}: connections lost, messages that came back wrong, new connections refused. */
    public record Counts(int lost, int wrong, int refused) {
        public static final Counts NONE = new Counts(0, 0, 0);

        public Counts plus(Counts other) {
            return new Counts(lost + other.lost, wrong + other.wrong, refused + other.refused);
        }
    }

    /** Begins, as busy as 20 connections may be on two cores. */
    public Traffic(InetSocketAddress address, int connections) {
        this(address, connections, PACE);
    }

    /** Begins. */
    public Traffic(InetSocketAddress address, int connections, Pace pace) {
        this.pace = pace;
        this.address = address;
        exchanged = new AtomicInteger[connections];
        for (int i = 0; i < connections; i++) {
            AtomicInteger count = new AtomicInteger();
            exchanged[i] = count;
            start(() -> keep(count));
        }
        start(this::open);
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "traffic to " + address);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** One connection for as long as it lives; another when it was lost. */
    private void keep(AtomicInteger count) {
        SplittableRandom random = new SplittableRandom(Thread.currentThread().getId());
        while (!ended) {
            boolean served = false;
            try (RawClient client = new RawClient(address)) {
                client.out().write(RawServer.ECHO);
                int born = generation.get();
                while (!ended && born == generation.get()) {
                    exchange(client, random);
                    served = true;
                    count.incrementAndGet();
                    LockSupport.parkNanos(pace.pause());
                }
            } catch (IOException e) {
                // One that could not be opened is no connection lost; the opener counts those.
                if (served) {
                    lost.incrementAndGet();
                    problem.compareAndSet(null, e);
                }
                LockSupport.parkNanos(5 * PACE.pause());
            }
        }
    }

    private void open() {
        SplittableRandom random = new SplittableRandom(1);
        while (!ended) {
            try (RawClient client = new RawClient(address)) {
                client.out().write(RawServer.ECHO);
                exchange(client, random);
                opened.incrementAndGet();
            } catch (IOException e) {
                refused.incrementAndGet();
                problem.compareAndSet(null, e);
            }
            LockSupport.parkNanos(2 * PACE.pause());
        }
    }

    private void exchange(RawClient client, SplittableRandom random) throws IOException {
        byte[] message = Messages.of(random, pace.most());
        long start = System.nanoTime();
        client.out().write(message);
        byte[] back = client.in().readNBytes(message.length);
        longest.accumulate(System.nanoTime() - start);
        if (back.length < message.length) {
            throw new IOException("the connection ended after " + back.length + " bytes");
        }
        if (!Arrays.equals(message, back)) {
            wrong.incrementAndGet();
        }
    }

    /** Each connection ends when its message is back, and another takes its place. */
    public void renew() {
        generation.incrementAndGet();
    }

    /** Waits until every connection has exchanged some more, and new ones were opened. */
    public void moveOn() {
        int more = 3;
        int[] before = Arrays.stream(exchanged).mapToInt(AtomicInteger::get).toArray();
        int openedBefore = opened.get();
        Await.until("all connections move on", () -> {
            for (int i = 0; i < before.length; i++) {
                if (exchanged[i].get() < before[i] + more) {
                    return false;
                }
            }
            return opened.get() >= openedBefore + more;
        });
    }

    public Counts take() {
        return new Counts(lost.getAndSet(0), wrong.getAndSet(0), refused.getAndSet(0));
    }

    /** The longest that an answer took since this was last asked, in nanoseconds. */
    public long longest() {
        return longest.getThenReset();
    }

    /** The first thing that ended a connection since this was last asked; null if nothing did. */
    public Throwable problem() {
        return problem.getAndSet(null);
    }

    @Override
    public void close() {
        ended = true;
    }
}
