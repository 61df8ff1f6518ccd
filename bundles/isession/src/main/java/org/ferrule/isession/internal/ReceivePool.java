package org.ferrule.isession.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The memory in which this appliance holds what peers have sent and no reader has taken yet. Every credit that any flow of
 * any fibre gives is reserved here first, so that what peers may send never exceeds the pool. Any thread; no lock.
 */
final class ReceivePool {
    private final long size;
    private final AtomicLong used = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    /** How much of the pool a reservation may bring it to. */
    enum Share {
        /** What a flow cannot do without: all of it. */
        FIRST(4),
        /** What makes a flow quick: as long as a quarter is left for those to come. */
        GROWTH(3),
        /** What lets a new flow begin at full speed: as long as half is free. */
        START(2);

        private final int quarters;

        Share(int quarters) {
            this.quarters = quarters;
        }
    }

    /** @param size in bytes; above 0 */
    ReceivePool(long size) {
        this.size = size;
    }

    /** A quarter of the heap, where the blocks are held. */
    static ReceivePool ofHeap() {
        return new ReceivePool(Runtime.getRuntime().maxMemory() / 4);
    }

    /** Takes the bytes if the share allows it; gives whether it did. */
    boolean reserve(int bytes, Share share) {
        long most = size / 4 * share.quarters;
        long now = used.get();
        while (now + bytes <= most) {
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = used.get();
        }
        if (share == Share.FIRST) {
            refused.increment();
        }
        return false;
    }

    void release(int bytes) {
        used.addAndGet(-bytes);
    }

    /** Whether flows should give back what they can do without. */
    boolean pressed() {
        return used.get() > size / 4 * Share.GROWTH.quarters;
    }

    long size() {
        return size;
    }

    long used() {
        return used.get();
    }

    /** Flows that were refused for want of memory. */
    long refused() {
        return refused.sum();
    }
}
