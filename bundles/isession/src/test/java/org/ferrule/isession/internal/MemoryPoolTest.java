package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The pool as flows use it. */
class MemoryPoolTest {
    private static final int ROOM = 10;

    private final Joined joined = new Joined();

    private List<Opened> fill(MemoryPool tight) {
        List<Opened> all = new ArrayList<>();
        for (int i = 0; i < ROOM; i++) {
            all.add(joined.open());
        }
        assertEquals(ROOM * Protocol.FIRST_ENCODED, tight.used());
        return all;
    }

    @Test
    void aFlowThatThePoolHasNoRoomForIsRefusedByThePeer() {
        joined.farOwner.pool = new MemoryPool(ROOM * Protocol.FIRST_ENCODED);
        joined.greet();
        List<Opened> all = fill(joined.farOwner.pool);
        Opened tooMany = Opened.on(joined.near);
        tooMany.takesBack = () -> true;
        joined.loop.run();
        assertEquals(List.of("no memory is left to receive its data"), tooMany.refused);
        assertEquals(1, joined.farOwner.pool.refused());
        all.get(0).stream.reset();
        joined.loop.run();
        assertEquals(0, joined.open().takenBack);
        assertFalse(joined.near.ended());
    }

    @Test
    void aFlowThatThePoolHasNoRoomForIsRefusedAtHome() {
        joined.nearOwner.pool = new MemoryPool(ROOM * Protocol.FIRST_ENCODED);
        joined.greet();
        fill(joined.nearOwner.pool);
        assertEquals(List.of("no memory is left to receive its data"), joined.open().refused);
        assertEquals(ROOM, joined.farOwner.accepted.size());
    }

    @Test
    void allIsGivenBackWithTheFlowsOrTheFibre() {
        joined.greet();
        Opened ended = joined.open();
        Opened reset = joined.open();
        joined.open();
        assertEquals(3 * Protocol.START_ENCODED, joined.nearOwner.pool.used());
        assertEquals(3 * Protocol.START_ENCODED, joined.farOwner.pool.used());
        ended.stream.shutdownOutput();
        reset.stream.reset();
        joined.accepted(0).shutdownOutput();
        joined.loop.run();
        assertEquals(Protocol.START_ENCODED, joined.farOwner.pool.used());
        joined.near.stop("over");
        joined.loop.run();
        assertEquals(0, joined.nearOwner.pool.used() + joined.farOwner.pool.used());
    }

    @Test
    void aRestingFlowKeepsNoMoreThanItsStart() {
        joined.greet();
        Opened opened = joined.open();
        for (int i = 0; i < 400; i++) {
            opened.write(Bytes.same(Protocol.MOST_ENCODED, 1));
            joined.loop.run();
        }
        assertTrue(joined.farOwner.pool.used() > 4 * Protocol.START_ENCODED);
        joined.loop.pass(Duration.ofSeconds(11));
        assertEquals(Protocol.START_ENCODED, joined.farOwner.pool.used());
        for (int i = 0; i < 400; i++) {
            opened.write(Bytes.same(Protocol.MOST_ENCODED, 1));
            joined.loop.run();
        }
        assertEquals(800 * Protocol.MOST_ENCODED, joined.recorder(0).size());
    }

    @Test
    void creditIsGivenWithTheFlowSoThatItsFirstAnswerDoesNotWait() {
        joined.greet();
        joined.open();
        joined.accepted(0).write(java.nio.ByteBuffer.wrap(Bytes.same(Protocol.START_ENCODED, 1)));
        assertEquals(0, joined.accepted(0).queued());
    }

    @Test
    void aFibreThatRanOutOfIdsIsLeft() {
        joined.greet();
        Opened before = joined.open();
        joined.near.flows().nextId(Integer.MAX_VALUE);
        Opened last = joined.open();
        assertTrue(last.refused.isEmpty());
        assertEquals(List.of("its flow ids are used up"), joined.nearOwner.leaving);
        assertEquals(List.of("the peer takes no more flows: the flow ids are used up"), joined.farOwner.leaving);
        assertEquals(List.of("the fibre has no more flow ids"), joined.open().refused);
        last.write(Bytes.same(100, 1));
        joined.loop.run();
        assertEquals(100, joined.recorder(1).size());
        before.stream.reset();
        last.stream.reset();
        joined.loop.run();
        assertTrue(joined.near.ended() && joined.far.ended());
    }

    @Test
    void aPartIsBoundedByItselfAndByTheWhole() {
        MemoryPool whole = new MemoryPool(1000);
        MemoryPool first = new MemoryPool(600, whole);
        MemoryPool second = new MemoryPool(600, whole);
        assertFalse(first.reserve(601, MemoryPool.Share.FIRST));
        assertTrue(first.reserve(600, MemoryPool.Share.FIRST));
        assertFalse(second.reserve(500, MemoryPool.Share.FIRST), "there is not so much left");
        assertEquals(0, second.used());
        assertTrue(second.reserve(400, MemoryPool.Share.FIRST));
        assertEquals(1000, whole.used());
        assertTrue(second.pressed(), "the whole is");
        first.release(600);
        second.release(400);
        assertEquals(0, whole.used() + first.used() + second.used());
    }

    @Test
    void aPoolThatShrinksLendsNothingUntilEnoughCameBack() {
        MemoryPool pool = new MemoryPool(1000);
        assertTrue(pool.reserve(800, MemoryPool.Share.FIRST));
        pool.resize(500);
        assertFalse(pool.reserve(1, MemoryPool.Share.FIRST));
        assertTrue(pool.pressed());
        pool.release(700);
        assertTrue(pool.reserve(400, MemoryPool.Share.FIRST));
    }

    /** Where what waits to be sent takes all memory there is for it, each flow keeps a little. */
    @Test
    void whatWaitsToBeSentIsBoundedInSum() {
        joined.nearOwner.memory.resize(1 << 20);
        joined.greet();
        joined.nearStream.hold();
        List<Opened> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Opened opened = Opened.on(joined.near);
            all.add(opened);
            boolean more = true;
            for (int block = 0; block < 100 && more; block++) {
                more = opened.write(Bytes.noise(new Random(i), 1 << 13));
            }
            assertFalse(more, "somebody must have stopped it");
        }
        long most = (1 << 20) + 40 * (1L << 14) + (1 << 18);
        assertTrue(joined.nearOwner.memory.used() <= most, joined.nearOwner.memory.used() + " bytes");
        joined.nearStream.release();
        joined.loop.run();
        assertEquals(0, joined.nearOwner.memory.used());
        for (int i = 0; i < 40; i++) {
            assertTrue(joined.recorder(i).size() > 0);
            assertEquals(all.get(i).recorder.writables > 0, true);
        }
    }
}
