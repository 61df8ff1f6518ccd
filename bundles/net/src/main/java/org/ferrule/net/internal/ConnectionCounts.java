package org.ferrule.net.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts connections by TCP profile. Any thread. */
final class ConnectionCounts {
    private final Map<String, Count> byProfile = new ConcurrentHashMap<>();

    /** The connections of one profile. */
    static final class Count {
        private final AtomicInteger current = new AtomicInteger();
        private final LongAdder total = new LongAdder();

        void opened() {
            current.incrementAndGet();
            total.increment();
        }

        void closed() {
            current.decrementAndGet();
        }

        int current() {
            return current.get();
        }

        long total() {
            return total.sum();
        }
    }

    /** The count of a profile, by its full name. */
    Count of(String profile) {
        return byProfile.computeIfAbsent(profile, name -> new Count());
    }
}
