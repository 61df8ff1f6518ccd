package org.ferrule.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Bytes that wait for a peer, in chunks: the first of them is to be had in any case, further ones as long as there is memory.
 * For one thread at a time; who has it says at each call where chunks come from and go to, which may change.
 */
public final class ChunkQueue {
    /** Where the chunks of a queue come from and go to; each is readable from position to limit, and has room up to its capacity. */
    @ConsumerType
    public interface Chunks {
        /** An empty chunk for a queue that has none; there is memory for it in any case. */
        ByteBuffer takeFirst();

        /** An empty chunk; null if no memory is left. */
        ByteBuffer take();

        /** Gives back what {@link #takeFirst} gave, or that of another queue's owner. */
        void giveFirst(ByteBuffer chunk);

        /** Gives back what {@link #take} gave, or that of another queue's owner. */
        void give(ByteBuffer chunk);
    }

    /** Short to begin with: most connections have nothing in it, and the usual length is 17. */
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>(1);

    /** The chunk that was the first in an empty queue; null when it was given back. */
    private ByteBuffer first;

    private long size;

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** How many bytes wait. */
    public long size() {
        return size;
    }

    /**
     * Copies all that remains in the buffer to the end.
     *
     * @return false if no memory is left: then not all of it was copied
     */
    public boolean add(ByteBuffer data, Chunks chunks) {
        ByteBuffer tail = queue.peekLast();
        while (data.hasRemaining()) {
            if (tail == null || tail.limit() == tail.capacity()) {
                tail = next(chunks);
                if (tail == null) {
                    return false;
                }
                queue.add(tail);
            }
            int n = Math.min(data.remaining(), tail.capacity() - tail.limit());
            int end = tail.limit();
            tail.limit(end + n).put(end, data, data.position(), n);
            data.position(data.position() + n);
            size += n;
        }
        return true;
    }

    private ByteBuffer next(Chunks chunks) {
        if (first != null) {
            return chunks.take();
        }
        first = chunks.takeFirst();
        return first;
    }

    /** The first chunk, from which bytes may be taken; {@link #taken} is to follow. The queue is not empty. */
    public ByteBuffer head() {
        return queue.peek();
    }

    /** So many bytes were taken from the first chunk. */
    public void taken(int count, Chunks chunks) {
        size -= count;
        if (!queue.peek().hasRemaining()) {
            leave(chunks);
        }
    }

    /** Takes as many bytes as there are, and at most so many, from as many chunks as have them. */
    public void takeInto(ByteBuffer to, int most, Chunks chunks) {
        int end = to.position() + most;
        while (!queue.isEmpty() && to.position() < end) {
            ByteBuffer head = queue.peek();
            int count = Math.min(head.remaining(), end - to.position());
            to.put(to.position(), head, head.position(), count).position(to.position() + count);
            head.position(head.position() + count);
            taken(count, chunks);
        }
    }

    /**
     * Writes what the channel takes.
     *
     * @param gathered room for what is written at once; its content is of no use afterwards
     * @return whether that was anything
     * @throws IOException if the channel cannot be written to
     */
    public boolean drainTo(GatheringByteChannel channel, ByteBuffer[] gathered, Chunks chunks) throws IOException {
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
                leave(chunks);
                count--;
            }
            all = count == 0;
        }
        return any;
    }

    /** The chunk at the head is not needed any more. */
    private void leave(Chunks chunks) {
        ByteBuffer chunk = queue.poll();
        if (chunk == first) {
            first = null;
            chunks.giveFirst(chunk);
        } else {
            chunks.give(chunk);
        }
    }

    /** Drops everything. */
    public void clear(Chunks chunks) {
        while (!queue.isEmpty()) {
            leave(chunks);
        }
        size = 0;
    }
}
