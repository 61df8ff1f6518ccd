package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /**
     * The sender has read a segment from its disk, which is the next of a log: log, index, length, 8 bytes of digest, its
     * name, and to the end the trust domain.
     */
    static final int RECALL = 13;

    /** So has the sender of this one, and it is the same: log and index. */
    static final int RECALLED = 14;

    /** It has not, or only so many bytes of it: log, index, length. */
    static final int LOST = 15;

    /** The sender has something on disk of so many pairs of epochs: 16 bytes each. */
    static final int HAVE = 16;

    /** The most pairs of one HAVE. */
    static final int MOST_PAIRS = 512;

    /** The most segments of one FREE. */
    static final int MOST_FREED = 512;

    /** As in OPEN. */
    private static final int MOST_DOMAIN = 1024;

    private static final int LONGEST = 1 + 2 * Varint.MOST + MOST_FREED * (Varint.MOST + 5);

    /** A segment as FREE names it. */
    record Name(int log, boolean ours, int index) {}

    /** What RECALL says of a segment beside its place. */
    record Recall(SegmentName name, String domain, int length, long digest) {}

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

    static ByteBuffer recall(int log, int index, Recall recall) {
        byte[] domain = recall.domain().getBytes(StandardCharsets.UTF_8);
        ByteBuffer message =
                ByteBuffer.allocate(1 + 3 * Varint.MOST + Long.BYTES + SegmentName.MOST_BYTES + domain.length);
        message.put((byte) RECALL);
        Varint.put(message, log);
        Varint.put(message, index);
        Varint.put(message, recall.length());
        message.putLong(recall.digest());
        recall.name().write(message);
        return message.put(domain).flip();
    }

    /** Behind the log and the index of a RECALL. */
    static Recall recall(ByteBuffer message) throws CodecException {
        int length = Varint.getInt(message);
        if (message.remaining() < Long.BYTES) {
            throw new CodecException("a request for a segment ends before its digest");
        }
        long digest = message.getLong();
        SegmentName name = SegmentName.read(message);
        if (message.remaining() > MOST_DOMAIN) {
            throw new CodecException("a trust domain has a name of " + message.remaining() + " bytes");
        }
        byte[] domain = new byte[message.remaining()];
        message.get(domain);
        return new Recall(name, new String(domain, StandardCharsets.UTF_8), length, digest);
    }

    /** Of more pairs than can be told, the first. */
    static ByteBuffer have(List<Pair> pairs) {
        ByteBuffer message = ByteBuffer.allocate(1 + MOST_PAIRS * Pair.BYTES);
        message.put((byte) HAVE);
        pairs.stream().limit(MOST_PAIRS).forEach(pair -> pair.write(message));
        return message.flip();
    }

    /** The pairs of a HAVE. */
    static Set<Pair> pairs(ByteBuffer message) throws CodecException {
        if (message.remaining() % Pair.BYTES != 0) {
            throw new CodecException("what the peer has on disk is named by " + message.remaining() + " bytes");
        }
        Set<Pair> pairs = new HashSet<>();
        while (message.hasRemaining()) {
            pairs.add(Pair.read(message));
        }
        return pairs;
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
