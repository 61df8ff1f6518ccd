package org.ferrule.itests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.RawClient;
import org.ferrule.lab.RawServer;

/** Connections that keep moving checked data, and new ones opening all the time. */
final class Traffic implements AutoCloseable {
    private static final int MESSAGE = 1000;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private final InetSocketAddress address;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean ended;

    /** Counts since the last {@link #take}: connections lost, messages that came back wrong, new connections refused. */
    record Counts(int lost, int wrong, int refused) {}

    Traffic(InetSocketAddress address, int connections) {
        this.address = address;
        for (int i = 0; i < connections; i++) {
            start(this::keep);
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
    private void keep() {
        SplittableRandom random = new SplittableRandom(Thread.currentThread().getId());
        while (!ended) {
            boolean opened = false;
            try (RawClient client = new RawClient(address)) {
                client.out().write(RawServer.ECHO);
                exchange(client, random);
                opened = true;
                while (!ended) {
                    exchange(client, random);
                    LockSupport.parkNanos(PAUSE);
                }
            } catch (IOException e) {
                // One that could not be opened is no connection lost; the opener counts those.
                lost.addAndGet(opened ? 1 : 0);
                LockSupport.parkNanos(5 * PAUSE);
            }
        }
    }

    private void open() {
        SplittableRandom random = new SplittableRandom(1);
        while (!ended) {
            try (RawClient client = new RawClient(address)) {
                client.out().write(RawServer.ECHO);
                exchange(client, random);
            } catch (IOException e) {
                refused.incrementAndGet();
            }
            LockSupport.parkNanos(2 * PAUSE);
        }
    }

    private void exchange(RawClient client, SplittableRandom random) throws IOException {
        byte[] message = new byte[MESSAGE];
        random.nextBytes(message);
        client.out().write(message);
        byte[] back = client.in().readNBytes(MESSAGE);
        if (back.length < MESSAGE) {
            throw new IOException("the connection ended after " + back.length + " bytes");
        }
        if (!java.util.Arrays.equals(message, back)) {
            wrong.incrementAndGet();
        }
    }

    Counts take() {
        return new Counts(lost.getAndSet(0), wrong.getAndSet(0), refused.getAndSet(0));
    }

    @Override
    public void close() {
        ended = true;
    }
}
