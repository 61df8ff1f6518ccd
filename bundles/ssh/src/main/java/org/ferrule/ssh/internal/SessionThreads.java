package org.ferrule.ssh.internal;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that shells and commands run on: one each, a bounded number altogether. */
final class SessionThreads implements AutoCloseable {
    private static final int MAX = 256;

    private final ScheduledExecutorService timer;
    private final Duration grace;
    private final AtomicInteger number = new AtomicInteger();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, MAX, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);

    /**
     * @param timer keeps the time
     * @param grace how long what runs may go on after its peer has gone
     */
    SessionThreads(ScheduledExecutorService timer, Duration grace) {
        this.timer = timer;
        this.grace = grace;
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "ssh-session-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts a task.
     *
     * @throws RejectedExecutionException if there are as many as may be
     */
    Future<?> start(Runnable task) {
        return threads.submit(task);
    }

    /**
     * Ends a task whose peer has gone. Its streams are closed, so that most end by themselves; a command that is at work
     * gets a moment, because to interrupt a transaction in the middle of writing a file is worse than to wait for it.
     */
    void end(Future<?> task) {
        if (task.isDone()) {
            return;
        }
        try {
            timer.schedule(() -> task.cancel(true), grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The module is being stopped: close() interrupts what is left.
            threads.shutdown();
        }
    }

    /** How many tasks run. */
    int active() {
        return threads.getActiveCount();
    }

    /** Ends them all, within the time that a task has. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
