package org.ferrule.isession.internal;

import java.time.Duration;

/**
 * How fast a fibre's link takes data while it is the link that holds the fibre up: measured from the moment when the
 * transport takes no more to the moment when it does again. On the fibre's loop.
 */
final class LinkRate {
    /** What is measured for less time says little, unless it is much. */
    private static final long LEAST_TIME = Duration.ofMillis(20).toNanos();

    private static final long MUCH = 1 << 20;

    /** A new measure counts for so much beside those before it. */
    private static final double WEIGHT = 0.3;

    /** In a window of this length what was sent is compared with what the link is taken for. */
    private static final long WINDOW = Duration.ofMillis(200).toNanos();

    private static final double MORE = 1.1;

    private double nanosPerByte;
    private boolean blocked;
    private long blockedAt;
    private long blockedAtBytes;
    private long time;
    private long bytes;

    /** Read by other threads. */
    private volatile long taken;

    private volatile long blockedNanos;
    private long windowStart;
    private long windowBytes;

    /** Nanoseconds for a byte on the wire; 0 if the link has never held the fibre up. */
    double nanosPerByte() {
        return nanosPerByte;
    }

    /** Bytes that the transport has taken. Any thread. */
    long taken() {
        return taken;
    }

    /** For how long it took no more, in all. Any thread. */
    long blockedNanos() {
        return blockedNanos;
    }

    /**
     * The transport has had enough.
     *
     * @param takenNow bytes that it has taken until now
     */
    void blocked(long nanoTime, long takenNow) {
        taken = takenNow;
        if (!blocked) {
            blocked = true;
            blockedAt = nanoTime;
            blockedAtBytes = takenNow;
        }
    }

    /** It takes more again. */
    void writable(long nanoTime, long takenNow) {
        taken = takenNow;
        if (!blocked) {
            return;
        }
        blocked = false;
        time += nanoTime - blockedAt;
        bytes += takenNow - blockedAtBytes;
        blockedNanos += nanoTime - blockedAt;
        if (bytes > 0 && (time >= LEAST_TIME || bytes >= MUCH)) {
            double now = (double) Math.max(1, time) / bytes;
            nanosPerByte = nanosPerByte == 0 ? now : nanosPerByte + WEIGHT * (now - nanosPerByte);
            time = 0;
            bytes = 0;
        }
    }

    /** Something was sent without holding the fibre up: a link that carries more than it was taken for has become faster. */
    void sent(long nanoTime, long takenNow) {
        taken = takenNow;
        if (nanosPerByte == 0 || nanoTime - windowStart < WINDOW) {
            return;
        }
        double elapsed = nanoTime - windowStart;
        double carried = takenNow - windowBytes;
        if (carried * nanosPerByte > elapsed * MORE) {
            nanosPerByte = elapsed / carried;
        }
        windowStart = nanoTime;
        windowBytes = takenNow;
    }
}
