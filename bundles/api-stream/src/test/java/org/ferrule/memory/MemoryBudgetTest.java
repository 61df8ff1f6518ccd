package org.ferrule.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long MEGABYTE = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(64 * MEGABYTE, 64 * MEGABYTE);
    private final MemoryAccount account = budget.open("test", Area.DIRECT);
    private final long size = budget.size(Area.DIRECT);

    @Test
    void whatOneHasNoOtherCanHave() {
        MemoryAccount other = budget.open("other", Area.DIRECT);
        assertTrue(account.reserve(size - 10));
        assertFalse(other.reserve(11));
        assertEquals(1, other.refused());
        assertTrue(other.reserve(10));
        account.release(size - 10);
        assertTrue(other.reserve(size - 10));
        assertEquals(size, budget.used(Area.DIRECT));
        assertEquals(0, budget.used(Area.HEAP));
    }

    @Test
    void theLastEighthIsForThoseThatAreThere() {
        assertTrue(account.reserveForNew(size / 8 * 7));
        assertFalse(account.reserveForNew(1));
        assertTrue(account.reserve(size / 8));
    }

    @Test
    void levelsFollowWhatIsInUse() {
        assertEquals(Level.AMPLE, account.level());
        account.take(size / 2);
        assertEquals(Level.SHORT, budget.level(Area.DIRECT));
        account.take(size / 8 * 3);
        assertEquals(Level.SCARCE, account.level());
        assertEquals(Level.AMPLE, budget.level(Area.HEAP));
        account.release(size / 8 * 7);
        assertEquals(Level.AMPLE, account.level());
        assertEquals(1, budget.shortages(Area.DIRECT));
        assertEquals(size / 8 * 7, account.most());
    }

    @Test
    void whatStandsMakesTheRoomSmallerNotFuller() {
        MemoryAccount standing = budget.openStanding("dictionaries", Area.DIRECT);
        standing.take(size / 2);
        assertEquals(Level.AMPLE, account.level());
        assertTrue(account.reserve(size / 4));
        assertEquals(Level.SHORT, account.level());
        assertFalse(account.reserve(size / 4 + 1));
    }

    @Test
    void howeverMuchStandsAnEighthIsLeft() {
        budget.openStanding("dictionaries", Area.DIRECT).take(2 * size);
        assertTrue(account.reserve(size / 8));
        assertFalse(account.reserve(1));
    }

    @Test
    void anAccountThatIsClosedHasNothingAndChangesNothing() {
        account.take(1000);
        account.close();
        assertEquals(0, budget.used(Area.DIRECT));
        account.release(1000);
        account.take(5);
        assertTrue(account.reserve(7));
        account.close();
        assertEquals(0, budget.used(Area.DIRECT));
        assertEquals(List.of(), budget.accounts());
    }

    @Test
    void aSmallHeapHasRoomToo() {
        assertTrue(new MemoryBudget(32 * MEGABYTE, 32 * MEGABYTE).size(Area.HEAP) > 8 * MEGABYTE);
        assertTrue(new MemoryBudget(512 * MEGABYTE, 768 * MEGABYTE).size(Area.HEAP) > 320 * MEGABYTE);
    }

    @Test
    void sizesAreReadAsTheJavaMachineTakesThem() {
        assertEquals(768 * MEGABYTE, MemoryBudget.bytes("768m"));
        assertEquals(2048 * MEGABYTE, MemoryBudget.bytes("2G"));
        assertEquals(1000, MemoryBudget.bytes("1000"));
    }

    @Test
    void aConnectionIsTakenInWithBothItsSharesOrNone() {
        Admission admission = new Admission(budget, "connections");
        long most = Math.min(size / 8 * 7 / Admission.DIRECT, budget.size(Area.HEAP) / 8 * 7 / Admission.HEAP);
        int taken = 0;
        while (admission.admit()) {
            taken++;
        }
        assertEquals(most, taken);
        assertEquals(taken * Admission.HEAP, budget.used(Area.HEAP));
        assertEquals(taken * Admission.DIRECT, budget.used(Area.DIRECT));
        assertEquals(
                1, budget.accounts().stream().mapToLong(MemoryAccount::refused).sum());
        admission.admitAnyway();
        admission.ended();
        admission.ended();
        assertTrue(admission.admit());
        for (int i = 0; i < taken; i++) {
            admission.ended();
        }
        assertEquals(0, budget.used(Area.HEAP));
        assertEquals(0, budget.used(Area.DIRECT));
    }

    /** Several threads reserve and release at random: it is never more than there is, and nothing is left over. */
    @Property(tries = 20)
    void itIsNeverExceeded(@ForAll long seed) throws InterruptedException {
        MemoryBudget shared = new MemoryBudget(MEGABYTE, MEGABYTE);
        MemoryAccount one = shared.open("one", Area.DIRECT);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Random random = new Random(seed + t);
            Thread thread = new Thread(() -> {
                List<Integer> held = new ArrayList<>();
                for (int i = 0; i < 2000; i++) {
                    if (random.nextBoolean() || held.isEmpty()) {
                        int bytes = 1 + random.nextInt(100_000);
                        if (random.nextBoolean() ? one.reserve(bytes) : one.reserveForNew(bytes)) {
                            held.add(bytes);
                        }
                        assertTrue(one.used() <= shared.size(Area.DIRECT));
                    } else {
                        one.release(held.remove(random.nextInt(held.size())));
                    }
                }
                held.forEach(one::release);
            });
            thread.setUncaughtExceptionHandler((any, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        assertEquals(0, shared.used(Area.DIRECT));
    }
}
