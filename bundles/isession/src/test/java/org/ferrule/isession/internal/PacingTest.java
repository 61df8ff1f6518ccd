package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FREE = Long.MAX_VALUE;

    private final Pacing pacing = new Pacing();
    private final Fake a = new Fake();
    private final Fake b = new Fake();
    private long now;
    private long roundTrip = SECOND / 20;

    private static final class Fake implements Pacing.Line {
        long taken;
        long busy;
        long found;
        final List<Long> paces = new ArrayList<>();

        @Override
        public long taken() {
            return taken;
        }

        @Override
        public long busyNanos() {
            return busy;
        }

        @Override
        public long foundRate() {
            return found;
        }

        @Override
        public void pace(long bytesPerSecond) {
            paces.add(bytesPerSecond);
        }

        /** A second in which it carried this, held up by the link or not. */
        Fake carries(long bytes, boolean heldUp) {
            taken += bytes;
            busy += heldUp ? SECOND * 9 / 10 : 0;
            return this;
        }
    }

    private void look(Fake... lines) {
        now += SECOND;
        pacing.look(List.of(lines), roundTrip, now);
    }

    /** Both are held up all the time in two looks. */
    private void compete(Fake a, Fake b, long bytesOfA, long bytesOfB) {
        look(a.carries(bytesOfA, true), b.carries(bytesOfB, true));
        look(a.carries(bytesOfA, true), b.carries(bytesOfB, true));
    }

    @Test
    void twoThatCompeteArePacedToALittleLessThanTheLink() {
        look(a, b);
        compete(a, b, 1_500_000, 500_000);
        assertEquals(List.of(990_000L), a.paces);
        assertEquals(List.of(990_000L), b.paces);
        assertEquals(1_980_000, pacing.rate());
    }

    @Test
    void aLinkThatStoodStillIsNoMeasure() {
        look(a, b);
        compete(a, b, 40, 40);
        compete(a, b, 40, 0);
        assertEquals(List.of(), a.paces);
        assertEquals(0, pacing.rate());
        compete(a, b, 40_000, 60_000);
        assertEquals(List.of(49_500L), a.paces);
    }

    @Test
    void aTransferThatBeganOrEndedBetweenTwoLooksIsNoMeasure() {
        look(a, b);
        for (int i = 0; i < 20; i++) {
            a.busy += SECOND / 2;
            b.busy += SECOND / 2;
            look(a.carries(500_000, false), b.carries(500_000, false));
        }
        look(a.carries(500_000, true), b.carries(500_000, true));
        look(a.carries(500_000, false), b.carries(500_000, false));
        assertEquals(List.of(), a.paces);
        assertEquals(List.of(), b.paces);
    }

    @Test
    void whileTheyAreStillFindingOutHowMuchTheLinkCarriesTheyAreNotPaced() {
        look(a, b);
        look(a.carries(100_000, true), b.carries(100_000, true));
        look(a.carries(800_000, true), b.carries(800_000, true));
        assertEquals(List.of(), a.paces);
        look(a.carries(810_000, true), b.carries(790_000, true));
        assertEquals(List.of(792_000L), a.paces);
    }

    @Test
    void oneAloneIsPacedToo() {
        look(a, b);
        look(a.carries(2_000_000, true), b.carries(1000, false));
        look(a.carries(2_000_000, true), b.carries(1000, false));
        assertEquals(List.of(1_980_990L), a.paces);
        assertEquals(List.of(), b.paces);
    }

    @Test
    void afterTenSecondsTheyRunFreeAndAreMeasuredAnew() {
        look(a, b);
        compete(a, b, 1_000_000, 1_000_000);
        for (int i = 0; i < 10; i++) {
            look(a.carries(990_000, true), b.carries(990_000, true));
        }
        assertEquals(List.of(990_000L), a.paces);
        look(a.carries(990_000, true), b.carries(990_000, true));
        assertEquals(List.of(990_000L, FREE), a.paces);
        compete(a, b, 2_000_000, 2_000_000);
        assertEquals(List.of(990_000L, FREE, 1_980_000L), b.paces);
    }

    @Test
    void whenOneHasNothingMoreToSendTheOtherHasAllOfTheLink() {
        look(a, b);
        compete(a, b, 1_000_000, 1_000_000);
        look(a.carries(990_000, true), b.carries(100, false));
        assertEquals(List.of(990_000L, 1_980_000L), a.paces);
        assertEquals(List.of(990_000L, FREE), b.paces);
        assertEquals(1_980_000, pacing.rate());
    }

    @Test
    void whatWasMeasuredHoldsForWhoeverIsNext() {
        look(a, b);
        look(a.carries(1_000_000, true), b);
        look(a.carries(1_000_000, true), b);
        look(a, b);
        assertEquals(List.of(990_000L, FREE), a.paces);
        assertEquals(0, pacing.rate());
        look(a, b.carries(500_000, true));
        assertEquals(List.of(990_000L), b.paces);
        for (int i = 0; i < 10; i++) {
            look(a, b.carries(990_000, true));
        }
        assertEquals(List.of(990_000L, FREE), b.paces);
    }

    @Test
    void aNewOneIsLookedAtFirst() {
        look(a);
        look(a.carries(1_000_000, true), b.carries(900_000, true));
        look(a.carries(1_000_000, true), b.carries(1_000_000, true));
        assertEquals(List.of(), b.paces);
        look(a.carries(1_000_000, true), b.carries(1_000_000, true));
        assertEquals(List.of(990_000L), b.paces);
    }

    @Test
    void oneThatEndsLeavesItsShare() {
        look(a, b);
        compete(a, b, 1_000_000, 1_000_000);
        look(a.carries(990_000, true));
        assertEquals(List.of(990_000L, 1_980_000L), a.paces);
    }

    /** A second in which it carried this, and was held up for a third of it. */
    private void lookAtHardlyFaster(long bytes) {
        a.busy += SECOND / 3;
        look(a.carries(bytes, false), b);
    }

    @Test
    void oneWhoseSenderIsHardlyFasterThanTheLinkIsPacedToWhatWasFound() {
        look(a, b);
        lookAtHardlyFaster(900_000);
        lookAtHardlyFaster(900_000);
        assertEquals(List.of(), a.paces, "nothing was found");
        a.found = 1_000_000;
        lookAtHardlyFaster(900_000);
        assertEquals(List.of(990_000L), a.paces);
        assertEquals(990_000, pacing.rate());
        for (int i = 0; i < 4; i++) {
            assertEquals(List.of(990_000L), a.paces, "it is to hold for a moment only");
            lookAtHardlyFaster(900_000);
        }
        assertEquals(List.of(990_000L, FREE), a.paces);
    }

    @Test
    void oneThatCarriesMuchLessThanWasFoundIsNotPaced() {
        look(a, b);
        a.found = 1_000_000;
        lookAtHardlyFaster(700_000);
        assertEquals(List.of(), a.paces);
    }

    @Test
    void oneThatStandsStillAgainAndAgainIsPacedToWhatWasFound() {
        look(a, b);
        a.found = 1_000_000;
        for (int i = 0; i < 4; i++) {
            assertEquals(List.of(), a.paces, "the next look may be one without");
            look(a.carries(950_000, true), b);
        }
        assertEquals(List.of(980_100L), a.paces);
    }

    /** A second in which it carried this, and was held up for all of it. */
    private void lookAtFull(long bytes) {
        a.busy += SECOND;
        look(a.carries(bytes, false), b);
    }

    @Test
    void whatWasFoundInBurstsIsNotWhatALinkCarriesThatIsAlwaysFull() {
        look(a, b);
        a.found = 1_020_000;
        look(a.carries(950_000, true), b);
        lookAtFull(1_000_000);
        assertEquals(List.of(990_000L), a.paces);
    }

    @Test
    void whatWasFoundHoldsOnlyUntilTheLinkIsMeasured() {
        look(a, b);
        a.found = 1_020_000;
        lookAtHardlyFaster(900_000);
        assertEquals(List.of(1_009_800L), a.paces);
        lookAtFull(990_000);
        lookAtFull(1_000_000);
        assertEquals(List.of(1_009_800L, 990_000L), a.paces);
        for (int i = 0; i < 10; i++) {
            lookAtFull(990_000);
        }
        assertEquals(List.of(1_009_800L, 990_000L), a.paces, "it holds for as long as any measure");
        lookAtFull(990_000);
        assertEquals(List.of(1_009_800L, 990_000L, FREE), a.paces);
    }

    @Test
    void looksWithOthersBetweenThemDoNotAgree() {
        look(a, b);
        a.found = 1_020_000;
        lookAtHardlyFaster(900_000);
        lookAtFull(500_000);
        lookAtHardlyFaster(900_000);
        lookAtFull(500_000);
        assertEquals(List.of(1_009_800L), a.paces);
    }

    @Test
    void oneThatCarriesMoreThanWasFoundIsPacedToThat() {
        look(a, b);
        a.found = 900_000;
        look(a.carries(950_000, true), b);
        look(a.carries(950_000, true), b);
        assertEquals(List.of(940_500L), a.paces);
    }

    @Test
    void ofTwoWhatEachHasFoundSaysNothing() {
        look(a, b);
        a.found = 1_000_000;
        b.found = 1_000_000;
        for (int i = 0; i < 3; i++) {
            b.busy += SECOND / 3;
            b.taken += 900_000;
            lookAtHardlyFaster(900_000);
        }
        assertEquals(List.of(), a.paces);
    }

    @Test
    void whereThereIsNoWanTheyAreLeftAlone() {
        roundTrip = SECOND / 1000;
        look(a, b);
        a.found = 100_000_000;
        look(a.carries(100_000_000, true), b);
        compete(a, b, 100_000_000, 100_000_000);
        assertEquals(List.of(), a.paces);
        assertEquals(List.of(), b.paces);
    }
}
