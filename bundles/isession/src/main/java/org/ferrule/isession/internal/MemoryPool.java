package org.ferrule.isession.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.ferrule.memory.Level;
import org.ferrule.memory.MemoryAccount;

/**
 * Memory that is lent for one purpose, up to a size: what holds blocks that no reader has taken yet, or what codecs keep.
 * What peers send is reserved before they are given the credit for it, so that it never exceeds the pool. Any thread; no
 * lock.
 */
final class MemoryPool {
    private final MemoryPool whole;

    /** What the pool is a part of; null for a part of a pool, and one that nothing else bounds. */
    private final MemoryAccount account;

    private volatile long size;
    private final AtomicLong used = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    /** How much of the pool a reservation may bring it to. */
    enum Share {
        /** What a flow cannot do without: all of it. */
        FIRST(4),
        /** What makes a flow quick: as long as a quarter is left for those to come. */
        GROWTH(3),
        /** What lets a flow begin at full speed: as long as three quarters are free, so that many small ones find room. */
        START(1);

        private final int quarters;

        Share(int quarters) {
            this.quarters = quarters;
        }
    }

    /**
     * Bounded by nothing else.
     *
     * @param size in bytes; above 0
     */
    MemoryPool(long size) {
        this(size, null, null);
    }

    /**
     * A part of the appliance's memory.
     *
     * @param size in bytes; above 0
     */
    MemoryPool(long size, MemoryAccount account) {
        this(size, null, account);
    }

    /**
     * A part of a pool, with a limit of its own.
     *
     * @param whole what is lent is lent of this, too
     */
    MemoryPool(long size, MemoryPool whole) {
        this(size, whole, null);
    }

    private MemoryPool(long size, MemoryPool whole, MemoryAccount account) {
        this.size = size;
        this.whole = whole;
        this.account = account;
    }

    /** What is lent already stays lent. */
    void resize(long bytes) {
        size = bytes;
    }

    /** Takes the bytes if the share allows it; gives whether it did. */
    boolean reserve(long bytes, Share share) {
        long most = size / 4 * share.quarters;
        long now = used.get();
        while (now + bytes <= most) {
            if (used.compareAndSet(now, now + bytes)) {
                if (beyond(bytes, share)) {
                    return true;
                }
                used.addAndGet(-bytes);
                break;
            }
            now = used.get();
        }
        if (share == Share.FIRST) {
            refused.increment();
        }
        return false;
    }

    private boolean beyond(long bytes, Share share) {
        if (whole != null) {
            return whole.reserve(bytes, share);
        }
        if (account == null) {
            return true;
        }
        return share == Share.FIRST ? account.reserve(bytes) : account.reserveForNew(bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
        if (whole != null) {
            whole.release(bytes);
        } else if (account != null) {
            account.release(bytes);
        }
    }

    /** Whether more is lent than this share. */
    boolean exceeds(Share share) {
        return used.get() > size / 4 * share.quarters;
    }

    /** Whether flows should give back what they can do without. */
    boolean pressed() {
        return exceeds(Share.GROWTH)
                || account != null && account.level() == Level.SCARCE
                || whole != null && whole.pressed();
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
