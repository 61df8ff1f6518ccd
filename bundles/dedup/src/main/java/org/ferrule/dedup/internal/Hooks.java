package org.ferrule.dedup.internal;

/**
 * Those ends of chunks by which segments on disk are found: one in eight, chosen by content, so that the index of the disk
 * stays small (M. Lillibridge et al., <i>Sparse Indexing</i>, USENIX FAST 2009). All the others come into the memory's index
 * when a segment is brought back, and with it those of its neighbours.
 */
final class Hooks {
    /** Bytes of index for each KB on disk: a hook takes 8 bytes, and there are some 0.21 in a KB. */
    static final int BYTES_PER_KB = 3;

    private static final int LOG_SAMPLE = 3;

    private Hooks() {}

    static boolean sampled(long fingerprint) {
        return fingerprint * 0x9E3779B97F4A7C15L >>> Long.SIZE - LOG_SAMPLE == 0;
    }
}
