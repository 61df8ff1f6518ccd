package org.ferrule.isession.internal;

import java.time.Duration;
import java.util.function.Consumer;
import org.ferrule.stream.EventLoop;

/** Watches whether the peer of a fibre is there: it must greet, and answer from then on. On the fibre's loop. */
final class KeepAlive {
    /** Pings in the time after which a silent peer is taken for dead: two may be lost. */
    private static final int PINGS = 3;

    private static final Duration GREETING = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final FibreOutput output;
    private final FibreOwner owner;
    private final Runnable rest;
    private final Consumer<String> dead;
    private long lastHeard;
    private long lastPing;
    private EventLoop.Timer timer;
    private boolean stopped;
    private volatile long roundTripNanos = -1;
    private volatile long leastRoundTripNanos = -1;

    /**
     * @param rest is done with each ping
     * @param dead is told why the fibre must end
     */
    KeepAlive(EventLoop loop, FibreOutput output, FibreOwner owner, Runnable rest, Consumer<String> dead) {
        this.loop = loop;
        this.output = output;
        this.owner = owner;
        this.rest = rest;
        this.dead = dead;
    }

    /** Nanoseconds; negative if not measured yet. Any thread. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    /** The shortest so far: what the path takes where nothing waits before it. Negative if not measured yet. Any thread. */
    long leastRoundTripNanos() {
        return leastRoundTripNanos;
    }

    /** The peer is to greet. */
    void start() {
        lastHeard = loop.nanoTime();
        timer = Patience.start(
                loop, GREETING, () -> dead.accept("the peer did not greet within " + GREETING.toSeconds() + " s"));
    }

    void heard() {
        lastHeard = loop.nanoTime();
    }

    /** The peer has greeted: it is pinged from now on. */
    void greeted() {
        timer.cancel();
        ping();
    }

    private void ping() {
        lastPing = loop.nanoTime();
        output.number(FrameType.PING, lastPing);
        Duration limit = owner.deadPeerTimeout();
        Duration pause = limit.dividedBy(PINGS);
        long due = lastPing + pause.toNanos();
        timer = loop.schedule(pause, () -> {
            // Time in which this end did not run was not the peer's silence: its answers may wait to be read.
            lastHeard += Math.max(0, loop.nanoTime() - due);
            if (loop.nanoTime() - lastHeard > limit.toNanos()) {
                dead.accept("nothing was heard of the peer for " + limit.toSeconds() + " s");
                return;
            }
            rest.run();
            if (!stopped) {
                ping();
            }
        });
    }

    void pong(long number) {
        // One that was not asked for, or late, measures nothing.
        if (number == lastPing) {
            long now = Math.max(0, loop.nanoTime() - number);
            roundTripNanos = now;
            leastRoundTripNanos = leastRoundTripNanos < 0 ? now : Math.min(leastRoundTripNanos, now);
        }
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
