package org.ferrule.net.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Direct buffers of one loop for what a peer has not taken yet; used on its thread only. */
final class Chunks {
    static final int SIZE = 1 << 15;

    /** Kept for the next use; more than these go back to the collector. */
    private static final int KEPT = 256;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    ByteBuffer take() {
        ByteBuffer chunk = free.poll();
        return chunk == null ? ByteBuffer.allocateDirect(SIZE) : chunk;
    }

    void give(ByteBuffer chunk) {
        if (free.size() < KEPT) {
            free.push(chunk.clear());
        }
    }
}
