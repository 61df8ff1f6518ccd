package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.junit.jupiter.api.Test;

/** Flows where the appliance's memory is short, scarce, or used up. */
class ScarceMemoryTest {
    private static final int PIECE = 1000;

    private final Joined joined = new Joined().greet();
    private final MemoryAccount near = joined.nearOwner.budget.open("others", Area.DIRECT);
    private final MemoryAccount far = joined.farOwner.budget.open("others", Area.DIRECT);

    /** Others have so much of the memory. */
    private void used(MemoryAccount others, double part) {
        others.take((long) (joined.nearOwner.budget.size(Area.DIRECT) * part) - others.used());
    }

    /** Writes until the flow has had enough; gives what is queued then. */
    private static long fill(Opened opened) {
        while (!opened.stream.closed() && opened.write(Bytes.same(PIECE, 1))) {
            continue;
        }
        return opened.stream.queued();
    }

    @Test
    void aPeersFlowIsRefusedWhereMemoryIsScarceAndTakenWhenItIsNotAnyMore() {
        used(far, 0.9);
        Opened refused = Opened.on(joined.near);
        refused.takesBack = () -> true;
        joined.loop.run();
        assertEquals(List.of("memory is scarce"), refused.refused);
        used(far, 0);
        Opened opened = joined.open();
        assertEquals(List.of(), opened.refused);
        long admitted = far(Area.HEAP);
        assertTrue(admitted > 0);
        opened.stream.reset();
        joined.loop.run();
        assertEquals(0, far(Area.HEAP), "what a flow was taken in with is given back");
    }

    private long far(Area area) {
        return joined.farOwner.budget.used(area);
    }

    @Test
    void whatWaitsToBeSentIsLessTheLessMemoryIsLeft() {
        Opened first = joined.open();
        Opened second = joined.open();
        Opened third = joined.open();
        joined.nearStream.hold();
        assertTrue(fill(first) >= 1 << 18);
        used(near, 0.6);
        long few = fill(second);
        assertTrue(few >= 1 << 14 && few < 1 << 15, few + " bytes");
        used(near, 0.9);
        long least = fill(third);
        assertTrue(least > 0 && least <= PIECE, least + " bytes");
    }

    @Test
    void allArrivesThatWasWrittenWhileMemoryWasScarce() {
        Opened opened = joined.open();
        used(near, 0.9);
        joined.nearStream.hold();
        byte[] sent = Bytes.noise(new Random(3), 40 * PIECE);
        opened.write(sent);
        joined.nearStream.release();
        joined.loop.run();
        assertArrayEquals(sent, joined.recorder(0).bytes());
    }

    @Test
    void aFlowForWhichNothingMoreCanWaitIsReset() {
        Opened opened = joined.open();
        Opened other = joined.open();
        joined.nearStream.hold();
        used(near, 1);
        opened.write(Bytes.noise(new Random(4), 1 << 19));
        assertTrue(opened.stream.closed());
        assertFalse(joined.near.ended());
        joined.nearStream.release();
        joined.loop.run();
        assertEquals(1, joined.recorder(0).closed.size());
        used(near, 0);
        other.write(Bytes.same(PIECE, 2));
        joined.loop.run();
        assertEquals(PIECE, joined.recorder(1).size());
    }

    @Test
    void fibresGiveBackWhatTheyHad() {
        assertTrue(near(Area.DIRECT) > 0);
        joined.near.stop("over");
        joined.loop.run();
        assertEquals(0, near(Area.DIRECT));
    }

    private long near(Area area) {
        return joined.nearOwner.budget.used(area);
    }
}
