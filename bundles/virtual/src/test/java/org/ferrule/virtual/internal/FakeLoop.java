package org.ferrule.virtual.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.ferrule.stream.EventLoop;

/** A loop whose time and turns a test gives. */
final class FakeLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Timed> timers = new ArrayList<>();
    private long now;

    private record Timed(long at, Runnable task) {}

    /** Runs what waits, and what that makes wait. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass. */
    void pass(Duration time) {
        now += time.toNanos();
        for (Timed timer : List.copyOf(timers)) {
            if (timer.at() <= now && timers.remove(timer)) {
                timer.task().run();
            }
        }
        run();
    }

    int timers() {
        return timers.size();
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
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
    public int streams() {
        return 0;
    }
}
