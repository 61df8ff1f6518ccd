package org.ferrule.ssh.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.server.session.ServerSession;

/** When something was last typed or run in a connection. Any thread. */
final class Activity {
    private static final AttributeKey<Activity> KEY = new AttributeKey<>();

    private final LongSupplier nanos;
    private final AtomicInteger running = new AtomicInteger();
    private volatile long last;

    Activity(LongSupplier nanos) {
        this.nanos = nanos;
        this.last = nanos.getAsLong();
    }

    /** The connection's. */
    static Activity of(ServerSession session, LongSupplier nanos) {
        return session.computeAttributeIfAbsent(KEY, key -> new Activity(nanos));
    }

    void touch() {
        last = nanos.getAsLong();
    }

    /** Runs a command; while it runs, something happens. */
    int during(IntSupplier command) {
        running.incrementAndGet();
        try {
            return command.getAsInt();
        } finally {
            touch();
            running.decrementAndGet();
        }
    }

    /** Nanoseconds since something happened; 0 while a command runs. */
    long idle() {
        return running.get() > 0 ? 0 : nanos.getAsLong() - last;
    }

    /** The stream, watched: what comes in is activity. */
    InputStream watch(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                touch();
                return read;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = super.read(bytes, offset, length);
                touch();
                return read;
            }
        };
    }
}
