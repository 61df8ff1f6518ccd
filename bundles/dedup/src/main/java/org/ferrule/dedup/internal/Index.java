package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Where the ends of chunks are, by fingerprint: the one structure that all loops share. Outside of the heap, 8 bytes an
 * entry; read and written without a lock, so that whoever finds something must compare bytes. An entry holds 24 bits of the
 * fingerprint, the slot (22 bits) and the offset in it (18 bits).
 */
final class Index {
    /** Bytes of index for each KB of history. */
    static final int BYTES_PER_KB = 24;

    static final int MOST_SLOTS = 1 << 22;

    /** Entries that are looked through: those of one cache line. */
    private static final int BUCKET = 8;

    private static final int LOCATION = 40;
    private static final long LOCATION_MASK = (1L << LOCATION) - 1;

    private final LongBuffer entries;
    private final long buckets;

    /**
     * @param history the bytes that it is for
     * @param bytesPerKb of index for each KB of these
     */
    Index(long history, int bytesPerKb) {
        buckets = Math.max(1, history / 1024 * bytesPerKb / Long.BYTES / BUCKET);
        entries = ByteBuffer.allocateDirect((int) (buckets * BUCKET * Long.BYTES))
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    long memory() {
        return buckets * BUCKET * Long.BYTES;
    }

    /** Spreads a fingerprint, whose high bits are mostly 0, over all bits. */
    private static long spread(long fingerprint, long key) {
        long x = (fingerprint ^ key) * 0x9E3779B97F4A7C15L;
        x ^= x >>> 32;
        return x * 0xD6E8FEB86659FD93L;
    }

    private int bucket(long spread) {
        return (int) (Math.multiplyHigh(spread >>> 1, buckets << 1) * BUCKET);
    }

    private static long tag(long spread) {
        // Not all zeros, which an empty entry has.
        return (spread & 0xFFFFFF | 1) << LOCATION;
    }

    /** Where a chunk with this fingerprint ended last; -1 if none did. */
    long find(long fingerprint, long key) {
        long spread = spread(fingerprint, key);
        int at = bucket(spread);
        long tag = tag(spread);
        for (int i = 0; i < BUCKET; i++) {
            long entry = entries.get(at + i);
            if ((entry & ~LOCATION_MASK) == tag) {
                return entry & LOCATION_MASK;
            }
        }
        return -1;
    }

    /** A chunk ends here; what ended elsewhere with the same fingerprint is forgotten. */
    void put(long fingerprint, long key, long location) {
        long spread = spread(fingerprint, key);
        int at = bucket(spread);
        long tag = tag(spread);
        int empty = -1;
        for (int i = 0; i < BUCKET; i++) {
            long entry = entries.get(at + i);
            if ((entry & ~LOCATION_MASK) == tag) {
                entries.put(at + i, tag | location);
                return;
            }
            if (entry == 0) {
                empty = i;
            }
        }
        // Old ones go at random: their segments are freed sooner or later, and the index never forgets that by itself.
        int victim = empty >= 0 ? empty : (int) (spread >>> 24) & BUCKET - 1;
        entries.put(at + victim, tag | location);
    }

    static long location(int slot, int offset) {
        return (long) slot << Segment.LOG_SIZE | offset;
    }

    static int slot(long location) {
        return (int) (location >>> Segment.LOG_SIZE);
    }

    static int offset(long location) {
        return (int) location & Segment.SIZE - 1;
    }
}
