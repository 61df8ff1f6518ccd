package org.ferrule.dedup.internal;

import java.util.Arrays;

/** A segment that was read from disk: its bytes, and where chunks end in them. One owner at a time. */
final class Recollection {
    private static final int FIRST_CUTS = 1024;

    final byte[] bytes = new byte[Segment.SIZE + Seal.TAG];
    int length;
    int cuts;
    long[] fingerprints = new long[FIRST_CUTS];
    int[] ends = new int[FIRST_CUTS];

    /** Finds the ends of chunks in the bytes. */
    void cut(Gear gear, int most) {
        length = most;
        cuts = 0;
        Chunker chunker = new Chunker(gear);
        for (int end = chunker.next(bytes, 0, length); end >= 0; end = chunker.next(bytes, end, length)) {
            if (cuts == ends.length) {
                ends = Arrays.copyOf(ends, 2 * cuts);
                fingerprints = Arrays.copyOf(fingerprints, 2 * cuts);
            }
            ends[cuts] = end;
            fingerprints[cuts++] = chunker.fingerprint();
        }
    }
}
