package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ferrule.codec.CodecException;

/**
 * What a block is made of, in order: new bytes, and ranges of logs. Written as
 *
 * <pre>
 * count                        0: the block is nothing but new bytes
 * length &lt;&lt; 3 | kept &lt;&lt; 2 | 0   new bytes; they follow after the last operation
 * length &lt;&lt; 3 | kept &lt;&lt; 2 | 1   a range of the log of the one before; its distance from the end of that, zigzag
 * length &lt;&lt; 3 | kept &lt;&lt; 2 | 2   a range; number &lt;&lt; 1 | whether the sender writes the log; position
 * </pre>
 *
 * all numbers as {@link Varint}. What is kept is added to the log of the block's sender.
 */
final class Operations {
    /** The most of a block, and the most bytes that they take. */
    static final int MOST = 256;

    static final int MOST_BYTES = 3 + MOST * 24;

    /** The most bytes that one takes. */
    static final int LONGEST = 24;

    private static final int NEW = 0;
    private static final int NEAR = 1;
    private static final int FAR = 2;
    private static final int KEPT = 4;

    private int count;
    private final int[] lengths = new int[MOST];
    private final boolean[] kept = new boolean[MOST];
    private final Log[] logs = new Log[MOST];
    private final long[] positions = new long[MOST];

    /** Finds the log that a peer means. */
    @FunctionalInterface
    interface Logs {
        /** @param ours whether this end writes it */
        Log log(int number, boolean ours) throws CodecException;
    }

    int count() {
        return count;
    }

    void clear() {
        // What was referred to must not be kept from the collector.
        Arrays.fill(logs, 0, count, null);
        count = 0;
    }

    int length(int i) {
        return lengths[i];
    }

    boolean kept(int i) {
        return kept[i];
    }

    /** Null: new bytes. */
    Log log(int i) {
        return logs[i];
    }

    long position(int i) {
        return positions[i];
    }

    /** New bytes; those that follow on new bytes go on with them. */
    void add(int length) {
        if (count > 0 && logs[count - 1] == null) {
            lengths[count - 1] += length;
        } else {
            add(length, true, null, 0);
        }
    }

    void add(int length, boolean keep, Log log, long position) {
        lengths[count] = length;
        kept[count] = keep;
        logs[count] = log;
        positions[count] = position;
        count++;
    }

    /** Whether there are ranges. */
    boolean refer() {
        return count > 1 || count == 1 && logs[0] != null;
    }

    /** How many bytes are in no range. */
    long newBytes() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += logs[i] == null ? lengths[i] : 0;
        }
        return sum;
    }

    void write(ByteBuffer to) {
        if (!refer()) {
            to.put((byte) 0);
            return;
        }
        Varint.put(to, count);
        Log before = null;
        long end = 0;
        for (int i = 0; i < count; i++) {
            long head = (long) lengths[i] << 3 | (kept[i] ? KEPT : 0);
            if (logs[i] == null) {
                Varint.put(to, head | NEW);
                continue;
            }
            if (logs[i] == before) {
                Varint.put(to, head | NEAR);
                Varint.put(to, Varint.zigzag(positions[i] - end));
            } else {
                Varint.put(to, head | FAR);
                Varint.put(to, (long) logs[i].number() << 1 | (logs[i].ours() ? 1 : 0));
                Varint.put(to, positions[i]);
            }
            before = logs[i];
            end = positions[i] + lengths[i];
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param from the operations, and then the new bytes to the buffer's limit
     * @param raw what they must stand for together
     */
    void read(ByteBuffer from, int raw, Logs known) throws CodecException {
        readAgain(from, known);
        check(raw, from.remaining());
    }

    /** Whether a peer's operations stand for so many bytes, of which so many are new. */
    void check(int raw, int stated) throws CodecException {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += lengths[i];
        }
        long fresh = newBytes();
        if (sum != raw || fresh != stated) {
            throw new CodecException("a block stands for " + sum + " bytes with " + fresh + " new ones, and not for "
                    + raw + " with " + stated);
        }
    }

    /** Reads what was found good before. */
    void readAgain(ByteBuffer from, Logs known) throws CodecException {
        clear();
        int stated = Varint.getInt(from);
        if (stated > MOST) {
            throw new CodecException("a block has " + stated + " operations, and may have " + MOST);
        }
        if (stated == 0) {
            add(from.remaining(), true, null, 0);
        }
        long end = 0;
        for (int i = 0; i < stated; i++) {
            end = read(from, end, known);
        }
    }

    private long read(ByteBuffer from, long endBefore, Logs known) throws CodecException {
        long head = Varint.get(from);
        long length = head >>> 3;
        boolean keep = (head & KEPT) != 0;
        if (length == 0 || length > FlowEncoder.MOST_RAW) {
            throw new CodecException("an operation is about " + length + " bytes");
        }
        int kind = (int) head & 3;
        if (kind == NEW) {
            add((int) length, keep, null, 0);
            return endBefore;
        }
        Log log;
        long position;
        if (kind == NEAR) {
            log = lastLog();
            position = endBefore + Varint.zagzig(Varint.get(from));
        } else if (kind == FAR) {
            long name = Varint.get(from);
            if (name >>> 1 > Integer.MAX_VALUE) {
                throw new CodecException("a log has the number " + (name >>> 1));
            }
            // What the sender writes is not ours.
            log = known.log((int) (name >>> 1), (name & 1) == 0);
            position = Varint.get(from);
        } else {
            throw new CodecException("an operation of an unknown kind");
        }
        if (position < 0 || position > Long.MAX_VALUE - length) {
            throw new CodecException("a range begins at " + position);
        }
        add((int) length, keep, log, position);
        return position + length;
    }

    private Log lastLog() throws CodecException {
        for (int i = count - 1; i >= 0; i--) {
            if (logs[i] != null) {
                return logs[i];
            }
        }
        throw new CodecException("the first range of a block names no log");
    }
}
