package org.ferrule.isession.internal;

import java.util.concurrent.atomic.AtomicLong;
import org.ferrule.memory.Admission;
import org.ferrule.memory.Area;
import org.ferrule.memory.Level;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;

/** What fibres and their flows have of the appliance's memory, beside what they receive and compress in. Any thread. */
final class FibreMemory implements AutoCloseable {
    private final Admission flows;
    private final MemoryAccount fibres;
    private final MemoryAccount queues;
    private final MemoryAccount unread;
    private final AtomicLong queued = new AtomicLong();
    private volatile long size;

    /** @param size what may wait to be sent before flows are to keep little each */
    FibreMemory(MemoryBudget budget, long size) {
        flows = new Admission(budget, "flows of peers");
        fibres = budget.open("fibres", Area.DIRECT);
        queues = budget.open("queues of flows", Area.DIRECT);
        unread = budget.open("unread of flows", Area.HEAP);
        this.size = size;
    }

    /** Flows that peers open; those of this end are paid for by their clients. */
    Admission flows() {
        return flows;
    }

    /** What fibres have as long as they are there. */
    MemoryAccount fibres() {
        return fibres;
    }

    /** What pays for chunks in which flows have something waiting to be sent. */
    MemoryAccount queues() {
        return queues;
    }

    /** What pays for parts of blocks that a reader did not take. */
    MemoryAccount unread() {
        return unread;
    }

    /** Another chunk is in use, or one is not any more. */
    void queued(int bytes) {
        queued.addAndGet(bytes);
    }

    /** How little is left for what waits to be sent. */
    Level level() {
        return queued.get() > size / 4 * 3 ? Level.SHORT.or(queues.level()) : queues.level();
    }

    void resize(long bytes) {
        size = bytes;
    }

    long size() {
        return size;
    }

    /** What chunks of waiting bytes take. */
    long used() {
        return queued.get();
    }

    @Override
    public void close() {
        flows.close();
        fibres.close();
        queues.close();
        unread.close();
    }
}
