package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;

/**
 * What both ends call a segment, whatever became of the tunnel that it crossed.
 *
 * @param byFirst whether the end with the lesser epoch wrote its log
 * @param log the number of its log
 * @param index its place in the log
 */
record SegmentName(Pair pair, boolean byFirst, int log, int index) {
    /** The most bytes that {@link #write} needs. */
    static final int MOST_BYTES = Pair.BYTES + 2 * Varint.MOST;

    void write(ByteBuffer to) {
        pair.write(to);
        Varint.put(to, (long) log << 1 | (byFirst ? 1 : 0));
        Varint.put(to, index);
    }

    static SegmentName read(ByteBuffer from) throws CodecException {
        if (from.remaining() < Pair.BYTES) {
            throw new CodecException("the name of a segment ends before it is complete");
        }
        Pair pair = Pair.read(from);
        long log = Varint.get(from);
        if (log >>> 1 > Integer.MAX_VALUE) {
            throw new CodecException("a log has the number " + (log >>> 1));
        }
        return new SegmentName(pair, (log & 1) != 0, (int) (log >>> 1), Varint.getInt(from));
    }

    /** The one that follows in the log. */
    SegmentName next() {
        return new SegmentName(pair, byFirst, log, index + 1);
    }
}
