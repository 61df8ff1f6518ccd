package org.ferrule.isession.internal;

import java.nio.ByteBuffer;

/** Room that the flows of one fibre borrow. On its loop. */
final class Buffers {
    private final Chunks output = Chunks.ofOutput();
    private final Chunks input = Chunks.ofInput();
    private ByteBuffer raw = ByteBuffer.allocateDirect(1 << 16);
    private ByteBuffer restorable;

    /** For what waits to be sent. */
    Chunks output() {
        return output;
    }

    /** For what waits to be read. */
    Chunks input() {
        return input;
    }

    /** Room for the raw bytes of one block; until the next call. */
    ByteBuffer raw(int size) {
        if (raw.capacity() < size) {
            raw = ByteBuffer.allocateDirect(size);
        }
        return raw.clear().limit(size);
    }

    /** Room for a block that is restored with the dictionary; until the next call. */
    ByteBuffer restorable(int size) {
        if (restorable == null) {
            restorable = ByteBuffer.allocateDirect(Protocol.MOST_PAYLOAD);
        }
        return restorable.clear().limit(size);
    }
}
