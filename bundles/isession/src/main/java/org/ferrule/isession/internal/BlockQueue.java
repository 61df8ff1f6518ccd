package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Blocks of a flow that wait for their reader, packed into chunks so that many small ones take little more than their size. */
final class BlockQueue {
    private static final int LENGTH = 4;

    private final Chunks chunks;
    private final ArrayDeque<ByteBuffer> packed = new ArrayDeque<>(1);

    /** The chunk whose last block was lent. */
    private ByteBuffer spent;

    BlockQueue(Chunks chunks) {
        this.chunks = chunks;
    }

    boolean isEmpty() {
        return packed.isEmpty();
    }

    /** Copies a block, with its header, to the end of the queue. */
    void add(ByteBuffer block) {
        int size = block.remaining();
        ByteBuffer tail = packed.peekLast();
        if (tail == null || tail.capacity() - tail.limit() < LENGTH + size) {
            tail = chunks.take();
            packed.add(tail);
        }
        int end = tail.limit();
        tail.limit(end + LENGTH + size);
        tail.putInt(end, size).put(end + LENGTH, block, block.position(), size);
        block.position(block.limit());
    }

    /** Takes the first block; it is lent until the next call of this method or {@link #returned}. The queue is not empty. */
    ByteBuffer poll() {
        returned();
        ByteBuffer head = packed.peek();
        int size = head.getInt();
        ByteBuffer block = head.slice(head.position(), size);
        head.position(head.position() + size);
        if (!head.hasRemaining()) {
            spent = packed.poll();
        }
        return block;
    }

    void clear() {
        returned();
        packed.forEach(chunks::give);
        packed.clear();
    }

    /** The block that was taken last is not needed any more. */
    void returned() {
        if (spent != null) {
            chunks.give(spent);
            spent = null;
        }
    }
}
