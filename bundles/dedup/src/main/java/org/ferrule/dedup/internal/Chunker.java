package org.ferrule.dedup.internal;

/**
 * Finds where chunks end in one sequence of bytes, however it is split. A chunk has 256 to 2048 bytes, 512 or so as a rule:
 * ends are rarer before 512 bytes and more frequent after (FastCDC's normalised chunking), and are decided by the hash's
 * high bits, which depend on all of its window.
 */
final class Chunker {
    static final int LEAST = 256;
    static final int USUAL = 512;
    static final int MOST = 2048;

    /** So many high bits are 0 where a chunk ends: two more than the logarithm of the usual size before, two fewer after. */
    private static final int RARE = Long.SIZE - 11;

    private static final int FREQUENT = Long.SIZE - 7;

    private final long[] table;
    private long hash;
    private int size;

    Chunker(Gear gear) {
        table = gear.table();
    }

    /** What comes does not follow on what came. */
    void restart() {
        hash = 0;
        size = 0;
    }

    /**
     * Goes on with the bytes from one index to another.
     *
     * @return the index after the last byte of a chunk that ends there; -1 if none does
     */
    int next(byte[] bytes, int from, int to) {
        int at = from;
        int quiet = Math.min(to, from + Math.max(0, LEAST - Gear.WINDOW - size));
        size += quiet - at;
        at = quiet;
        long h = hash;
        if (size < LEAST) {
            int warm = Math.min(to, at + LEAST - size);
            size += warm - at;
            for (; at < warm; at++) {
                h = (h << 1) + table[bytes[at] & 0xFF];
            }
        }
        if (size < USUAL) {
            int end = Math.min(to, at + USUAL - size);
            int start = at;
            for (; at < end; at++) {
                h = (h << 1) + table[bytes[at] & 0xFF];
                if (h >>> RARE == 0) {
                    return end(h, at + 1);
                }
            }
            size += at - start;
        }
        int end = Math.min(to, at + MOST - size);
        int start = at;
        for (; at < end; at++) {
            h = (h << 1) + table[bytes[at] & 0xFF];
            if (h >>> FREQUENT == 0) {
                return end(h, at + 1);
            }
        }
        size += at - start;
        if (size >= MOST) {
            return end(h, at);
        }
        hash = h;
        return -1;
    }

    private int end(long h, int at) {
        hash = h;
        size = 0;
        return at;
    }

    /** After a chunk's end: what the last {@link Gear#WINDOW} bytes have in common with others. */
    long fingerprint() {
        return hash;
    }
}
