package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The memory of all dictionaries: slots outside of the heap, each for one segment, and the index of what is in them. Slots
 * are promised before they are taken, so that what peers begin always finds one. Any thread; the lock is for a slot, which
 * is once in 256 KB.
 */
final class Store {
    private final AtomicReferenceArray<Segment> slots;
    private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final AtomicLong unpromised;
    private final Index index;

    /** @param bytes of history */
    Store(long bytes) {
        int count = (int) Math.min(Index.MOST_SLOTS, bytes >>> Segment.LOG_SIZE);
        slots = new AtomicReferenceArray<>(count);
        for (int i = 0; i < count; i++) {
            free.add(i);
        }
        unpromised = new AtomicLong(count);
        index = new Index((long) count << Segment.LOG_SIZE, Index.BYTES_PER_KB);
    }

    /** How many segments there may be. */
    int size() {
        return slots.length();
    }

    Index index() {
        return index;
    }

    /** Slots that nobody has, or may come to have. */
    long unpromised() {
        return unpromised.get();
    }

    /** Promises up to so many slots, and gives how many. */
    int promise(int most) {
        long now = unpromised.get();
        while (now > 0) {
            int some = (int) Math.min(now, most);
            if (unpromised.compareAndSet(now, now - some)) {
                return some;
            }
            now = unpromised.get();
        }
        return 0;
    }

    /** What was promised is not wanted any more. */
    void renounce(int promised) {
        unpromised.addAndGet(promised);
    }

    /** Begins the next segment of a log in a slot that was promised. */
    synchronized Segment begin(Log log) {
        int slot = free.remove();
        ByteBuffer bytes = spare.isEmpty() ? ByteBuffer.allocateDirect(Segment.SIZE) : spare.remove();
        Segment segment = new Segment(log, log.nextIndex(), slot, bytes);
        slots.set(slot, segment);
        return segment;
    }

    /** Nobody needs the segment any more: its slot may be promised again. */
    synchronized void end(Segment segment) {
        slots.set(segment.slot(), null);
        spare.add(segment.bytes());
        free.add(segment.slot());
        unpromised.incrementAndGet();
    }

    /** Slots in which nothing is. */
    synchronized int free() {
        return free.size();
    }

    /** Slots that have had memory since the start, which is kept for the next. */
    synchronized int taken() {
        return spare.size() + slots.length() - free.size();
    }

    /** What is in a slot; null if nothing is. */
    Segment in(int slot) {
        return slots.get(slot);
    }
}
