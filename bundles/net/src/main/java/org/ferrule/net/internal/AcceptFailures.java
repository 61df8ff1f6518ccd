package org.ferrule.net.internal;

import java.util.function.LongSupplier;

/**
 * Counts connections that could not be accepted, of all listeners, and tells when a run of failures begins and is over:
 * each is worth one line in the log, however often it was tried in between. Any thread.
 */
final class AcceptFailures {
    /** Around the limit of open files accepting works now and then; only so long without a failure is the end of them. */
    static final long CALM = java.time.Duration.ofMinutes(1).toNanos();

    private final LongSupplier clock;
    private long count;
    private volatile boolean failing;
    private long last;

    AcceptFailures(LongSupplier clock) {
        this.clock = clock;
    }

    /** One more. Gives whether it is the first of its run. */
    synchronized boolean failed() {
        boolean first = !failing;
        failing = true;
        last = clock.getAsLong();
        count++;
        return first;
    }

    /** One was accepted. Gives how many had failed, if with this the run is over; else 0. */
    long accepted() {
        return failing ? over() : 0;
    }

    private synchronized long over() {
        if (!failing || clock.getAsLong() - last < CALM) {
            return 0;
        }
        failing = false;
        long failed = count;
        count = 0;
        return failed;
    }
}
