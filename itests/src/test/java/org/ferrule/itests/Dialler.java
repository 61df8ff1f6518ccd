package org.ferrule.itests;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.SshHost;

/**
 * Connects to a shell's port fifty times a second, and counts how often nobody listened there. It comes from an address of
 * its own, since connections that do not log in are limited by address.
 */
final class Dialler implements AutoCloseable {
    private static final InetSocketAddress OWN = new InetSocketAddress("127.0.0.99", 0);
    private static final long PERIOD_NANOS = 20_000_000;

    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final InetSocketAddress address;
    private final Thread thread;
    private volatile boolean over;
    private volatile IOException problem;

    Dialler(SshHost host) {
        this.address = new InetSocketAddress(host.address(), host.port());
        this.thread = new Thread(this::dial, "dialler");
        thread.start();
    }

    private void dial() {
        while (!over) {
            try (Socket socket = new Socket()) {
                socket.bind(OWN);
                socket.connect(address);
                accepted.incrementAndGet();
            } catch (ConnectException e) {
                refused.incrementAndGet();
            } catch (IOException e) {
                problem = e;
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    /** How many were refused. */
    int refused() {
        return refused.get();
    }

    /** How many were accepted. */
    int accepted() {
        return accepted.get();
    }

    /** Stops, and fails if it could not dial as it should. */
    @Override
    public void close() throws IOException {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (problem != null) {
            throw problem;
        }
    }
}
