package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.DictionaryDecoder.Repaired;

/** A block that did not come right, while its bytes are sent again. On the fibre's loop. */
final class Repair {
    private final long stated;
    private final int[] pieces;
    private final ByteBuffer bytes;
    private final Repaired waiting;
    private boolean right;

    /**
     * @param stated the check of the block
     * @param pieces how it is cut for the check
     */
    Repair(long stated, int[] pieces, int raw, Repaired waiting) {
        this.stated = stated;
        this.pieces = pieces;
        this.waiting = waiting;
        bytes = ByteBuffer.allocate(raw);
    }

    int size() {
        return bytes.capacity();
    }

    boolean ready() {
        return right;
    }

    /** From position 0 on, when it is ready. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** More of its bytes came. Gives whether they were the last. */
    boolean add(ByteBuffer more, long key) throws CodecException {
        if (right || more.remaining() > bytes.remaining()) {
            throw new CodecException("more is sent again than was asked for");
        }
        bytes.put(more);
        if (bytes.hasRemaining()) {
            return false;
        }
        Check check = new Check(key);
        check.begin();
        int at = 0;
        for (int length : pieces) {
            check.add(bytes, at, length);
            at += length;
        }
        right = check.value() == stated;
        waiting.repaired(right);
        return true;
    }

    /** It will not come. */
    void fail() {
        if (!right) {
            waiting.repaired(false);
        }
    }
}
