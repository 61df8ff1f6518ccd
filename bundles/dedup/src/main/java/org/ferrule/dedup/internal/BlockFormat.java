package org.ferrule.dedup.internal;

/**
 * The bits of a block's first byte. After it come: the number of the log that the block adds to, if it adds anything; the
 * check of 8 bytes, if it refers to anything; the {@link Operations}; the new bytes.
 */
final class BlockFormat {
    /** What the block keeps is added to a log. */
    static final int ADDS = 1;

    /** There is a check over all that the block stands for: ranges of the dictionary, and new bytes. */
    static final int CHECKED = 2;

    /** Only in a block that has arrived: its bytes were asked for again, by the number in the 8 bytes that follow. */
    static final int REPAIRED = 0x80;

    private BlockFormat() {}
}
