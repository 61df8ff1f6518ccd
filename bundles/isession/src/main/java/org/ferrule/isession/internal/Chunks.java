package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.IntFunction;

/** Buffers of one fibre for what its flows must queue; used on its loop only. */
final class Chunks {
    /** Kept for the next use; more than these go back to the collector. */
    private static final int KEPT = 64;

    private final int size;
    private final IntFunction<ByteBuffer> allocate;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    private Chunks(int size, IntFunction<ByteBuffer> allocate) {
        this.size = size;
        this.allocate = allocate;
    }

    /** For raw bytes that wait to be sent: each holds those of one block. */
    static Chunks ofOutput() {
        return new Chunks(Protocol.MOST_ENCODED, ByteBuffer::allocateDirect);
    }

    /** For blocks that wait to be read: each holds the longest, and its length. On the heap, as the pool reckons. */
    static Chunks ofInput() {
        return new Chunks(Protocol.MOST_PAYLOAD + 4, ByteBuffer::allocate);
    }

    /** An empty chunk: readable from position to limit, with room from limit to capacity. */
    ByteBuffer take() {
        ByteBuffer chunk = free.poll();
        return (chunk == null ? allocate.apply(size) : chunk).limit(0);
    }

    void give(ByteBuffer chunk) {
        if (free.size() < KEPT) {
            free.push(chunk.clear());
        }
    }
}
