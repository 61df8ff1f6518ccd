package org.ferrule.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What one holder has of an area. Opened by {@link MemoryBudget#open}; its holder closes it when it ends. */
public final class MemoryAccount implements AutoCloseable {
    private final MemoryBudget budget;
    private final Region region;
    private final String holder;
    private final boolean standing;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong most = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private volatile boolean closed;

    MemoryAccount(MemoryBudget budget, Region region, String holder, boolean standing) {
        this.budget = budget;
        this.region = region;
        this.holder = holder;
        this.standing = standing;
    }

    /** Who it is, as a person would say it: "dictionaries". */
    public String holder() {
        return holder;
    }

    /** Where its memory is. */
    public Area area() {
        return region.area();
    }

    /** How much is left of its area. */
    public Level level() {
        return region.level();
    }

    /** What it has. */
    public long used() {
        return used.get();
    }

    /** The most that it ever had. */
    public long most() {
        return most.get();
    }

    /** How often it did not get what it asked for. */
    public long refused() {
        return refused.sum();
    }

    /** Takes memory for what is there already, as long as there is any; gives whether it did. */
    public boolean reserve(long bytes) {
        return counted(region.reserve(bytes, false), bytes);
    }

    /** Takes memory for something new, which there is none for when it is {@link Level#SCARCE}; gives whether it did. */
    public boolean reserveForNew(long bytes) {
        return counted(region.reserve(bytes, true), bytes);
    }

    /** As {@link #reserve}, for somebody who can do with less and tries that next. */
    boolean tryToReserve(long bytes) {
        boolean had = region.reserve(bytes, false);
        return had && counted(true, bytes);
    }

    private boolean counted(boolean had, long bytes) {
        if (had && closed) {
            region.take(-bytes, standing);
        } else if (had) {
            add(bytes);
        } else {
            refused.increment();
        }
        return had;
    }

    /** Takes memory in any case: it is in use already, or others depend on it. */
    public void take(long bytes) {
        if (!closed) {
            region.take(bytes, standing);
            add(bytes);
        }
    }

    private void add(long bytes) {
        long now = used.addAndGet(bytes);
        long before = most.get();
        while (now > before && !most.compareAndSet(before, now)) {
            before = most.get();
        }
    }

    /** Gives memory back. */
    public void release(long bytes) {
        if (!closed) {
            used.addAndGet(-bytes);
            region.take(-bytes, standing);
        }
    }

    /** Gives all of it back, and ends: what its holder still takes or gives back does not count any more. */
    @Override
    public void close() {
        if (budget.forget(this)) {
            closed = true;
            region.take(-used.getAndSet(0), standing);
        }
    }
}
