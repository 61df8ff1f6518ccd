package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BlockQueueTest {
    private final Chunks chunks = new Chunks();
    private final BlockQueue queue = new BlockQueue(chunks);

    @Property(tries = 200)
    void blocksComeOutAsTheyWentIn(@ForAll long seed) {
        Random random = new Random(seed);
        BlockQueue any = new BlockQueue(new Chunks());
        ArrayDeque<byte[]> expected = new ArrayDeque<>();
        for (int i = 0; i < 200; i++) {
            if (random.nextInt(5) < 3) {
                int most = random.nextBoolean() ? 100 : Protocol.MOST_PAYLOAD;
                byte[] block = Bytes.noise(random, Protocol.BLOCK_HEADER + random.nextInt(most - 5));
                any.add(ByteBuffer.wrap(block));
                expected.add(block);
            } else if (!expected.isEmpty()) {
                assertArrayEquals(expected.poll(), Bytes.of(any.poll()));
            }
            assertTrue(any.isEmpty() == expected.isEmpty());
        }
        while (!any.isEmpty()) {
            assertArrayEquals(expected.poll(), Bytes.of(any.poll()));
        }
    }

    @Test
    void aChunkIsFreeWhenItsLastBlockWasReturned() {
        queue.add(ByteBuffer.wrap(new byte[7]));
        queue.poll();
        ByteBuffer other = chunks.take();
        queue.returned();
        ByteBuffer first = chunks.take();
        assertTrue(first != other);
        queue.add(ByteBuffer.wrap(new byte[7]));
        queue.add(ByteBuffer.wrap(new byte[7]));
        queue.poll();
        queue.clear();
        assertTrue(queue.isEmpty());
        chunks.give(first);
        assertSame(first, chunks.take());
    }
}
