package org.ferrule.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ferrule.lab.RawServer;

/** Asks who echoes again and again, over a new connection each time: for how long is there no answer at most? */
final class Outage implements AutoCloseable {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PATIENCE_MILLIS = 1000;

    private final InetSocketAddress address;
    private final Thread thread = new Thread(this::run, "outage");
    private volatile boolean ended;
    private volatile long answered = System.nanoTime();
    private volatile long longest;

    private Outage(InetSocketAddress address) {
        this.address = address;
    }

    static Outage of(InetSocketAddress address) {
        Outage outage = new Outage(address);
        outage.thread.setDaemon(true);
        outage.thread.start();
        return outage;
    }

    private void run() {
        while (!ended) {
            if (answers()) {
                long now = System.nanoTime();
                longest = Math.max(longest, now - answered);
                answered = now;
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(address, PATIENCE_MILLIS);
            socket.getOutputStream().write(new byte[] {RawServer.ECHO, 7});
            return socket.getInputStream().read() == 7;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether there was an answer since that moment. */
    boolean answeredSince(long nanos) {
        return answered - nanos > 0;
    }

    double seconds() {
        return longest / 1e9;
    }

    @Override
    public void close() {
        ended = true;
    }
}
