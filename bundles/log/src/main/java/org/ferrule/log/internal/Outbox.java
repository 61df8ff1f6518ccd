package org.ferrule.log.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What waits to be sent to one server, bounded in messages and bytes: what finds no room is dropped and counted. Any thread
 * puts in, one takes out; nobody waits.
 */
final class Outbox {
    static final int MAX_MESSAGES = 8192;
    static final int MAX_BYTES = 4 << 20;

    private final Queue<byte[]> messages = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();

    /** Puts a message in, if there is room. */
    boolean offer(byte[] message) {
        if (count.incrementAndGet() > MAX_MESSAGES) {
            count.decrementAndGet();
            dropped.increment();
            return false;
        }
        if (bytes.addAndGet(message.length) > MAX_BYTES) {
            bytes.addAndGet(-message.length);
            count.decrementAndGet();
            dropped.increment();
            return false;
        }
        messages.add(message);
        return true;
    }

    /** The oldest message; null if there is none. */
    byte[] poll() {
        byte[] message = messages.poll();
        if (message != null) {
            count.decrementAndGet();
            bytes.addAndGet(-message.length);
        }
        return message;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    int waiting() {
        return count.get();
    }

    long dropped() {
        return dropped.sum();
    }
}
