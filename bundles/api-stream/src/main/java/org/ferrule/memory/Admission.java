package org.ferrule.memory;

/**
 * Takes connections in as long as there is memory for them. Each reserves what it cannot do without: its objects, and a
 * chunk in which what each of its two sides does not take at once may wait. So those that were taken in can always go on.
 */
public final class Admission implements AutoCloseable {
    /** What both sides of a proxied connection have on the heap: measured 3 to 5 KB, without TLS. */
    static final long HEAP = 6 << 10;

    /** A chunk for each side. */
    static final long DIRECT = 2L * DirectChunks.SMALL;

    private final MemoryAccount heap;
    private final MemoryAccount direct;

    /** @param holder whose connections they are, as a person would say it: "connections" */
    public Admission(MemoryBudget budget, String holder) {
        heap = budget.open(holder, Area.HEAP);
        direct = budget.open(holder, Area.DIRECT);
    }

    /** Takes one in, if there is memory for it; the accounts count how often there was not. Whoever was taken in says so with {@link #ended}. */
    public boolean admit() {
        if (heap.reserveForNew(HEAP)) {
            if (direct.reserveForNew(DIRECT)) {
                return true;
            }
            heap.release(HEAP);
        }
        return false;
    }

    /** Takes one in in any case: others depend on it. */
    public void admitAnyway() {
        heap.take(HEAP);
        direct.take(DIRECT);
    }

    /** One that was taken in is over. */
    public void ended() {
        heap.release(HEAP);
        direct.release(DIRECT);
    }

    @Override
    public void close() {
        heap.close();
        direct.close();
    }
}
