package org.ferrule.memory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers of one size for one thread, in which bytes wait. What is in use is charged to an account, many chunks at a
 * time, so that taking one costs next to nothing; some of those that were given back are kept for the next.
 */
public final class DirectChunks {
    /** The size in which little waits, for many. */
    public static final int SMALL = 1 << 12;

    private static final int MOST_LEASED = 1 << 18;
    private static final int LEASES_KEPT = 8;

    private final MemoryAccount account;
    private final int size;
    private final int kept;

    /** What is charged at once. */
    private final int leased;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    /** What was charged and is not in use. */
    private int lease;

    /**
     * @param account who pays, in {@link Area#DIRECT}
     * @param size of each, in bytes
     * @param kept how many bytes are kept at most for the next use
     */
    public DirectChunks(MemoryAccount account, int size, int kept) {
        this.account = account;
        this.size = size;
        this.kept = kept / size;
        leased = Math.max(size, Math.min(MOST_LEASED, kept / LEASES_KEPT));
    }

    /** An empty chunk, in use from position to limit, with room up to its capacity; null if no memory is left. */
    public ByteBuffer take() {
        if (lease < size) {
            int more = account.tryToReserve(leased) ? leased : account.reserve(size) ? size : 0;
            if (more == 0) {
                return null;
            }
            lease += more;
        }
        lease -= size;
        return get();
    }

    /** A chunk in any case: others depend on what waits in it. */
    public ByteBuffer takeAnyway() {
        if (lease >= size) {
            lease -= size;
        } else {
            account.take(size);
        }
        return get();
    }

    /** A chunk that is paid for: the connection whose bytes wait in it has reserved it since it began. */
    public ByteBuffer takePaid() {
        return get();
    }

    private ByteBuffer get() {
        ByteBuffer chunk = free.poll();
        return (chunk == null ? ByteBuffer.allocateDirect(size) : chunk).limit(0);
    }

    /** Gives back what {@link #take} or {@link #takeAnyway} gave, or another thread's. */
    public void give(ByteBuffer chunk) {
        lease += size;
        // Where others want it nothing is held back for the next time.
        int most = account.level() == Level.AMPLE ? 2 * leased : 0;
        if (lease > most) {
            int back = most == 0 ? lease : leased;
            lease -= back;
            account.release(back);
        }
        givePaid(chunk);
    }

    /** Gives back what {@link #takePaid} gave. */
    public void givePaid(ByteBuffer chunk) {
        if (free.size() < kept) {
            free.push(chunk.clear());
        } else {
            DirectMemory.free(chunk);
        }
    }
}
