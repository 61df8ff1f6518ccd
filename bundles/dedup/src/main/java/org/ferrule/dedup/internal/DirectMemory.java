package org.ferrule.dedup.internal;

import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory outside of the Java heap, and what dictionaries can have of it. */
final class DirectMemory {
    private static final Logger LOG = LoggerFactory.getLogger(DirectMemory.class);

    /** Megabytes that sockets, TLS and codecs need. */
    static final int OTHERS = 128;

    private DirectMemory() {}

    /** Megabytes that dictionaries can have, less than 0 if there is not even enough for others. */
    static long megabytes() {
        return all() / (1 << 20) - OTHERS;
    }

    /** As large as the configuration has it, but never so large that the memory could not be had when it fills. */
    static Store store(Datastor wanted) {
        long most = Math.max((long) Datastor.LEAST_MEMORY << 20, all() - ((long) OTHERS << 20));
        if (wanted.bytes() > most) {
            LOG.warn(
                    "sys datastor memory-cache-size is {} megabytes, of which {} can be had: see FERRULE_DIRECT",
                    wanted.memoryCacheSize(),
                    most >> 20);
        }
        return new Store(Math.min(wanted.bytes(), most));
    }

    private static long all() {
        return MemoryBudget.whole(Area.DIRECT);
    }
}
