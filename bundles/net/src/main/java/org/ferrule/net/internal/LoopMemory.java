package org.ferrule.net.internal;

import java.nio.ByteBuffer;
import org.ferrule.memory.Area;
import org.ferrule.memory.ChunkQueue;
import org.ferrule.memory.DirectChunks;
import org.ferrule.memory.Level;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.SizedChunks;

/** What the streams of one loop keep bytes in, and how much of it each may have now. On the loop's thread. */
final class LoopMemory {
    /** What is read at once. Larger pieces save calls; beyond this size they no longer do (measured, bench/relay). */
    static final int READ = 1 << 17;

    /** What one stream may read at once, and have waiting, where memory is short. */
    private static final int SHORT = 1 << 15;

    /** What is read at once where it is scarce: it fits, with what TLS adds, into the chunk that each connection has. */
    private static final int SCARCE = DirectChunks.SMALL - 256;

    /** The usual size in which bytes wait for a peer. */
    private static final int CHUNK = 1 << 15;

    /** Kept for the next use, and the part of what buffers may have that all loops may keep, of both sizes. */
    private static final int KEPT = 1 << 23;

    private static final int KEPT_PART = 64;

    /** Chunks that are written at once. */
    private static final int GATHERED = 16;

    private final NetMemory memory;
    private final SizedChunks chunks;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ);
    private final ByteBuffer[] gathered = new ByteBuffer[GATHERED];
    private final ChunkQueue.Chunks usual = new Chunks(false);
    private final ChunkQueue.Chunks vital = new Chunks(true);

    LoopMemory(NetMemory memory) {
        this.memory = memory;
        int kept = (int) Math.min(KEPT, memory.budget().size(Area.DIRECT) / KEPT_PART / 2 / LoopGroup.count());
        chunks = new SizedChunks(memory.queues(), CHUNK, kept);
    }

    /** For what peers have not taken yet. */
    ChunkQueue.Chunks chunks() {
        return usual;
    }

    /** The same for what is kept even where no memory is left. */
    ChunkQueue.Chunks vitalChunks() {
        return vital;
    }

    /** How much is left for them. */
    Level level() {
        return memory.queues().level();
    }

    /** Room for what {@link ChunkQueue#drainTo} writes at once; its content is of no use afterwards. */
    ByteBuffer[] gathered() {
        return gathered;
    }

    /** An empty buffer to read into; until the next call. Its size slows reading where memory is short. */
    ByteBuffer readBuffer() {
        int most =
                switch (memory.level()) {
                    case AMPLE -> READ;
                    case SHORT -> SHORT;
                    case SCARCE -> SCARCE;
                };
        return readBuffer.clear().limit(most);
    }

    /** How much may wait for a peer before its writer is asked to stop. */
    int high(int configured) {
        return switch (level()) {
            case AMPLE -> configured;
            case SHORT -> Math.min(configured, SHORT);
            case SCARCE -> 1;
        };
    }

    /** How little may wait for a peer before its writer may go on. */
    int low(int configured) {
        return switch (level()) {
            case AMPLE -> configured;
            case SHORT -> Math.min(configured, SHORT / 2);
            case SCARCE -> 0;
        };
    }

    /** Chunks by how much memory is left. */
    private final class Chunks implements ChunkQueue.Chunks {
        private final boolean anyway;

        Chunks(boolean anyway) {
            this.anyway = anyway;
        }

        @Override
        public ByteBuffer takeFirst() {
            return chunks.takeFirst(level());
        }

        @Override
        public ByteBuffer take() {
            return anyway ? chunks.takeAnyway(level()) : chunks.take(level());
        }

        @Override
        public void giveFirst(ByteBuffer chunk) {
            chunks.giveFirst(chunk);
        }

        @Override
        public void give(ByteBuffer chunk) {
            chunks.give(chunk);
        }
    }

    /** TLS sessions that there are, and what they hold. */
    MemoryAccount tls() {
        return memory.tls();
    }
}
