package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.isession.internal.MemoryPool.Share;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.testing.FakeLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiveWindowTest {
    private static final int FIRST = Protocol.FIRST_ENCODED;
    private static final int START = Protocol.START_ENCODED;
    private static final int RAW = Protocol.FIRST_RAW;
    private static final long ROUND_TRIP = Duration.ofMillis(100).toNanos();

    private final FakeLoop loop = new FakeLoop();
    private final MemoryPool pool = new MemoryPool(1 << 30);
    private final SendWindow sending = new SendWindow();
    private final ReceiveWindow receiving = open(pool, loop);

    private record Block(int encoded, int raw) {}

    private static ReceiveWindow open(MemoryPool pool, FakeLoop loop) {
        assertTrue(pool.reserve(FIRST, Share.FIRST));
        return new ReceiveWindow(pool, loop, false);
    }

    private static void tell(ReceiveWindow to, SendWindow from) throws ProtocolError {
        ByteBuffer frame = ByteBuffer.allocate(Protocol.HEADER + 8);
        to.tell(frame, 1, ROUND_TRIP);
        from.add(frame.getInt(Protocol.HEADER), frame.getInt(Protocol.HEADER + 4));
    }

    private static void breaks(org.junit.jupiter.api.function.Executable call) {
        assertEquals(Rule.CREDIT, assertThrows(ProtocolError.class, call).rule());
    }

    /** Sends as much as there is credit for and reads it all, so many times, with so much time in between. */
    private void rounds(int count, Duration pause) throws ProtocolError {
        for (int i = 0; i < count; i++) {
            while (sending.available() > 0) {
                int size = Math.min(sending.available(), Protocol.MOST_ENCODED);
                sending.use(size, size);
                receiving.use(size, size);
                receiving.drained(size, size);
            }
            loop.pass(pause);
            if (receiving.worthTelling()) {
                tell(receiving, sending);
            }
        }
    }

    @Property(tries = 200)
    void whatIsUnderWayNeverExceedsWhatThePoolHasReserved(@ForAll long seed) throws ProtocolError {
        Random random = new Random(seed);
        FakeLoop time = new FakeLoop();
        MemoryPool small = new MemoryPool(START * (1 + random.nextInt(40)));
        ReceiveWindow to = open(small, time);
        SendWindow from = new SendWindow();
        Queue<Block> held = new ArrayDeque<>();
        long heldCost = 0;
        for (int i = 0; i < 2000; i++) {
            if (random.nextInt(3) > 0 && from.available() > 0) {
                int raw = 1 + random.nextInt(Math.min(from.available(), Protocol.MOST_ENCODED));
                Block block = new Block(random.nextInt(raw + 1), raw);
                from.use(block.encoded(), block.raw());
                to.use(block.encoded(), block.raw());
                held.add(block);
                heldCost += Protocol.cost(block.encoded());
            } else if (!held.isEmpty()) {
                Block block = held.poll();
                to.drained(block.encoded(), block.raw());
                heldCost -= Protocol.cost(block.encoded());
                if (to.worthTelling()) {
                    tell(to, from);
                }
            } else if (random.nextInt(10) == 0) {
                to.returned(from.giveBack(Protocol.START_ENCODED));
            }
            time.pass(Duration.ofMillis(random.nextInt(3)));
            assertTrue(heldCost <= small.used() && small.used() <= small.size());
        }
        to.release();
        assertEquals(0, small.used());
    }

    @Test
    void moreThanTheCreditIsAnOverrunOfEitherKind() {
        breaks(() -> receiving.use(FIRST + 1, 1));
        breaks(() -> receiving.use(1, RAW + 1));
    }

    @Test
    void aShortBlockCountsWhatHoldingItCosts() throws ProtocolError {
        for (int i = 0; i < FIRST / Protocol.LEAST_COST; i++) {
            receiving.use(0, 1);
        }
        breaks(() -> receiving.use(0, 1));
    }

    @Test
    void whatWasReadCountsOnlyWhenThePeerWasTold() throws ProtocolError {
        receiving.use(FIRST, FIRST);
        receiving.drained(FIRST, FIRST);
        breaks(() -> receiving.use(1, 1));
        tell(receiving, sending);
        receiving.use(START, START);
    }

    @Test
    void aNewFlowMayStartWithMoreWhereThereIsMemoryToSpare() throws ProtocolError {
        assertTrue(receiving.worthTelling());
        tell(receiving, sending);
        assertEquals(START, sending.available());
        assertEquals(START, pool.used());
        MemoryPool tight = new MemoryPool(START);
        assertFalse(open(tight, loop).worthTelling());
        assertEquals(FIRST, tight.used());
    }

    @Test
    void aWindowThatHoldsItsFlowBackDoubles() throws ProtocolError {
        rounds(1, Duration.ofMillis(100));
        assertEquals(START, sending.available());
        rounds(3, Duration.ofMillis(100));
        assertEquals(8 * START, sending.available());
        rounds(20, Duration.ofMillis(100));
        assertEquals(Protocol.MOST_ENCODED_WINDOW, sending.available());
        assertEquals(Protocol.MOST_ENCODED_WINDOW, pool.used());
    }

    @Test
    void aSlowReaderKeepsASmallWindow() throws ProtocolError {
        rounds(1, Duration.ofMillis(300));
        for (int i = 0; i < 100; i++) {
            int quarter = START / 4;
            sending.use(quarter, quarter);
            receiving.use(quarter, quarter);
            receiving.drained(quarter, quarter);
            loop.pass(Duration.ofMillis(60));
            tell(receiving, sending);
        }
        assertEquals(START, pool.used());
    }

    @Test
    void windowsShrinkWhenOthersNeedThePool() throws ProtocolError {
        rounds(6, Duration.ofMillis(100));
        assertTrue(pool.used() > 8 * START);
        assertTrue(pool.reserve((int) (pool.size() - pool.used()), Share.FIRST));
        long full = pool.used();
        rounds(40, Duration.ofMillis(100));
        assertEquals(START, sending.available());
        assertTrue(pool.used() < full - 8 * START);
    }

    @Test
    void aFlowThatRestsGivesBackWhatItHasBeyondTheStart() throws ProtocolError {
        rounds(6, Duration.ofMillis(100));
        int back = sending.giveBack(Protocol.START_ENCODED);
        assertTrue(back > 0);
        receiving.returned(back);
        assertEquals(START, sending.available());
        assertEquals(START, pool.used());
        assertEquals(0, sending.giveBack(Protocol.START_ENCODED));
    }

    @Test
    void aPeerCannotGiveBackWhatItDoesNotHave() throws ProtocolError {
        breaks(() -> receiving.returned(1 << 20));
        breaks(() -> receiving.returned(-1));
        tell(receiving, sending);
        breaks(() -> receiving.returned(START - FIRST + 1));
        receiving.returned(START - FIRST);
        assertEquals(FIRST, pool.used());
    }

    @ParameterizedTest
    @CsvSource({"16777216,0", "0,67108864", "-1,0", "0,-1", "2147483647,0", "0,2147483647", "-2147483648,-2147483648"})
    void moreCreditThanAWindowMayHaveIsRefused(int encoded, int raw) {
        breaks(() -> sending.add(encoded, raw));
    }

    @Test
    void thePeerIsToldAtAQuarterOfEitherWindow() throws ProtocolError {
        tell(receiving, sending);
        receiving.drained(START / 4 - 1, RAW / 4 - 1);
        assertFalse(receiving.worthTelling());
        receiving.drained(1, 0);
        assertTrue(receiving.worthTelling());
        tell(receiving, sending);
        assertFalse(receiving.worthTelling());
        receiving.drained(0, RAW / 4);
        assertTrue(receiving.worthTelling());
    }

    @Test
    void aFullPoolRefusesAndCounts() {
        MemoryPool small = new MemoryPool(4 * FIRST);
        for (int i = 0; i < 4; i++) {
            assertTrue(small.reserve(FIRST, Share.FIRST));
        }
        assertFalse(small.reserve(FIRST, Share.FIRST));
        assertEquals(1, small.refused());
        small.release(FIRST);
        assertFalse(small.reserve(FIRST, Share.GROWTH));
        assertTrue(small.reserve(FIRST, Share.FIRST));
    }
}
