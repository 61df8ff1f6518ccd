package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A piece of a log: 256 KB, in one slot of the store. Written by one loop; any loop reads what was written. Its memory
 * outlives it, so that who reads it too late reads something else, and nothing worse.
 */
final class Segment {
    static final int LOG_SIZE = 18;
    static final int SIZE = 1 << LOG_SIZE;

    private static final long[] NO_HOOKS = {};
    private static final int FIRST_HOOKS = 64;

    private final Log log;
    private final int index;
    private final int slot;
    private final ByteBuffer bytes;
    private final AtomicInteger pins = new AtomicInteger(1);
    private volatile int written;
    private volatile boolean dead;
    private boolean released;

    /** Ends of chunks by which it is found on disk. */
    private long[] hooks = NO_HOOKS;

    private int hookCount;

    /** Of one that was brought back from disk: what it was there; whether the peer has it, too; how it came. */
    private volatile StoredSegment stored;

    private volatile boolean shared;
    private volatile int ahead;
    private volatile boolean awaited;

    /**
     * @param index its place in the log
     * @param slot its place in the store
     * @param bytes the slot's memory
     */
    Segment(Log log, int index, int slot, ByteBuffer bytes) {
        this.log = log;
        this.index = index;
        this.slot = slot;
        this.bytes = bytes;
    }

    Log log() {
        return log;
    }

    int index() {
        return index;
    }

    int slot() {
        return slot;
    }

    /** The slot's memory; only absolute gets, and what was written. */
    ByteBuffer bytes() {
        return bytes;
    }

    int written() {
        return written;
    }

    boolean full() {
        return written == SIZE;
    }

    /** Adds bytes to the end; by the loop that writes the log. */
    void append(ByteBuffer from, int at, int length) {
        int end = written;
        bytes.put(end, from, at, length);
        written = end + length;
    }

    /** Whether nothing new may refer to it. */
    boolean dead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    // ---- on disk

    /** A chunk by which it shall be found on disk; by the loop that writes the log. */
    void hook(long fingerprint) {
        if (hookCount == hooks.length) {
            hooks = Arrays.copyOf(hooks, Math.max(FIRST_HOOKS, 2 * hookCount));
        }
        hooks[hookCount++] = fingerprint;
    }

    /** Those that there are; all of them once it is complete. */
    long[] hooks() {
        long[] now = hooks;
        return Arrays.copyOf(now, Math.min(now.length, hookCount));
    }

    /** It is on disk as a whole: nobody asks again. */
    void forgetHooks() {
        hooks = NO_HOOKS;
        hookCount = 0;
    }

    /**
     * It is brought back from disk.
     *
     * @param next so many that follow it are brought back, too, when it is used
     * @param expected whether it came because one before it was used
     */
    void recalled(StoredSegment from, int next, boolean expected) {
        stored = from;
        ahead = next;
        awaited = expected;
    }

    /** Null: it was not brought back from disk. */
    StoredSegment stored() {
        return stored;
    }

    /** For once, how many that follow shall be brought back, too; 0: none, or that was asked before. */
    int takeAhead() {
        int now = ahead;
        if (now > 0) {
            ahead = 0;
        }
        return now;
    }

    /** Whether it came because one before it was used. */
    boolean awaited() {
        return awaited;
    }

    /** Both ends have it. */
    void share() {
        shared = true;
    }

    boolean shared() {
        return shared;
    }

    /** Whether something new may refer to it, as far as it itself is concerned. */
    boolean usable() {
        return !dead && (shared || !log.recalls());
    }

    // ---- its end

    /** Gives up the session's own claim; false if that was done before. Guarded by the session. */
    boolean release() {
        boolean first = !released;
        released = true;
        return first;
    }

    /** Whether the session has given it up. Guarded by the session. */
    boolean released() {
        return released;
    }

    /** Keeps it until {@link #unpin}, whatever happens. False: it is gone. */
    boolean pin() {
        int now = pins.get();
        while (now > 0) {
            if (pins.compareAndSet(now, now + 1)) {
                return true;
            }
            now = pins.get();
        }
        return false;
    }

    /** For tests: how many keep it. */
    int pins() {
        return pins.get();
    }

    /** Whether that was the last, so that its slot is free. */
    boolean unpin() {
        return pins.decrementAndGet() == 0;
    }
}
