package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.memory.MemoryAccount;

/** Room that the flows of one fibre borrow. On its loop. */
final class Buffers {
    /** What each fibre has: what it sends next, the raw bytes of a block, three blocks, and what its dictionary works in. */
    private static final int PERMANENT = 1 << 19;

    private static final int RAW = 1 << 16;

    private final MemoryAccount account;
    private final OutputChunks output;
    private final Chunks input = new Chunks();
    private ByteBuffer raw = ByteBuffer.allocateDirect(RAW);
    private ByteBuffer restorable;
    private ByteBuffer joined;

    /** @param memory that pays for it until {@link #close} */
    Buffers(FibreMemory memory) {
        account = memory.fibres();
        account.take(PERMANENT);
        output = new OutputChunks(memory);
    }

    /** For what waits to be sent. */
    OutputChunks output() {
        return output;
    }

    /** For what waits to be read. */
    Chunks input() {
        return input;
    }

    /** Room for the raw bytes of one block; until the next call. */
    ByteBuffer raw(int size) {
        if (raw.capacity() < size) {
            account.take(size - raw.capacity());
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

    /** Room for raw bytes of several chunks that make one block; until the next call. */
    ByteBuffer joined() {
        if (joined == null) {
            account.take(BlockSize.MOST);
            joined = ByteBuffer.allocateDirect(BlockSize.MOST);
        }
        return joined.clear();
    }

    /** The fibre is over. */
    void close() {
        account.release(PERMANENT + raw.capacity() - RAW + (joined == null ? 0 : joined.capacity()));
    }
}
