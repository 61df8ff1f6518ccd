package org.ferrule.virtual.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a virtual server has done so far; event loops count without a lock. */
final class Counters {
    final AtomicInteger current = new AtomicInteger();

    /** The connections of all virtual servers, those that are not configured any more included. */
    private final AtomicInteger all;

    final LongAdder total = new LongAdder();
    final LongAdder fromClients = new LongAdder();
    final LongAdder toClients = new LongAdder();
    final LongAdder servedByTunnel = new LongAdder();
    final LongAdder servedLocally = new LongAdder();
    final LongAdder passedThrough = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder refused = new LongAdder();

    /** Connections to servers that do not see the client's address although they should: its family is another. */
    final LongAdder sourceMapped = new LongAdder();

    /** Written by whoever accepts; off by one now and then does not matter. */
    volatile int most;

    Counters(AtomicInteger all) {
        this.all = all;
    }

    void ended() {
        current.decrementAndGet();
        all.decrementAndGet();
    }

    void accepted() {
        int now = current.incrementAndGet();
        all.incrementAndGet();
        total.increment();
        if (now > most) {
            most = now;
        }
    }
}
