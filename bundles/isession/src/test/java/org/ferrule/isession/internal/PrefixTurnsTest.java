package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ferrule.isession.internal.PrefixTurns.Turn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTurnsTest {
    private final PrefixTurns turns = new PrefixTurns();

    /** Blocks until both are tried again, which all are encoded in one way. */
    private int blocksWith(Turn turn) {
        int blocks = 0;
        for (Turn next = turns.next(); next != Turn.BOTH; next = turns.next()) {
            assertEquals(turn, next);
            blocks++;
        }
        return blocks;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWinsIsUsedEverLonger(boolean prefix) {
        assertEquals(Turn.BOTH, turns.next());
        Turn winner = prefix ? Turn.PREFIX : Turn.HISTORY;
        int before = 0;
        for (int i = 0; i < 10; i++) {
            turns.tried(prefix);
            int blocks = blocksWith(winner);
            assertTrue(blocks >= before && blocks <= 64, blocks + " blocks after " + before);
            before = blocks;
        }
        assertEquals(64, before);
        turns.tried(!prefix);
        assertEquals(4, blocksWith(prefix ? Turn.HISTORY : Turn.PREFIX));
    }
}
