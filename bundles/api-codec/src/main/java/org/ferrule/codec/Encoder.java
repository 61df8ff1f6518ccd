package org.ferrule.codec;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** One direction of a flow being compressed. What went before is history for what follows, until {@link #reset}. */
@ConsumerType
public interface Encoder extends AutoCloseable {
    /**
     * Encodes raw bytes as one block that can be decoded as soon as it arrives whole.
     *
     * @param raw up to 1 MB; taken up to its limit when the block fits
     * @param block where the block goes
     * @return false if the block does not fit: then nothing counts as encoded, {@code raw} and {@code block} are as they
     *     were, and the history is lost as if by {@link #reset}
     */
    boolean encode(ByteBuffer raw, ByteBuffer block);

    /**
     * Gives the next block history from outside instead of what went before; the decoder must be given the same bytes at
     * the same block. It holds for that block alone, and what follows goes on from that block.
     *
     * @param history the bytes from position to limit, at most 8 MB, the nearest last; lent until the next block is encoded
     * @throws UnsupportedOperationException if {@link Codec#takesPrefix()} is false
     */
    default void prefix(ByteBuffer history) {
        throw new UnsupportedOperationException("the codec takes no prefix");
    }

    /** Forgets the history; the decoder must be reset at the same block. */
    void reset();

    /** Changes the level from the next block on. */
    void level(int level);

    /** Gives back memory outside the heap. */
    @Override
    void close();
}
