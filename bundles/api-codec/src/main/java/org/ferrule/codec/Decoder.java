package org.ferrule.codec;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** The other end of an {@link Encoder}; sees the same blocks in the same order. */
@ConsumerType
public interface Decoder extends AutoCloseable {
    /**
     * Decodes one block.
     *
     * @param block one whole block
     * @param raw where the bytes go; its remaining space is exactly the raw size that the sender stated, and must be
     *     filled exactly
     * @throws CodecException if the block is damaged, or is of another size than stated; the decoder is of no use then
     */
    void decode(ByteBuffer block, ByteBuffer raw) throws CodecException;

    /**
     * Gives the next block the history that its encoder was given; see {@link Encoder#prefix}.
     *
     * @throws UnsupportedOperationException if {@link Codec#takesPrefix()} is false
     */
    default void prefix(ByteBuffer history) {
        throw new UnsupportedOperationException("the codec takes no prefix");
    }

    /** Forgets the history. */
    void reset();

    /** Gives back memory outside the heap. */
    @Override
    void close();
}
