package org.ferrule.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** One area of memory: how much there is, how much of it stands, and how much of the rest is in use. */
final class Region {
    /** As parts of an eighth: where it begins to be short, and scarce. */
    private static final int SHORT = 4;

    private static final int SCARCE = 7;
    private static final int WHOLE = 8;

    private final Area area;
    private final long size;
    private final AtomicLong standing = new AtomicLong();
    private final AtomicLong used = new AtomicLong();
    private final LongAdder shortages = new LongAdder();

    Region(Area area, long size) {
        this.area = area;
        this.size = size;
    }

    Area area() {
        return area;
    }

    long size() {
        return size;
    }

    /** What stands and what is in use, together. */
    long used() {
        return standing.get() + used.get();
    }

    /** How often more than half came to be in use. */
    long shortages() {
        return shortages.sum();
    }

    /** For whatever does not stand. However much stands, something is left: without it nothing would go on. */
    long room() {
        return Math.max(size / WHOLE, size - standing.get());
    }

    /** Worked out when it is asked for: what is written by several threads at once could stay wrong. */
    Level level() {
        long now = used.get();
        long part = room() / WHOLE;
        if (now < SHORT * part) {
            return Level.AMPLE;
        }
        return now < SCARCE * part ? Level.SHORT : Level.SCARCE;
    }

    boolean reserve(long bytes, boolean forNew) {
        long most = forNew ? SCARCE * (room() / WHOLE) : room();
        long now = used.get();
        while (now + bytes <= most) {
            if (used.compareAndSet(now, now + bytes)) {
                crossed(now, now + bytes);
                return true;
            }
            now = used.get();
        }
        return false;
    }

    void take(long bytes, boolean stands) {
        if (stands) {
            standing.addAndGet(bytes);
        } else {
            long now = used.addAndGet(bytes);
            crossed(now - bytes, now);
        }
    }

    private void crossed(long before, long now) {
        long mark = SHORT * (room() / WHOLE);
        if (before < mark && now >= mark) {
            shortages.increment();
        }
    }
}
