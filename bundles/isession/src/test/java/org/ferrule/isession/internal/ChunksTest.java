package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private final Chunks chunks = new Chunks();

    @Test
    void aChunkThatWasGivenBackIsTakenAgainEmpty() {
        ByteBuffer chunk = chunks.take();
        chunk.limit(10).position(5);
        chunks.give(chunk);
        ByteBuffer again = chunks.take();
        assertSame(chunk, again);
        assertEquals(0, again.remaining());
        assertEquals(Protocol.MOST_PAYLOAD + 4, again.capacity());
    }
}
