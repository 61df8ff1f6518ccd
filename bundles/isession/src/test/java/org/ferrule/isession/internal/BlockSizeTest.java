package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class BlockSizeTest {
    private static final int USUAL = Protocol.MOST_ENCODED;

    private final BlockSize size = new BlockSize();

    private void encode(int blocks, double left) {
        for (int i = 0; i < blocks; i++) {
            int raw = size.raw(USUAL);
            size.encoded(raw, (int) (left * raw));
        }
    }

    @Test
    void ofWhatNothingIsKnownBlocksAreUsualOnes() {
        assertEquals(USUAL, size.raw(USUAL));
    }

    @Test
    void thereAreAsManyRawBytesAsFitWithSomeRoomToSpare() {
        encode(300, 0.25);
        assertEquals(0.75 * USUAL / 0.25, size.raw(USUAL), 64);
        encode(300, 0.05);
        assertEquals(BlockSize.MOST, size.raw(USUAL));
    }

    @Test
    void whatIsNotMadeMuchSmallerIsSentInUsualBlocks() {
        encode(300, 0.55);
        assertEquals(USUAL, size.raw(USUAL));
    }

    @Test
    void oneThatWasLeftLongCountsAtOnceAndForAQuarterOfAMegabyte() {
        encode(300, 0.1);
        size.encoded(USUAL, USUAL);
        assertEquals(USUAL, size.raw(USUAL));
        encode(16, 0.1);
        assertTrue(size.raw(USUAL) > USUAL);
    }

    @Test
    void shortOnesSayNothing() {
        encode(300, 0.1);
        size.encoded(200, 190);
        assertEquals(BlockSize.MOST, size.raw(USUAL));
    }

    @Test
    void onASlowLinkOneBlockIsNotToKeepOthersWaiting() {
        encode(300, 0.1);
        assertEquals(USUAL, size.raw(USUAL / 8));
        assertEquals(0.75 * USUAL / 4 / 0.1, size.raw(USUAL / 4), 64);
    }

    @Test
    void afterwardsNothingIsKnown() {
        encode(300, 0.1);
        size.reset();
        assertEquals(USUAL, size.raw(USUAL));
    }

    /** Blocks whose shares differ by no more than the room that is kept fit. */
    @Property
    void whatVariesByAThirdFits(@ForAll long seed, @ForAll @DoubleRange(min = 0.01, max = 1) double most) {
        BlockSize sizes = new BlockSize();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            int raw = sizes.raw(USUAL);
            int encoded = (int) (most * (0.75 + 0.25 * random.nextDouble()) * raw);
            assertTrue(raw == USUAL || encoded <= USUAL, encoded + " bytes of " + raw);
            sizes.encoded(raw, encoded);
        }
    }
}
