package org.ferrule.dedup.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The two threads of the disk: one writes, one reads, each in order; who hands over tasks bounds them. Any thread. */
final class DiskTasks implements AutoCloseable {
    private static final int CLOSE_SECONDS = 10;

    private final ThreadPoolExecutor writer = thread("dedup-disk-write");

    private final ThreadPoolExecutor reader = thread("dedup-disk-read");

    private static ThreadPoolExecutor thread(String name) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    Executor writes() {
        return writer;
    }

    Executor reads() {
        return reader;
    }

    /** What was to be written is written, within some seconds; what was to be read is not. */
    @Override
    public void close() {
        reader.shutdownNow();
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
            reader.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            writer.shutdownNow();
        }
    }
}
