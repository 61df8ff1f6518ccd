package org.ferrule.pool.internal;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.ferrule.traffic.Monitors;

/**
 * What lasts of a member while the configuration around it changes: its health and its counts. Event loops read and count
 * without a lock.
 */
final class MemberState {
    final String name;
    final InetSocketAddress address;
    final String monitor;
    final Counts counts;

    /** Null until a monitor has said something; written by the monitor's thread. */
    volatile Monitors.Health health;

    private Monitors.Watch watch;

    /** Its connections; they outlast a change of its monitor. */
    static final class Counts {
        final AtomicInteger current = new AtomicInteger();
        final LongAdder total = new LongAdder();
        final LongAdder toServer = new LongAdder();
        final LongAdder toClient = new LongAdder();

        /** Written by whoever opens a connection; off by one now and then does not matter. */
        volatile int most;
    }

    MemberState(String name, InetSocketAddress address, String monitor, Counts counts) {
        this.name = name;
        this.address = address;
        this.monitor = monitor;
        this.counts = counts;
    }

    boolean monitored() {
        return !monitor.equals("none");
    }

    /** A member that no monitor watches is used; one that a monitor has not reached yet is not. */
    boolean healthy() {
        Monitors.Health now = health;
        return !monitored() || now != null && now.up();
    }

    void watch(Monitors.Watch next) {
        if (watch != null) {
            watch.close();
        }
        watch = next;
    }

    boolean same(String member, InetSocketAddress at) {
        return name.equals(member) && address.equals(at);
    }
}
