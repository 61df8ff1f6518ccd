package org.ferrule.codec.dictionary;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One direction of a flow being de-duplicated. Bytes are taken until a block is due, which is then fetched and sent. On
 * the fibre's loop.
 */
@ProviderType
public interface DictionaryEncoder {
    /** The most bytes of the flow that a block stands for. */
    int MOST_RAW = 1 << 20;

    /** The least that {@link #take} must be allowed for a block. */
    int LEAST_BLOCK = 128;

    /**
     * Takes bytes from the front of the data into the block that is being made.
     *
     * @param mostRaw how many bytes of the flow the block may stand for
     * @param mostBlock how long the block may become, at least {@link #LEAST_BLOCK} and at most 16,384 bytes
     * @return whether the block is full: fetch and send it, then go on. Else all was taken; the fuller a block is the less it
     *     costs, so that it should wait for what follows at once
     */
    boolean take(ByteBuffer data, int mostRaw, int mostBlock);

    /**
     * Whether what was taken last repeats what is known, and may go on to do so: then the block is worth waiting for more
     * until the writer's input pauses.
     */
    boolean repeats();

    /** The bytes of the flow that the block stands for; 0: there is none. */
    int raw();

    /** Ends the block; it is lent until the next call, in a direct buffer, and must be sent before any other block. */
    ByteBuffer block();

    /**
     * How long the head of the block is that was fetched last: the bytes at its beginning that tell what it refers to.
     * Behind them are the new bytes, to its end.
     */
    int head();

    /**
     * What stood at the other end, too, where the block that was fetched last has new bytes: they often resemble it, and
     * may be compressed with it as their history. {@link DictionaryDecoder#prefix} gives the same.
     *
     * @return at most 48 KB, lent until the next call; empty if there is nothing of that sort
     */
    ByteBuffer prefix();
}
