package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.Noise;

/**
 * Whether the next block of a flow is worth a codec. What could not be compressed is followed by blocks that are sent plain,
 * ever more of them, until a sample looks as if it could, or it is time to try again.
 */
final class Compressible {
    /** Smaller blocks are sent as they are: what a codec saves of them is less than what a packet takes anyway. */
    static final int WORTH_IT = 128;

    /** Blocks of the size that failed which are sent plain before the next attempt, at most. */
    private static final int MOST_SKIPPED = 64;

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
        if (size > skip || !blind && size >= Noise.SAMPLE && fewValues(raw)) {
            return true;
        }
        skip -= size;
        return false;
    }

    private static boolean fewValues(ByteBuffer raw) {
        return !Noise.resembles(raw, raw.position(), raw.remaining());
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
        blind = size < Noise.SAMPLE || fewValues(raw);
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
