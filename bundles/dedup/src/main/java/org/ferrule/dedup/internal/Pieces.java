package org.ferrule.dedup.internal;

import org.ferrule.codec.CodecException;

/** Ranges of logs, cut where segments end: the only way in which they are read, so that both ends cut them alike. */
final class Pieces {
    private Pieces() {}

    /** Takes the pieces of a range. */
    @FunctionalInterface
    interface Taker {
        void take(Segment segment, int offset, int length);
    }

    /** Gives the pieces of a range to the taker. What the range is in must be there: see {@link #check}. */
    static void each(Log log, long position, int length, Taker taker) {
        long at = position;
        int left = length;
        while (left > 0) {
            int offset = (int) at & Segment.SIZE - 1;
            int some = Math.min(left, Segment.SIZE - offset);
            taker.take(log.segment((int) (at >>> Segment.LOG_SIZE)), offset, some);
            at += some;
            left -= some;
        }
    }

    /** Whether a range that a peer refers to is there. */
    static void check(Log log, long position, int length) throws CodecException {
        long last = position + length - 1;
        if (last >>> Segment.LOG_SIZE > Integer.MAX_VALUE) {
            throw new CodecException("a range ends at " + last);
        }
        for (long i = position >>> Segment.LOG_SIZE; i <= last >>> Segment.LOG_SIZE; i++) {
            Segment segment = log.segment((int) i);
            long end = Math.min(last + 1 - (i << Segment.LOG_SIZE), Segment.SIZE);
            if (segment == null || end > segment.written()) {
                throw new CodecException("log " + log.number() + " has no bytes " + position + " to " + last);
            }
        }
    }
}
