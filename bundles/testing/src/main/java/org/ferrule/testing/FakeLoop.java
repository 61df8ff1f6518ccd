package org.ferrule.testing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;

/** A loop whose time and turns a test gives. Every thread is taken for the loop's own. */
public final class FakeLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Timed> timers = new ArrayList<>();
    private final int index;
    private Network network;
    private boolean eager;
    private boolean running;
    private long now;
    private long slept;

    private record Timed(long at, Runnable task) {}

    /** The loop number 0. */
    public FakeLoop() {
        this(0);
    }

    /** A loop among several. */
    public FakeLoop(int index) {
        this.index = index;
    }

    /** Runs tasks as they come from now on, for the sake of a caller that waits for what they do. */
    public FakeLoop eager() {
        eager = true;
        run();
        return this;
    }

    /** Runs what waits, and what that makes wait. */
    public void run() {
        boolean outer = running;
        running = true;
        try {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        } finally {
            running = outer;
        }
    }

    /** Runs the first ones of what waits. */
    public void run(int most) {
        for (int i = 0; i < most && !tasks.isEmpty(); i++) {
            tasks.poll().run();
        }
    }

    /** Lets time pass; each timer fires at its own moment, and those of one moment in the order they were set. */
    public void pass(Duration time) {
        run();
        long until = now + time.toNanos();
        for (Optional<Timed> next = next(until); next.isPresent(); next = next(until)) {
            timers.remove(next.get());
            now = Math.max(now, next.get().at());
            next.get().task().run();
            run();
        }
        now = until;
    }

    /** Time passes in which nothing runs, as when the machine sleeps: timers fire late, at the next {@link #pass}. */
    public void jump(Duration time) {
        now += time.toNanos();
        slept += time.toNanos();
    }

    private Optional<Timed> next(long until) {
        return timers.stream().filter(timer -> timer.at() <= until).min(Comparator.comparingLong(Timed::at));
    }

    /** How many timers wait for their time. */
    public int timers() {
        return timers.size();
    }

    /** The loop belongs to that network. */
    FakeLoop of(Network owner) {
        network = owner;
        return this;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (eager && !running) {
            run();
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Timed timer = new Timed(now + delay.toNanos(), task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long processorNanos() {
        return now - slept;
    }

    @Override
    public int streams() {
        return 0;
    }
}
