package org.ferrule.config.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Reservation;

/**
 * One module's {@code prepare} on a thread of its own, waited for up to a limit. A reservation that comes too late is
 * given back at once: none is ever lost.
 */
final class Preparation implements Runnable {
    private final Step step;
    private final CountDownLatch done = new CountDownLatch(1);
    private Reservation reservation = Reservation.NOTHING;
    private Throwable failure;
    private Thread runner;
    private boolean settled;
    private boolean abandoned;

    /** What the module does. */
    @FunctionalInterface
    interface Step {
        Reservation prepare() throws ConfigException;
    }

    /** The limit was exceeded. */
    static final class Overdue extends Exception {
        private static final long serialVersionUID = 1L;
    }

    Preparation(Step step) {
        this.step = step;
    }

    @Override
    public void run() {
        synchronized (this) {
            runner = Thread.currentThread();
        }
        Reservation made = null;
        Throwable thrown = null;
        try {
            made = step.prepare();
        } catch (ConfigException | RuntimeException | LinkageError e) {
            thrown = e;
        }
        if (!settle(made, thrown)) {
            ModuleCalls.closeOne(made);
        }
        done.countDown();
    }

    private synchronized boolean settle(Reservation made, Throwable thrown) {
        runner = null;
        settled = true;
        reservation = made == null ? Reservation.NOTHING : made;
        failure = thrown;
        return !abandoned;
    }

    /**
     * Waits for the result.
     *
     * @throws Overdue if there is none in time; the thread was interrupted
     * @throws ConfigException the module's refusal
     */
    Reservation await(Duration limit) throws ConfigException, Overdue {
        boolean inTime;
        try {
            inTime = done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            inTime = false;
        }
        return inTime ? result() : abandon();
    }

    private synchronized Reservation abandon() throws ConfigException, Overdue {
        if (settled) {
            return result();
        }
        abandoned = true;
        if (runner != null) {
            runner.interrupt();
        }
        throw new Overdue();
    }

    private synchronized Reservation result() throws ConfigException {
        if (failure instanceof ConfigException refusal) {
            throw refusal;
        }
        if (failure instanceof RuntimeException fault) {
            throw fault;
        }
        if (failure instanceof Error fault) {
            throw fault;
        }
        return reservation;
    }
}
