package org.ferrule.memory;

import java.nio.ByteBuffer;

/**
 * Chunks for what waits in queues, of one thread: of the usual size while there is enough memory, small ones when it is
 * short. The first of a queue is then the one for which its connection reserved memory when it began.
 */
public final class SizedChunks {
    private final DirectChunks usual;
    private final DirectChunks small;
    private final int size;

    /**
     * @param account who pays, in {@link Area#DIRECT}
     * @param size the usual one, above {@link DirectChunks#SMALL}
     * @param kept how many bytes of either size are kept at most for the next use
     */
    public SizedChunks(MemoryAccount account, int size, int kept) {
        usual = new DirectChunks(account, size, kept);
        small = new DirectChunks(account, DirectChunks.SMALL, kept);
        this.size = size;
    }

    /** An empty chunk, in use from position to limit, with room up to its capacity; null if no memory is left. */
    public ByteBuffer take(Level level) {
        return level == Level.AMPLE ? usual.take() : small.take();
    }

    /** The same for a queue that is empty: there is memory for it in any case. */
    public ByteBuffer takeFirst(Level level) {
        ByteBuffer chunk = level == Level.AMPLE ? usual.take() : null;
        return chunk == null ? small.takePaid() : chunk;
    }

    /** The same, whether there is memory or not: others depend on what waits in it. */
    public ByteBuffer takeAnyway(Level level) {
        return level == Level.AMPLE ? usual.takeAnyway() : small.takeAnyway();
    }

    /** Gives back what {@link #take} or {@link #takeAnyway} gave, or another thread's. */
    public void give(ByteBuffer chunk) {
        (chunk.capacity() == size ? usual : small).give(chunk);
    }

    /** Gives back what {@link #takeFirst} gave, or another thread's. */
    public void giveFirst(ByteBuffer chunk) {
        if (chunk.capacity() == size) {
            usual.give(chunk);
        } else {
            small.givePaid(chunk);
        }
    }
}
