package org.ferrule.net.internal;

import org.ferrule.memory.Admission;
import org.ferrule.memory.Area;
import org.ferrule.memory.Level;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;

/** What the network has of the appliance's memory. Any thread. */
final class NetMemory implements AutoCloseable {
    private final MemoryBudget budget;
    private final Admission connections;
    private final MemoryAccount queues;
    private final MemoryAccount tls;

    NetMemory(MemoryBudget budget) {
        this.budget = budget;
        connections = new Admission(budget, "connections");
        queues = budget.open("queues of connections", Area.DIRECT);
        tls = budget.open("TLS", Area.HEAP);
    }

    MemoryBudget budget() {
        return budget;
    }

    /** Connections that come in; a connection that is opened for one of them is paid for by it. */
    Admission connections() {
        return connections;
    }

    /** What waits for peers. */
    MemoryAccount queues() {
        return queues;
    }

    /** TLS sessions, and what arrived for them before somebody wanted it. */
    MemoryAccount tls() {
        return tls;
    }

    /** How much is left, wherever less is. */
    Level level() {
        return budget.level(Area.DIRECT).or(budget.level(Area.HEAP));
    }

    @Override
    public void close() {
        connections.close();
        queues.close();
        tls.close();
    }
}
