package org.ferrule.net.internal;

import java.util.PriorityQueue;
import org.ferrule.stream.EventLoop;

/** The tasks of one loop that wait for their time; used on its thread only. Times are {@link System#nanoTime}'s. */
final class Timers {
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private long sequence;

    /** One waiting task; equal times run in the order in which they were asked for. */
    private final class Entry implements EventLoop.Timer, Comparable<Entry> {
        private final long at;
        private final long order;
        private Runnable task;

        Entry(long at, long order, Runnable task) {
            this.at = at;
            this.order = order;
            this.task = task;
        }

        @Override
        public void cancel() {
            if (task != null) {
                task = null;
                queue.remove(this);
            }
        }

        @Override
        public int compareTo(Entry other) {
            // Differences, since nanoTime may wrap around.
            return at == other.at ? Long.compare(order, other.order) : Long.signum(at - other.at);
        }
    }

    EventLoop.Timer add(long at, Runnable task) {
        Entry entry = new Entry(at, sequence++, task);
        queue.add(entry);
        return entry;
    }

    /** The next task that is due, taken out; null if there is none. */
    Runnable due(long now) {
        while (!queue.isEmpty() && queue.peek().at - now <= 0) {
            Entry entry = queue.poll();
            if (entry.task != null) {
                Runnable task = entry.task;
                entry.task = null;
                return task;
            }
        }
        return null;
    }

    /** Nanoseconds until the next task, at most {@code most}, at least 0. */
    long until(long now, long most) {
        return queue.isEmpty() ? most : Math.max(0, Math.min(most, queue.peek().at - now));
    }
}
