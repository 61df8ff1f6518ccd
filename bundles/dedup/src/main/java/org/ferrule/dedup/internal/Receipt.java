package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a block stood for, kept by its sender until the peer has checked it: so it can be sent plainly if the peer has
 * something else. What it refers to stays meanwhile. On the fibre's loop.
 */
final class Receipt {
    private final long number;
    private final Session session;
    private final List<Part> parts = new ArrayList<>();

    /** A piece of a segment, which is pinned; or bytes of their own. */
    private record Part(Segment segment, ByteBuffer bytes, int offset, int length) {}

    /** @param number of the block among those of the fibre that have a check, from 1 */
    Receipt(long number, Session session) {
        this.number = number;
        this.session = session;
    }

    long number() {
        return number;
    }

    /** The next bytes are a range of a log. */
    void add(Log log, long position, int length) {
        Pieces.each(log, position, length, (segment, offset, some) -> {
            segment.pin();
            parts.add(new Part(segment, segment.bytes(), offset, some));
        });
    }

    /** The next bytes are in no log; they are copied. */
    void add(ByteBuffer from, int at, int length) {
        ByteBuffer copy = ByteBuffer.allocate(length).put(0, from, at, length);
        parts.add(new Part(null, copy, 0, length));
    }

    /** Gives all bytes, in pieces of at most so many. */
    void each(int most, java.util.function.Consumer<ByteBuffer> to) {
        for (Part part : parts) {
            for (int done = 0; done < part.length(); done += most) {
                to.accept(part.bytes().slice(part.offset() + done, Math.min(most, part.length() - done)));
            }
        }
    }

    /** It is not needed any more. */
    void close() {
        parts.forEach(part -> {
            if (part.segment() != null) {
                session.release(part.segment());
            }
        });
    }
}
