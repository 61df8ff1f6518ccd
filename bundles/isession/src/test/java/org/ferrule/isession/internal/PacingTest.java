package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FREE = Long.MAX_VALUE;

    private final Pacing pacing = new Pacing();
    private long now;
    private long roundTrip = SECOND / 20;

    private static final class Fake implements Pacing.Line {
        long taken;
        long blocked;
        final List<Long> paces = new ArrayList<>();

        @Override
        public long taken() {
            return taken;
        }

        @Override
        public long blockedNanos() {
            return blocked;
        }

        @Override
        public void pace(long bytesPerSecond) {
            paces.add(bytesPerSecond);
        }

        /** A second in which it carried this, held up by the link or not. */
        Fake carries(long bytes, boolean heldUp) {
            taken += bytes;
            blocked += heldUp ? SECOND / 2 : 0;
            return this;
        }
    }

    private void look(Fake... lines) {
        now += SECOND;
        pacing.look(List.of(lines), roundTrip, now);
    }

    @Test
    void twoThatCompeteArePacedToALittleLessThanTheLink() {
        Fake a = new Fake();
        Fake b = new Fake();
        look(a, b);
        look(a.carries(1_500_000, true), b.carries(500_000, true));
        assertEquals(List.of(970_000L), a.paces);
        assertEquals(List.of(970_000L), b.paces);
        assertEquals(1_940_000, pacing.rate());
    }

    @Test
    void oneAloneIsLeftToItself() {
        Fake a = new Fake();
        Fake b = new Fake();
        look(a, b);
        look(a.carries(2_000_000, true), b.carries(1000, false));
        assertEquals(List.of(), a.paces);
        assertEquals(0, pacing.rate());
    }

    @Test
    void afterTenSecondsTheyRunFreeForOneAndAreMeasuredAnew() {
        Fake a = new Fake();
        Fake b = new Fake();
        look(a, b);
        for (int i = 0; i < 11; i++) {
            look(a.carries(1_000_000, true), b.carries(1_000_000, true));
        }
        assertEquals(List.of(970_000L), a.paces);
        look(a.carries(970_000, true), b.carries(970_000, true));
        assertEquals(List.of(970_000L, FREE), a.paces);
        look(a.carries(2_000_000, true), b.carries(2_000_000, true));
        assertEquals(List.of(970_000L, FREE, 1_940_000L), b.paces);
    }

    @Test
    void whenOneHasNothingMoreToSendTheOtherIsFree() {
        Fake a = new Fake();
        Fake b = new Fake();
        look(a, b);
        look(a.carries(1_000_000, true), b.carries(1_000_000, true));
        look(a.carries(970_000, true), b.carries(100, false));
        assertEquals(List.of(970_000L, FREE), a.paces);
        assertEquals(List.of(970_000L, FREE), b.paces);
        assertEquals(0, pacing.rate());
    }

    @Test
    void aNewOneIsLookedAtFirst() {
        Fake a = new Fake();
        Fake b = new Fake();
        look(a);
        look(a.carries(1_000_000, true), b.carries(900_000, true));
        assertEquals(List.of(), b.paces);
        look(a.carries(1_000_000, true), b.carries(1_000_000, true));
        assertEquals(List.of(970_000L), b.paces);
    }

    @Test
    void oneThatEndsIsForgotten() {
        Fake a = new Fake();
        Fake b = new Fake();
        look(a, b);
        look(a.carries(1_000_000, true), b.carries(1_000_000, true));
        look(a.carries(970_000, true));
        assertEquals(List.of(970_000L, FREE), a.paces);
    }

    @Test
    void whereThereIsNoWanTheyAreLeftAlone() {
        roundTrip = SECOND / 1000;
        Fake a = new Fake();
        Fake b = new Fake();
        look(a, b);
        look(a.carries(100_000_000, true), b.carries(100_000_000, true));
        assertEquals(List.of(), a.paces);
        assertEquals(List.of(), b.paces);
    }
}
