package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.codec.CodecException;

/** What the two ends of a dictionary tell each other beside blocks: a type, and numbers as {@link Varint}. */
final class Message {
    /** The segments of the receiver of this message that its sender holds ready in all: the joining end may send blocks from here on. */
    static final int JOIN = 1;

    /** The same, again. */
    static final int GRANT = 2;

    /** The sender has stored a log of the receiver up to a position. */
    static final int STORED = 3;

    /** The sender refers no more to segments: id, then each one's log (number and whether its sender writes it) and index. */
    static final int FREE = 4;

    /** Nor does the sender of this one. */
    static final int FREE_ACKNOWLEDGED = 5;

    /** All fibres have said so: the segments are gone. */
    static final int FREED = 6;

    /** They are gone here, too. */
    static final int FREED_ACKNOWLEDGED = 7;

    /** The fibre of a log is over; the sender has begun so many segments for it. */
    static final int CLOSED = 8;

    static final int CLOSED_ACKNOWLEDGED = 9;

    /** So many of the receiver's blocks with a check, on this fibre, were right or need not be kept. */
    static final int CHECKED = 10;

    /** The block of this number was not right: its bytes are needed. */
    static final int RESEND = 11;

    /** Bytes of such a block: its number, and they. */
    static final int RESENT = 12;

    /** The most segments of one FREE. */
    static final int MOST_FREED = 512;

    private static final int LONGEST = 1 + 2 * Varint.MOST + MOST_FREED * (Varint.MOST + 5);

    /** A segment as FREE names it. */
    record Name(int log, boolean ours, int index) {}

    private Message() {}

    static ByteBuffer of(int type, long... numbers) {
        ByteBuffer message = ByteBuffer.allocate(1 + numbers.length * Varint.MOST);
        message.put((byte) type);
        for (long number : numbers) {
            Varint.put(message, number);
        }
        return message.flip();
    }

    static ByteBuffer resent(long number, ByteBuffer bytes) {
        ByteBuffer message = ByteBuffer.allocate(1 + Varint.MOST + bytes.remaining());
        message.put((byte) RESENT);
        Varint.put(message, number);
        return message.put(bytes).flip();
    }

    static ByteBuffer free(long id, List<Segment> segments) {
        ByteBuffer message = ByteBuffer.allocate(LONGEST);
        message.put((byte) FREE);
        Varint.put(message, id);
        for (Segment segment : segments) {
            Varint.put(
                    message, (long) segment.log().number() << 1 | (segment.log().ours() ? 1 : 0));
            Varint.put(message, segment.index());
        }
        return message.flip();
    }

    /** The segments of a FREE; what its sender writes is not ours. */
    static List<Name> names(ByteBuffer message) throws CodecException {
        List<Name> names = new ArrayList<>();
        while (message.hasRemaining()) {
            long log = Varint.get(message);
            if (names.size() == MOST_FREED || log >>> 1 > Integer.MAX_VALUE) {
                throw new CodecException("more is to be freed than can be: " + names.size());
            }
            names.add(new Name((int) (log >>> 1), (log & 1) == 0, Varint.getInt(message)));
        }
        return names;
    }
}
