package org.ferrule.virtual.internal;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells this host's own addresses from others, as they were about a second before they were last asked for. Any thread;
 * event loops do not wait for the kernel.
 */
final class HostAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final LongSupplier clock;
    private final Executor background;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile Snapshot snapshot;

    private record Snapshot(Set<InetAddress> addresses, long at) {}

    /**
     * Reads them for the first time.
     *
     * @param clock as {@link System#nanoTime}
     * @param background where they are read again, which takes a tenth of a millisecond
     */
    HostAddresses(LongSupplier clock, Executor background) {
        this.clock = clock;
        this.background = background;
        read();
    }

    boolean contains(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        Snapshot now = snapshot;
        if ((now == null || clock.getAsLong() - now.at() > FRESH) && !reading.getAndSet(true)) {
            background.execute(() -> {
                reading.set(false);
                read();
            });
        }
        // Better one connection refused than one that goes round for ever.
        return now == null || now.addresses().contains(address);
    }

    private void read() {
        try {
            snapshot = new Snapshot(
                    NetworkInterface.networkInterfaces()
                            .flatMap(NetworkInterface::inetAddresses)
                            .collect(Collectors.toUnmodifiableSet()),
                    clock.getAsLong());
        } catch (SocketException e) {
            LOG.warn("The addresses of this host cannot be read: {}", e.getMessage());
        }
    }
}
