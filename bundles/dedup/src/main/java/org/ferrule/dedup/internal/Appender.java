package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;

/** Adds to the end of one log, segment by segment. On its writer's loop. */
final class Appender {
    private final FibreMember member;
    private final Session session;
    private final Log log;

    Appender(FibreMember member, Log log) {
        this.member = member;
        session = member.session();
        this.log = log;
    }

    Log log() {
        return log;
    }

    /** How many segments must be begun for so many bytes. */
    int segmentsFor(int bytes) {
        int room = log.open() == null ? 0 : Segment.SIZE - log.open().written();
        return bytes <= room ? 0 : (bytes - room + Segment.SIZE - 1) >>> Segment.LOG_SIZE;
    }

    /** Adds bytes of a buffer; there are segments for them. */
    void append(ByteBuffer from, int at, int length) {
        int next = at;
        int left = length;
        while (left > 0) {
            Segment open = log.open();
            if (open == null) {
                open = session.begin(log);
            }
            int some = Math.min(left, Segment.SIZE - open.written());
            open.append(from, next, some);
            log.appended(some);
            if (open.full()) {
                Segment complete = open;
                // Later, when it is known where chunks end in it.
                member.run(() -> session.recalls().completed(complete));
            }
            next += some;
            left -= some;
        }
    }

    /** A chunk ended before this position. */
    void index(long fingerprint, long end) {
        Segment segment = log.segment((int) (end - 1 >>> Segment.LOG_SIZE));
        if (session.recalls().available() && Hooks.sampled(fingerprint)) {
            segment.hook(fingerprint);
        }
        session.store()
                .index()
                .put(
                        fingerprint,
                        log.domain().key(),
                        Index.location(segment.slot(), (int) (end - 1) & Segment.SIZE - 1));
    }

    /** Makes sure that there are segments for so many bytes of this end; gives whether there are. */
    boolean reserve(int bytes) {
        int needed = segmentsFor(bytes);
        return needed == 0 || session.reserve(needed);
    }

    /** The same for bytes of the peer, which was promised them. */
    void expect(int bytes) throws CodecException {
        int needed = segmentsFor(bytes);
        if (needed > 0) {
            session.expect(needed);
        }
    }
}
