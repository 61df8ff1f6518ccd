package org.ferrule.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkQueueTest {
    private static final int CHUNK = 7;

    private final ChunkQueue queue = new ChunkQueue();
    private final Given chunks = new Given();

    /** Chunks of a few bytes, which have to be given back as what they were taken. */
    private static final class Given implements ChunkQueue.Chunks {
        private final List<ByteBuffer> taken = new ArrayList<>();
        private ByteBuffer first;
        private int left = Integer.MAX_VALUE;

        @Override
        public ByteBuffer takeFirst() {
            assertEquals(null, first, "the first was not given back");
            first = ByteBuffer.allocate(CHUNK).limit(0);
            return first;
        }

        @Override
        public ByteBuffer take() {
            if (left-- <= 0) {
                return null;
            }
            taken.add(ByteBuffer.allocate(CHUNK).limit(0));
            return taken.get(taken.size() - 1);
        }

        @Override
        public void giveFirst(ByteBuffer chunk) {
            assertTrue(chunk == first);
            first = null;
        }

        @Override
        public void give(ByteBuffer chunk) {
            assertTrue(taken.removeIf(t -> t == chunk));
        }

        boolean allGivenBack() {
            return first == null && taken.isEmpty();
        }
    }

    /** Takes a few bytes of what is written, and nothing now and then. */
    private static final class Channel implements GatheringByteChannel {
        private final ByteArrayOutputStream bytes;
        private final Random random;

        Channel(ByteArrayOutputStream bytes, Random random) {
            this.bytes = bytes;
            this.random = random;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            int left = random.nextInt(4 * CHUNK);
            int before = left;
            for (int i = offset; i < offset + length; i++) {
                for (; left > 0 && sources[i].hasRemaining(); left--) {
                    bytes.write(sources[i].get());
                }
            }
            return before - left;
        }

        @Override
        public long write(ByteBuffer[] sources) {
            return write(sources, 0, sources.length);
        }

        @Override
        public int write(ByteBuffer source) {
            return (int) write(new ByteBuffer[] {source});
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static ByteBuffer bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void whateverWayTheyAreTakenTheBytesAreThoseThatWereAdded() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ByteArrayOutputStream added = new ByteArrayOutputStream();
            ByteArrayOutputStream taken = new ByteArrayOutputStream();
            Channel channel = new Channel(taken, random);
            for (int i = 0; i < 200; i++) {
                ByteBuffer data = bytes(random, 3 * CHUNK);
                added.writeBytes(data.array());
                assertTrue(queue.add(data, chunks));
                assertFalse(data.hasRemaining());
                take(random, taken, channel);
                assertEquals(added.size() - taken.size(), queue.size());
                assertEquals(queue.size() == 0, queue.isEmpty());
            }
            while (!queue.isEmpty()) {
                take(random, taken, channel);
            }
            assertArrayEquals(added.toByteArray(), taken.toByteArray());
            assertTrue(chunks.allGivenBack());
        }
    }

    private void take(Random random, ByteArrayOutputStream taken, Channel channel) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> {
                int before = taken.size();
                boolean any = queue.drainTo(channel, new ByteBuffer[3], chunks);
                assertEquals(taken.size() > before, any);
            }
            case 1 -> {
                ByteBuffer to = ByteBuffer.allocate(5 * CHUNK);
                int most = random.nextInt(5 * CHUNK);
                long expected = Math.min(most, queue.size());
                queue.takeInto(to, most, chunks);
                assertEquals(expected, to.position());
                taken.write(to.array(), 0, to.position());
            }
            default -> {
                if (!queue.isEmpty()) {
                    int count = 1 + random.nextInt(queue.head().remaining());
                    for (int i = 0; i < count; i++) {
                        taken.write(queue.head().get());
                    }
                    queue.taken(count, chunks);
                }
            }
        }
    }

    @Test
    void withoutMemoryTheFirstChunkIsFilledAndThatIsTold() {
        chunks.left = 1;
        ByteBuffer data = ByteBuffer.allocate(3 * CHUNK);
        assertFalse(queue.add(data, chunks));
        assertEquals(2 * CHUNK, queue.size());
        assertEquals(CHUNK, data.remaining());
    }

    @Test
    void whatIsDroppedIsGivenBack() {
        assertTrue(queue.add(ByteBuffer.allocate(5 * CHUNK + 1), chunks));
        queue.clear(chunks);
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.size());
        assertTrue(chunks.allGivenBack());
        assertTrue(queue.add(ByteBuffer.allocate(1), chunks), "it is of use again");
    }
}
