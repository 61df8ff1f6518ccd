package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LinkRateTest {
    private static final long MS = 1_000_000;

    private long bandwidth;
    private final LinkRate link = new LinkRate(() -> bandwidth);

    /** Its first measure: 100 KB in 100 ms. */
    private void takeAMicrosecondAByte() {
        link.blocked(0, 0);
        link.writable(100 * MS, 100_000);
    }

    /** A flow waits for credit for 100 ms, in which so much is sent. */
    private void waitAtFirst(long bytes) {
        link.waits(0);
        link.sent(0, bytes);
        link.waitsNoMore(100 * MS);
    }

    @Test
    void aLinkThatNeverHeldAnythingUpIsNotKnown() {
        link.sent(0, 0);
        link.sent(1000 * MS, 1 << 30);
        assertEquals(0, link.nanosPerByte());
        link.writable(0, 100);
        assertEquals(0, link.nanosPerByte(), "it was not blocked");
    }

    @Test
    void itsRateIsThatAtWhichItDrained() {
        link.blocked(100 * MS, 1000);
        link.blocked(110 * MS, 9000);
        link.writable(150 * MS, 51_000);
        assertEquals(1000, link.nanosPerByte(), 1e-9, "50 KB in 50 ms");
    }

    @Test
    void shortMeasuresAreAddedUp() {
        for (int i = 0; i < 10; i++) {
            link.blocked(i * 10 * MS, i * 5000L);
            link.writable((i * 10 + 2) * MS, i * 5000L + 1000);
            assertEquals(i == 9 ? 2000 : 0, link.nanosPerByte(), 1e-9);
        }
    }

    @Test
    void aMeasureAmongOthersCountsInPart() {
        takeAMicrosecondAByte();
        link.blocked(100 * MS, 100_000);
        link.writable(200 * MS, 140_000);
        link.blocked(200 * MS, 140_000);
        assertEquals(1000 + 0.3 * 1500, link.nanosPerByte(), 1e-9);
    }

    @Test
    void aLinkThatStoodStillIsNotTakenForThatSlow() {
        takeAMicrosecondAByte();
        link.blocked(100 * MS, 100_000);
        link.writable(1100 * MS, 101_000);
        link.blocked(1100 * MS, 101_000);
        assertEquals(1000 + 0.3 * 3000, link.nanosPerByte(), 1e-9, "as one of a quarter of the speed");
    }

    @Test
    void whatTheKernelHasRoomForWhenTheTransportTakesMoreHasLeft() {
        link.blocked(0, 0);
        link.writable(40 * MS, 40_000);
        link.blocked(50 * MS, 140_000);
        assertEquals(1000 + 0.3 * (50 * MS / 140_000.0 - 1000), link.nanosPerByte(), 1e-9, "140 KB in 50 ms");
    }

    @Test
    void whatTheKernelHadAndMoreIsAMeasureHoweverLongItTook() {
        link.blocked(0, 0);
        link.writable(40 * MS, 40_000);
        link.unsent(20_000);
        link.blocked(100 * MS, 60_000);
        link.writable(101 * MS, 60_000);
        link.blocked(140 * MS, 80_000);
        assertEquals(1000 + 0.3 * 1000, link.nanosPerByte(), 1e-9, "20 KB in 40 ms, of which the kernel had as much");
        link.writable(141 * MS, 80_000);
        link.blocked(181 * MS, 100_001);
        assertEquals(1300, link.nanosPerByte(), 1e-9, "it may have run out");
    }

    @Test
    void whoWasHeldUpForLessThanHalfOfTheTimeDoesNotMeasure() {
        link.blocked(0, 0);
        link.writable(40 * MS, 40_000);
        link.blocked(100 * MS, 60_000);
        link.writable(101 * MS, 60_000);
        link.blocked(1101 * MS, 70_000_000);
        assertEquals(1000, link.nanosPerByte(), 1e-9, "as it drained while it is not known");
    }

    @Test
    void aTransportIsBusyAsLongAsItHasNotRunOut() {
        link.unsent(50_000);
        link.blocked(0, 0);
        link.writable(10 * MS, 25_000);
        assertEquals(10 * MS, link.busyNanos());
        link.blocked(25 * MS, 50_000);
        assertEquals(25 * MS, link.busyNanos(), "no more left than it had");
        link.writable(30 * MS, 60_000);
        link.blocked(100 * MS, 150_000);
        assertEquals(30 * MS, link.busyNanos(), "more left, and it was held up for 5 of 75 ms");
    }

    @Test
    void aLinkThatCarriesMoreHasBecomeFaster() {
        takeAMicrosecondAByte();
        link.sent(1000 * MS, 100_000);
        link.sent(1099 * MS, 10_000_000);
        assertEquals(1000, link.nanosPerByte(), "the window is not over");
        link.sent(1200 * MS, 20_100_000);
        assertTrue(link.nanosPerByte() < 11, "20 MB in 200 ms");
        link.sent(1400 * MS, 20_200_000);
        assertTrue(link.nanosPerByte() < 11, "less says nothing: nobody had more to send");
    }

    @Test
    void aBurstThatIsALittleFasterIsNoOtherLink() {
        takeAMicrosecondAByte();
        link.sent(1000 * MS, 100_000);
        link.sent(1200 * MS, 420_000);
        assertEquals(1000 - 0.3 * 375, link.nanosPerByte(), 1e-9, "320 KB in 200 ms");
        link.sent(1400 * MS, 1_420_000);
        assertEquals(200, link.nanosPerByte(), 1e-9, "a megabyte in 200 ms");
    }

    @Test
    void aLinkThatDoesNotHoldUpWhoEncodesMayBeFaster() {
        takeAMicrosecondAByte();
        link.sent(1000 * MS, 100_000);
        link.encoded(60 * MS);
        link.sent(1100 * MS, 180_000);
        assertEquals(850, link.nanosPerByte(), 1e-9, "it carried 80 KB in 100 ms, 60 of which were for the encoder");
        link.encoded(40 * MS);
        link.sent(1200 * MS, 300_000);
        assertEquals(850, link.nanosPerByte(), 1e-9, "who has nothing to send says nothing of the link");
        link.encoded(60 * MS);
        link.blocked(1210 * MS, 310_000);
        link.writable(1222 * MS, 320_000);
        link.sent(1300 * MS, 400_000);
        assertEquals(850, link.nanosPerByte(), 1e-9, "it held the fibre up for 12 ms of 100");
        link.encoded(60 * MS);
        link.sent(1400 * MS, 450_000);
        assertEquals(850, link.nanosPerByte(), 1e-9, "it carried less than half of what it is taken for");
    }

    @Test
    void whatTheCongestionControlFoundIsMoreExactThanWhatTheKernelTook() {
        takeAMicrosecondAByte();
        link.blocked(100 * MS, 100_000);
        bandwidth = 2_000_000;
        link.writable(200 * MS, 140_000);
        link.blocked(200 * MS, 140_000);
        assertEquals(1000 - 0.3 * 500, link.nanosPerByte(), 1e-9, "2 MB/s, though 40 KB left in 100 ms");
        assertEquals(850, link.pathNanosPerByte(), 1e-9);
    }

    @Test
    void aLinkThatWasFullLatelyIsNotTakenForFasterThanWasFound() {
        bandwidth = 1_000_000;
        takeAMicrosecondAByte();
        link.sent(1000 * MS, 100_000);
        link.encoded(60 * MS);
        link.sent(1100 * MS, 180_000);
        assertEquals(1000, link.nanosPerByte(), 1e-9, "though it hardly held the encoder up");
        link.sent(1200 * MS, 680_000);
        assertEquals(1000, link.nanosPerByte(), 1e-9, "the kernel took 500 KB in 100 ms, in which they did not leave");
        link.sent(3100 * MS, 700_000);
        link.encoded(60 * MS);
        link.sent(3200 * MS, 780_000);
        assertEquals(850, link.nanosPerByte(), 1e-9, "it was full three seconds ago");
    }

    @Test
    void whatIsSentWhileFlowsWaitForCreditIsAMeasureOfThePath() {
        link.waits(0);
        link.waitsNoMore(50 * MS);
        link.sent(50 * MS, 50_000);
        link.waits(50 * MS);
        link.waitsNoMore(100 * MS);
        assertEquals(2000, link.pathNanosPerByte(), 1e-9, "50 KB in the first 100 ms, which is enough to tell");
        assertEquals(0, link.nanosPerByte(), "the transport had room");
    }

    @Test
    void whoOftenHasNothingToSendDoesNotMeasureThePath() {
        for (int i = 0; i < 20; i++) {
            link.waits(i * 50 * MS);
            link.waitsNoMore((i * 50 + 25) * MS);
            link.sent((i * 50 + 25) * MS, i * 50_000L);
        }
        assertEquals(0, link.pathNanosPerByte());
    }

    @Test
    void ofSeveralFlowsThatWaitEachBringsItsShare() {
        link.waits(0);
        link.waits(0);
        link.sent(0, 0);
        link.waitsNoMore(75 * MS);
        link.sent(75 * MS, 50_000);
        link.waitsNoMore(100 * MS);
        assertEquals(2000, link.pathNanosPerByte(), 1e-9);
    }

    @Test
    void aPathThatWasFoundFasterIsTakenForThat() {
        waitAtFirst(20_000);
        assertEquals(5000, link.pathNanosPerByte(), 1e-9);
        link.waits(100 * MS);
        link.sent(100 * MS, 120_000);
        assertEquals(2500 / 3.0, link.pathNanosPerByte(), 1e-9, "120 KB in 100 ms");
        link.waitsNoMore(200 * MS);
        assertEquals(2500 / 3.0 + 0.3 * 500 / 3.0, link.pathNanosPerByte(), 1e-9, "100 KB in 100 ms");
    }

    @Test
    void aReaderThatStoodStillForAMomentIsNotTakenForThatSlow() {
        waitAtFirst(100_000);
        assertEquals(1000, link.pathNanosPerByte(), 1e-9);
        link.waits(100 * MS);
        link.sent(110 * MS, 100_100);
        link.waitsNoMore(150 * MS);
        assertEquals(1000, link.pathNanosPerByte(), 1e-9, "50 ms are too short to tell");
        link.waits(150 * MS);
        link.waitsNoMore(1150 * MS);
        assertEquals(1000 + 0.3 * 3000, link.pathNanosPerByte(), 1e-9, "as one of a quarter of the speed");
    }

    @Test
    void theTransportsOwnMeasureIsThePathsToo() {
        link.waits(0);
        link.blocked(10 * MS, 1000);
        link.writable(60 * MS, 51_000);
        link.waitsNoMore(60 * MS);
        assertEquals(1000, link.pathNanosPerByte(), 1e-9);
        assertEquals(1000, link.nanosPerByte(), 1e-9);
    }

    @Test
    void aWindowThatGrowsWasTheReasonAndNotThePath() {
        link.waits(0);
        link.sent(0, 0);
        link.waitsNoMore(99 * MS);
        link.sent(99 * MS, 50_000);
        link.waits(99 * MS);
        link.windowGrew();
        link.waitsNoMore(110 * MS);
        assertEquals(0, link.pathNanosPerByte());
        link.waits(110 * MS);
        link.sent(110 * MS, 100_000);
        link.waitsNoMore(210 * MS);
        assertEquals(2000, link.pathNanosPerByte(), 1e-9, "50 KB in the 100 ms since");
    }
}
