package org.ferrule.net.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;

/** What was written to a stream and its peer has not taken yet, in chunks of the loop; used on its thread only. */
final class Backlog {
    /** Short to begin with: most connections have nothing in it, and the usual length is 17. */
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>(1);

    private long size;

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** In bytes. */
    long size() {
        return size;
    }

    /** Copies all that remains in the buffer to the end. */
    void add(ByteBuffer data, Chunks chunks) {
        size += data.remaining();
        ByteBuffer tail = queue.peekLast();
        while (data.hasRemaining()) {
            if (tail == null || tail.limit() == tail.capacity()) {
                tail = chunks.take().limit(0);
                queue.add(tail);
            }
            // A chunk is readable from position to limit, and has room from limit to capacity.
            int n = Math.min(data.remaining(), tail.capacity() - tail.limit());
            int end = tail.limit();
            tail.limit(end + n).put(end, data, data.position(), n);
            data.position(data.position() + n);
        }
    }

    /** Writes what the channel takes. Gives whether that was anything. */
    boolean drainTo(WritableByteChannel channel, Chunks chunks) throws IOException {
        boolean any = false;
        while (!queue.isEmpty()) {
            ByteBuffer head = queue.peek();
            int written = channel.write(head);
            size -= written;
            any |= written > 0;
            if (head.hasRemaining()) {
                break;
            }
            chunks.give(queue.poll());
        }
        return any;
    }

    void clear(Chunks chunks) {
        while (!queue.isEmpty()) {
            chunks.give(queue.poll());
        }
        size = 0;
    }
}
