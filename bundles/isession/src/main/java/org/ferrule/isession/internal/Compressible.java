package org.ferrule.isession.internal;

import java.nio.ByteBuffer;

/**
 * Whether the next block of a flow is worth a codec. What could not be compressed is followed by blocks that are sent plain,
 * ever more of them, until a sample looks as if it could, or it is time to try again.
 */
final class Compressible {
    /** Smaller blocks are sent as they are: what a codec saves of them is less than what a packet takes anyway. */
    static final int WORTH_IT = 128;

    /** Blocks of the size that failed which are sent plain before the next attempt, at most. */
    private static final int MOST_SKIPPED = 64;

    /** Bytes of a block that are looked at. */
    private static final int SAMPLE = 512;

    /**
     * Of 512 bytes, how many differ in value from all before them: noise has 221 on average with a deviation of 6 (256 values, each
     * missing with probability (255/256)^512), text, code and most binaries have fewer than 150.
     */
    private static final int FEW_VALUES = 190;

    private int failures;

    /** Raw bytes to send plain before the next attempt. */
    private int skip;

    /** Whether plain blocks are due whatever they look like. */
    private boolean blind;

    /** Whether the block should be tried. */
    boolean attempt(ByteBuffer raw) {
        int size = raw.remaining();
        if (size < WORTH_IT) {
            return false;
        }
        // What failed in a short block says nothing of a longer one: that is tried all the same.
        if (size > skip || !blind && size >= SAMPLE && fewValues(raw)) {
            return true;
        }
        skip -= size;
        return false;
    }

    private static boolean fewValues(ByteBuffer raw) {
        int step = raw.remaining() / SAMPLE;
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (int i = 0, at = raw.position(); i < SAMPLE; i++, at += step) {
            int value = raw.get(at);
            long bit = 1L << value;
            int quarter = value >> 6 & 3;
            // Without branches: noise would have each second one predicted wrongly.
            a |= quarter == 0 ? bit : 0;
            b |= quarter == 1 ? bit : 0;
            c |= quarter == 2 ? bit : 0;
            d |= quarter == 3 ? bit : 0;
        }
        return Long.bitCount(a) + Long.bitCount(b) + Long.bitCount(c) + Long.bitCount(d) < FEW_VALUES;
    }

    /** The block was compressed. */
    void succeeded() {
        failures = 0;
        skip = 0;
        blind = false;
    }

    /** A block could not be made smaller. */
    void failed(ByteBuffer raw) {
        int size = raw.remaining();
        failures = Math.min(failures + 1, 30);
        skip = Math.max(skip, size * Math.min(MOST_SKIPPED, 1 << failures));
        // A sample that was wrong once will be wrong again.
        blind = size < SAMPLE || fewValues(raw);
    }

    /** The codec itself failed: it will fail again, and an exception a block costs much. */
    void broken(int bytes) {
        skip = bytes;
        blind = true;
    }

    /** What was found out does not count any more. */
    void reset() {
        succeeded();
    }
}
