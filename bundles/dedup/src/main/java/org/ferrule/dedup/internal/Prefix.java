package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;

/**
 * What stood where a block has new bytes: those of the log right before the range that follows on them. A changed row of a
 * table, say, resembles the one that it was. Found from the operations alone, so that it needs no words of its own; and
 * always in the segment where the range begins, so that it is there wherever the range is. On the fibre's loop.
 */
final class Prefix {
    /** Fewer new bytes are not worth sending a block with a prefix. */
    private static final int LEAST_NEW = 64;

    /** What was there may have been longer: so many times as many bytes are looked back, and so many more. */
    private static final int TIMES = 2;

    private static final int MORE = 64;

    /** New bytes are at most those of a block, in pieces that have ranges between them. */
    private static final int MOST = TIMES * FlowEncoder.MOST_BLOCK + Operations.MOST / 2 * MORE;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private ByteBuffer bytes;

    /** The prefix of a block that this end sends; empty if it is not worth having one. */
    ByteBuffer ifWorthIt(Operations operations) {
        if (!operations.refer() || operations.newBytes() < LEAST_NEW) {
            return NONE;
        }
        try {
            return of(operations);
        } catch (CodecException e) {
            throw new IllegalStateException("what was referred to is not there", e);
        }
    }

    /** The prefix of a block; lent until the next call. */
    ByteBuffer of(Operations operations) throws CodecException {
        if (bytes == null) {
            bytes = ByteBuffer.allocateDirect(MOST);
        }
        bytes.clear();
        for (int i = 1; i < operations.count(); i++) {
            if (operations.log(i) != null && operations.log(i - 1) == null) {
                add(operations, i);
            }
        }
        return bytes.flip();
    }

    /** Adds what stands before a range, back to the range before it if that is near. */
    private void add(Operations operations, int range) throws CodecException {
        Log log = operations.log(range);
        long end = operations.position(range);
        long most = Math.min(end & Segment.SIZE - 1, TIMES * (long) operations.length(range - 1) + MORE);
        long start = end - most;
        if (range > 1 && operations.log(range - 2) == log) {
            long before = operations.position(range - 2) + operations.length(range - 2);
            start = before > end ? start : Math.max(start, before);
        }
        int offset = (int) start & Segment.SIZE - 1;
        int length = (int) (end - start);
        if (length > 0) {
            Segment segment = log.segment((int) Math.min(end >>> Segment.LOG_SIZE, Integer.MAX_VALUE));
            if (segment == null || segment.written() < offset + length) {
                throw new CodecException("log " + log.number() + " has no bytes " + start + " to " + end);
            }
            bytes.put(bytes.position(), segment.bytes(), offset, length).position(bytes.position() + length);
        }
    }
}
