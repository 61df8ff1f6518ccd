package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.memory.SizedChunks;

/** Buffers of one fibre for raw bytes that wait to be sent. On its loop. */
final class OutputChunks {
    /** Each holds the bytes of one block. */
    private static final int USUAL = Protocol.MOST_ENCODED;

    /** Kept for the next use, of either size. */
    private static final int KEPT = 8 * USUAL;

    private final FibreMemory memory;
    private final SizedChunks chunks;

    OutputChunks(FibreMemory memory) {
        this.memory = memory;
        chunks = new SizedChunks(memory.queues(), USUAL, KEPT);
    }

    /**
     * An empty chunk, in use from position to limit, with room up to its capacity; null if no memory is left. Blocks of small
     * ones compress worse, but where memory is short four times as many flows find some.
     */
    ByteBuffer take() {
        ByteBuffer chunk = chunks.take(memory.level());
        if (chunk != null) {
            memory.queued(chunk.capacity());
        }
        return chunk;
    }

    /** The first chunk of a flow, for which there is memory in any case. */
    ByteBuffer takeFirst() {
        ByteBuffer chunk = chunks.takeFirst(memory.level());
        memory.queued(chunk.capacity());
        return chunk;
    }

    /** Gives back a chunk of {@link #take}. */
    void give(ByteBuffer chunk) {
        memory.queued(-chunk.capacity());
        chunks.give(chunk);
    }

    /** Gives back a chunk of {@link #takeFirst}. */
    void giveFirst(ByteBuffer chunk) {
        memory.queued(-chunk.capacity());
        chunks.giveFirst(chunk);
    }
}
