package org.ferrule.isession.internal;

import java.time.Duration;
import org.ferrule.stream.EventLoop;

/**
 * A time limit for a peer, of which only the time counts in which this end ran: a host that slept, or was stopped, has not
 * read yet what the peer said meanwhile. On the loop.
 */
final class Patience implements EventLoop.Timer {
    /** The limit passes in so many steps. */
    private static final int STEPS = 10;

    private final EventLoop loop;
    private final Duration step;
    private final Runnable lost;
    private int left = STEPS;
    private EventLoop.Timer timer;

    private Patience(EventLoop loop, Duration limit, Runnable lost) {
        this.loop = loop;
        this.lost = lost;
        step = limit.dividedBy(STEPS);
    }

    /** Begins now; when the limit has passed, and unless it was cancelled before, {@code lost} is run once. */
    static Patience start(EventLoop loop, Duration limit, Runnable lost) {
        Patience patience = new Patience(loop, limit, lost);
        patience.step();
        return patience;
    }

    private void step() {
        long late = loop.nanoTime() + 2 * step.toNanos();
        timer = loop.schedule(step, () -> {
            // A step that came late by its own length, or more, counts for nothing.
            if (loop.nanoTime() < late) {
                left--;
            }
            if (left == 0) {
                lost.run();
            } else {
                step();
            }
        });
    }

    @Override
    public void cancel() {
        timer.cancel();
    }
}
