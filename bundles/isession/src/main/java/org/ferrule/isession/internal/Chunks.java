package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers of one fibre for blocks that wait to be read: each holds the longest, and its length. On the heap, as the pool
 * reckons that pays for them; used on the fibre's loop only.
 */
final class Chunks {
    private static final int SIZE = Protocol.MOST_PAYLOAD + 4;

    /** Kept for the next use; more than these go back to the collector. */
    private static final int KEPT = 64;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    /** An empty chunk: readable from position to limit, with room from limit to capacity. */
    ByteBuffer take() {
        ByteBuffer chunk = free.poll();
        return (chunk == null ? ByteBuffer.allocate(SIZE) : chunk).limit(0);
    }

    void give(ByteBuffer chunk) {
        if (free.size() < KEPT) {
            free.push(chunk.clear());
        }
    }
}
