package org.ferrule.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SizedChunksTest {
    private static final int USUAL = 1 << 14;

    private final MemoryBudget budget = new MemoryBudget(1 << 22, 1 << 22);
    private final MemoryAccount account = budget.open("queues", Area.DIRECT);
    private final SizedChunks chunks = new SizedChunks(account, USUAL, USUAL);

    @Test
    void theLessIsLeftTheSmallerTheyAre() {
        assertEquals(USUAL, chunks.takeFirst(Level.AMPLE).capacity());
        assertEquals(USUAL, chunks.take(Level.AMPLE).capacity());
        assertEquals(DirectChunks.SMALL, chunks.takeFirst(Level.SHORT).capacity());
        assertEquals(DirectChunks.SMALL, chunks.take(Level.SCARCE).capacity());
        assertEquals(DirectChunks.SMALL, chunks.takeAnyway(Level.SCARCE).capacity());
    }

    @Test
    void thereIsAFirstOneWhereNothingIsLeft() {
        account.take(budget.size(Area.DIRECT));
        assertNull(chunks.take(Level.SCARCE));
        assertEquals(DirectChunks.SMALL, chunks.takeFirst(Level.SCARCE).capacity());
        assertEquals(DirectChunks.SMALL, chunks.takeFirst(Level.AMPLE).capacity());
        assertEquals(budget.size(Area.DIRECT), account.used());
    }

    @Test
    void whateverWasTakenIsGivenBack() {
        ByteBuffer first = chunks.takeFirst(Level.AMPLE);
        ByteBuffer next = chunks.take(Level.AMPLE);
        ByteBuffer small = chunks.take(Level.SHORT);
        ByteBuffer paid = chunks.takeFirst(Level.SCARCE);
        account.take(budget.size(Area.DIRECT));
        chunks.give(small);
        chunks.giveFirst(paid);
        chunks.give(next);
        chunks.giveFirst(first);
        assertEquals(budget.size(Area.DIRECT), account.used(), "nothing is kept where it is scarce");
    }
}
