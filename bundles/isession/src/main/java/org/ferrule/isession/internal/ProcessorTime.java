package org.ferrule.isession.internal;

import org.ferrule.stream.EventLoop;

/**
 * What encoding takes of the processor, and what share of it the loop has while it encodes. Time that passes tells little
 * where others want the processor, too: zstd's level 3 was seen to take 4 or 25 ns a byte, by who else was at work, so that
 * what was not in use, and measured at a better moment, always looked better. On the loop.
 */
final class ProcessorTime {
    /** Nanoseconds of encoding over which the share is averaged: a thread that waits for others does so for milliseconds. */
    private static final double SHARE_OVER = 100_000_000;

    /** Raw bytes over which what comes before encoding is averaged. */
    private static final double OTHERS_OVER = 1 << 23;

    /** A loop that has less was stopped, not slowed down. */
    private static final double LEAST_SHARE = 0.1;

    private final EventLoop loop;
    private long startedAt;
    private long hadBefore;
    private long elapsed;
    private double share = 1;
    private double others;

    ProcessorTime(EventLoop loop) {
        this.loop = loop;
    }

    /** Something begins to be encoded. */
    void begin() {
        startedAt = loop.nanoTime();
        hadBefore = loop.processorNanos();
    }

    /** It was encoded; gives what that took of the processor, in nanoseconds. */
    long end() {
        long had = loop.processorNanos() - hadBefore;
        elapsed = loop.nanoTime() - startedAt;
        if (elapsed > 0) {
            share += Math.min(1, elapsed / SHARE_OVER) * (Math.min(1, (double) had / elapsed) - share);
        }
        return had;
    }

    /** The time that passed meanwhile. */
    long elapsed() {
        return elapsed;
    }

    /** Raw bytes are to be encoded which took so much of the processor before. */
    void prepared(int bytes, long nanos) {
        if (bytes > 0) {
            others += Math.min(1, bytes / OTHERS_OVER) * ((double) nanos / bytes - others);
        }
    }

    /** What the loop has of a processor while it encodes: at most 1, and never next to nothing. */
    double share() {
        return Math.max(LEAST_SHARE, share);
    }

    /** Nanoseconds of the processor for each raw byte before it is encoded. */
    double others() {
        return others;
    }
}
