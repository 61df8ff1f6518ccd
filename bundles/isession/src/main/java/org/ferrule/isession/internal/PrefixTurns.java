package org.ferrule.isession.internal;

/**
 * Whether the blocks of a flow are encoded with a prefix, where they have one, or with the history: whatever made them
 * smaller when both were tried, which is done again from time to time, and ever more rarely as long as the same wins.
 */
final class PrefixTurns {
    /** Blocks until both are tried again: at first, and at most. */
    private static final int SOON = 4;

    private static final int RARELY = 64;

    /** How the next block is to be encoded. */
    enum Turn {
        HISTORY,
        PREFIX,
        BOTH
    }

    private Turn last = Turn.HISTORY;
    private int every = SOON;
    private int left;

    /** How to encode the next block that has a prefix; told {@link #tried} if it is both. */
    Turn next() {
        if (left > 0) {
            left--;
            return last;
        }
        return Turn.BOTH;
    }

    /** Both were tried. */
    void tried(boolean prefixWon) {
        Turn won = prefixWon ? Turn.PREFIX : Turn.HISTORY;
        every = won == last ? Math.min(RARELY, 2 * every) : SOON;
        last = won;
        left = every;
    }
}
