package org.ferrule.isession.internal;

/**
 * How many raw bytes the blocks of one history are made of. What is encoded must fit into a block, or the history is lost;
 * so there are as many as fit by the largest share that was left of late, and no more than a usual block where that is large.
 *
 * <p>Larger ones are smaller on the wire and take less time: of JSON in blocks of 64 KB zstd's level 5 leaves 21.9 %, of the
 * same in blocks of 16 KB 22.3 %, and heads of frames take another 0.4.
 */
final class BlockSize {
    /** The most. From here on little is gained, and other flows wait while it is encoded: 1 ms with zstd's level 6. */
    static final int MOST = 1 << 16;

    /** More than so many times a usual block, or it is not worth while to gather them. */
    private static final double WORTH_IT = 1.5;

    /** How much of the room is used: files of an archive differ. */
    private static final double USED = 0.75;

    /** Raw bytes over which a large share is forgotten. */
    private static final double FORGOTTEN = 1 << 18;

    /** Blocks of fewer raw bytes say nothing of larger ones. */
    private static final int SHORT = 1 << 13;

    private double left = 1;

    /**
     * The raw bytes of the next block, at most.
     *
     * @param encoded the bytes that a block may be encoded in
     */
    int raw(int encoded) {
        int fits = (int) Math.min(MOST, USED * encoded / left);
        return fits >= WORTH_IT * Protocol.MOST_ENCODED ? fits : Protocol.MOST_ENCODED;
    }

    /** A block was encoded. */
    void encoded(int raw, int encoded) {
        if (raw >= SHORT) {
            double now = (double) encoded / raw;
            left = Math.max(now, left + (now - left) * Math.min(1, raw / FORGOTTEN));
        }
    }

    /** What was found out does not count any more. */
    void reset() {
        left = 1;
    }
}
