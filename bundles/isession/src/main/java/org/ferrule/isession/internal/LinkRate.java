package org.ferrule.isession.internal;

import java.time.Duration;

/**
 * How fast a fibre's link takes data while it is the link that holds the fibre up: measured from the moment when the
 * transport takes no more to the moment when it does again. On the fibre's loop.
 *
 * <p>A flow whose window is no more than what is on its way fills no queue of the kernel, and yet waits for the link: for
 * credit. So what is sent while flows wait for that, in windows that grow no more, is a measure of the path, too: of the
 * link, or of a reader that is no faster, which comes to the same for who chooses what is sent.
 */
final class LinkRate {
    /** What is measured for less time says little, unless it is much. */
    private static final long LEAST_TIME = Duration.ofMillis(20).toNanos();

    private static final long MUCH = 1 << 20;

    /**
     * A new measure counts for so much beside those before it: data leaves in bursts, and what the kernel takes into its
     * buffer has not been sent yet, so that one measure is up to half as much again as the link carries.
     */
    private static final double WEIGHT = 0.3;

    /** One that is so many times faster is of another link than those before it, and replaces them. */
    private static final double OTHER = 2;

    /** In a window of this length what was sent is compared with what the link is taken for. */
    private static final long WINDOW = Duration.ofMillis(200).toNanos();

    private static final double MORE = 1.1;

    /** The share of a window in which flows waited for credit from which on nothing else can have held them up. */
    private static final double WAITED = 0.8;

    private double nanosPerByte;
    private double pathNanosPerByte;
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

    /** Flows that wait for credit, and since when there are any. */
    private int waiting;

    private long waitingSince;
    private long waited;
    private long waitStart;
    private long waitStartBytes;
    private boolean waitStarted;

    /** Nanoseconds for a byte on the wire; 0 if the link has never held the fibre up. */
    double nanosPerByte() {
        return nanosPerByte;
    }

    /** The same of the path to whoever reads: as was measured last, by the transport or by the credit that flows got. */
    double pathNanosPerByte() {
        return pathNanosPerByte;
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
        waitStarted = false;
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
            nanosPerByte = nanosPerByte == 0 ? now : mixed(nanosPerByte, now);
            pathNanosPerByte = nanosPerByte;
            time = 0;
            bytes = 0;
        }
    }

    /** Something was sent without holding the fibre up: a link that carries more than it was taken for has become faster. */
    void sent(long nanoTime, long takenNow) {
        taken = takenNow;
        if (pathNanosPerByte == 0 || nanoTime - windowStart < WINDOW) {
            return;
        }
        double elapsed = nanoTime - windowStart;
        double carried = takenNow - windowBytes;
        nanosPerByte = atMost(nanosPerByte, elapsed, carried);
        pathNanosPerByte = atMost(pathNanosPerByte, elapsed, carried);
        windowStart = nanoTime;
        windowBytes = takenNow;
    }

    private static double atMost(double nanosPerByte, double elapsed, double carried) {
        return carried * nanosPerByte > elapsed * MORE ? faster(nanosPerByte, elapsed / carried) : nanosPerByte;
    }

    private static double faster(double before, double now) {
        return OTHER * now < before ? now : mixed(before, now);
    }

    private static double mixed(double before, double now) {
        return before + WEIGHT * (now - before);
    }

    // ---- flows that wait for credit

    /** One more flow has data and no credit. */
    void waits(long nanoTime) {
        if (waiting++ == 0) {
            waitingSince = nanoTime;
        }
        if (!waitStarted) {
            startWait(nanoTime);
        }
    }

    /** A flow was given a larger window than before: till now that held it up, and not the path. */
    void windowGrew() {
        waitStarted = false;
    }

    private void startWait(long nanoTime) {
        waitStarted = true;
        waitStart = nanoTime;
        waitStartBytes = taken;
        waited = 0;
        waitingSince = nanoTime;
    }

    /** One of them has credit, or is over. */
    void waitsNoMore(long nanoTime) {
        waited += nanoTime - waitingSince;
        waitingSince = nanoTime;
        waiting--;
        long elapsed = nanoTime - waitStart;
        long sent = taken - waitStartBytes;
        if (waitStarted && elapsed >= LEAST_TIME && sent > 0) {
            if (waited >= WAITED * elapsed) {
                double now = (double) elapsed / sent;
                pathNanosPerByte = pathNanosPerByte == 0 ? now : faster(pathNanosPerByte, now);
            }
            // Begins anew with what the credit lets be sent.
            waitStarted = false;
        }
    }
}
