package org.ferrule.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectChunksTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 22, 1 << 22);
    private final MemoryAccount account = budget.open("queues", Area.DIRECT);
    private final long size = budget.size(Area.DIRECT);
    private final DirectChunks chunks = new DirectChunks(account, DirectChunks.SMALL, 1 << 16);

    @Test
    void aChunkThatWasGivenBackIsTakenAgainEmpty() {
        ByteBuffer chunk = chunks.take();
        assertTrue(chunk.isDirect());
        assertEquals(DirectChunks.SMALL, chunk.capacity());
        chunk.limit(10).position(5);
        chunks.give(chunk);
        ByteBuffer again = chunks.take();
        assertSame(chunk, again);
        assertEquals(0, again.limit());
    }

    @Test
    void allOfTheMemoryCanBeTakenAndNoMore() {
        List<ByteBuffer> taken = new ArrayList<>();
        for (ByteBuffer next = chunks.take(); next != null; next = chunks.take()) {
            taken.add(next);
        }
        assertEquals(size / DirectChunks.SMALL, taken.size());
        assertEquals(1, account.refused());
        ByteBuffer paid = chunks.takePaid();
        assertNotNull(paid);
        assertEquals((long) taken.size() * DirectChunks.SMALL, account.used());
        ByteBuffer urgent = chunks.takeAnyway();
        assertNotNull(urgent);
        chunks.give(urgent);
        assertEquals(
                (long) taken.size() * DirectChunks.SMALL, account.used(), "what was too much is given back at once");
        assertNull(chunks.take());
        chunks.givePaid(paid);
        taken.forEach(chunks::give);
        assertTrue(account.used() <= 1 << 14, account.used() + " bytes are held back for the next time");
    }

    @Test
    void chargingIsRare() {
        ByteBuffer first = chunks.take();
        long charged = account.used();
        ByteBuffer second = chunks.take();
        assertEquals(charged, account.used());
        chunks.give(first);
        chunks.give(second);
        assertEquals(charged, account.used());
    }
}
