package org.ferrule.virtual.internal;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells this host's own addresses from others, as they were a second ago at most. Any thread. */
final class HostAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final LongSupplier clock;

    /** Reading them takes a tenth of a millisecond: too long for each connection. */
    private volatile Snapshot snapshot;

    private record Snapshot(Set<InetAddress> addresses, long at) {}

    /** @param clock as {@link System#nanoTime} */
    HostAddresses(LongSupplier clock) {
        this.clock = clock;
    }

    boolean contains(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        Snapshot now = snapshot;
        if (now == null || clock.getAsLong() - now.at() > FRESH) {
            try {
                now = read();
            } catch (SocketException e) {
                // Better one connection refused than one that goes round for ever.
                LOG.debug("the interfaces of this host cannot be read", e);
                return true;
            }
            snapshot = now;
        }
        return now.addresses().contains(address);
    }

    private Snapshot read() throws SocketException {
        return new Snapshot(
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .collect(Collectors.toUnmodifiableSet()),
                clock.getAsLong());
    }
}
