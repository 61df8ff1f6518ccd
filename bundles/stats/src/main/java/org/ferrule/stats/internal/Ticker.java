package org.ferrule.stats.internal;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again, on a thread of its own. */
final class Ticker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final ScheduledExecutorService thread;
    private final Runnable task;
    private Duration interval = Duration.ZERO;
    private ScheduledFuture<?> next;

    Ticker(String name, Runnable task, Duration interval) {
        this.task = () -> {
            try {
                task.run();
            } catch (RuntimeException | LinkageError e) {
                // Else it would never be done again.
                LOG.error("{} failed", name, e);
            }
        };
        thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, name);
            made.setDaemon(true);
            return made;
        });
        every(interval);
    }

    /** Changes how often; the first time is an interval from now. */
    synchronized void every(Duration wanted) {
        if (wanted.equals(interval) || thread.isShutdown()) {
            return;
        }
        interval = wanted;
        if (next != null) {
            next.cancel(false);
        }
        next = thread.scheduleWithFixedDelay(task, wanted.toMillis(), wanted.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        thread.shutdownNow();
    }
}
