package org.ferrule.isession.internal;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Threads that look after something from time to time, away from event loops. */
final class Background {
    private Background() {}

    /** One thread of that name; it does not keep the appliance from ending. */
    static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
