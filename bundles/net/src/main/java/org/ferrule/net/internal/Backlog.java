package org.ferrule.net.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import org.ferrule.memory.SizedChunks;

/**
 * What was written to a stream and its peer has not taken yet, in chunks of the loop; used on its thread only. The first
 * chunk is to be had in any case, further ones as long as there is memory.
 */
final class Backlog {
    /** Written at once. */
    private static final int GATHERED = 16;

    /** Short to begin with: most connections have nothing in it, and the usual length is 17. */
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>(1);

    /** The chunk that was the first in an empty queue; null when it was given back. */
    private ByteBuffer first;

    private long size;

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** In bytes. */
    long size() {
        return size;
    }

    /**
     * Copies all that remains in the buffer to the end.
     *
     * @param vital whether it is kept even where no memory is left
     * @return false if no memory is left: then not all of it was copied
     */
    boolean add(ByteBuffer data, LoopMemory memory, boolean vital) {
        ByteBuffer tail = queue.peekLast();
        while (data.hasRemaining()) {
            if (tail == null || tail.limit() == tail.capacity()) {
                tail = next(memory, vital);
                if (tail == null) {
                    return false;
                }
                queue.add(tail);
            }
            // A chunk is readable from position to limit, and has room from limit to capacity.
            int n = Math.min(data.remaining(), tail.capacity() - tail.limit());
            int end = tail.limit();
            tail.limit(end + n).put(end, data, data.position(), n);
            data.position(data.position() + n);
            size += n;
        }
        return true;
    }

    private ByteBuffer next(LoopMemory memory, boolean vital) {
        if (first == null) {
            first = memory.chunks().takeFirst(memory.level());
            return first;
        }
        return vital
                ? memory.chunks().takeAnyway(memory.level())
                : memory.chunks().take(memory.level());
    }

    /** Writes what the channel takes. Gives whether that was anything. */
    boolean drainTo(GatheringByteChannel channel, LoopMemory memory) throws IOException {
        ByteBuffer[] gathered = memory.gathered();
        boolean any = false;
        boolean all = true;
        while (all && !queue.isEmpty()) {
            int count = 0;
            for (ByteBuffer chunk : queue) {
                if (count == gathered.length) {
                    break;
                }
                gathered[count++] = chunk;
            }
            long written = channel.write(gathered, 0, count);
            size -= written;
            any |= written > 0;
            while (!queue.isEmpty() && !queue.peek().hasRemaining()) {
                leave(memory.chunks());
                count--;
            }
            all = count == 0;
        }
        return any;
    }

    /** The chunk at the head is not needed any more. */
    private void leave(SizedChunks chunks) {
        ByteBuffer chunk = queue.poll();
        if (chunk == first) {
            first = null;
            chunks.giveFirst(chunk);
        } else {
            chunks.give(chunk);
        }
    }

    void clear(LoopMemory memory) {
        while (!queue.isEmpty()) {
            leave(memory.chunks());
        }
        size = 0;
    }

    /** Room for what is written at once, which the streams of one loop share. */
    static ByteBuffer[] gathered() {
        return new ByteBuffer[GATHERED];
    }
}
