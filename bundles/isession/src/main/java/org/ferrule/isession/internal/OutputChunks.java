package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.memory.ChunkQueue;
import org.ferrule.memory.SizedChunks;

/** Buffers of one fibre for raw bytes that wait to be sent. On its loop. */
final class OutputChunks implements ChunkQueue.Chunks {
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

    /** Blocks of small chunks compress worse, but where memory is short four times as many flows find some. */
    @Override
    public ByteBuffer take() {
        ByteBuffer chunk = chunks.take(memory.level());
        if (chunk != null) {
            memory.queued(chunk.capacity());
        }
        return chunk;
    }

    @Override
    public ByteBuffer takeFirst() {
        ByteBuffer chunk = chunks.takeFirst(memory.level());
        memory.queued(chunk.capacity());
        return chunk;
    }

    @Override
    public void give(ByteBuffer chunk) {
        memory.queued(-chunk.capacity());
        chunks.give(chunk);
    }

    @Override
    public void giveFirst(ByteBuffer chunk) {
        memory.queued(-chunk.capacity());
        chunks.giveFirst(chunk);
    }
}
