package org.ferrule.isession.internal;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast a fibre's link takes data while it is the link that holds the fibre up: measured from one moment when the
 * transport takes no more to the next. In both the kernel's buffer is full, so that what the transport took in between is what
 * left. On the fibre's loop.
 *
 * <p>Where the transport's congestion control found a rate, that is the link's at each of these moments: what the kernel takes
 * are bursts, and the time in which this loop did not run counts for the link.
 *
 * <p>Where the transport takes more again is no such moment: by then the kernel has room for up to as much again as waited
 * before it, so that a link which carried 50 MB/s was taken for one of 22. It serves for a first measure.
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
     * From one moment when the transport takes no more to the next it has to be held up for so much of the time, or less has to
     * leave than the kernel had: else that, of which half is left when it takes more, may have run out in between.
     */
    private static final double HELD_UP = 0.5;

    /** A link that holds the fibre up for less than this share of the time does not, where encoding takes more than half. */
    private static final double HARDLY = 0.1;

    private static final double MOST = 0.5;

    /** A new measure counts for so much beside those before it: data leaves in bursts, and the kernel's buffer grows. */
    private static final double WEIGHT = 0.3;

    /** One that is slower than this many times those before it counts as so many times: something stood still for a moment. */
    private static final double MOST_SURPRISE = 4;

    /** One that is so many times faster is of another link than those before it, and replaces them. */
    private static final double OTHER = 2;

    /**
     * In a window of this length what was sent is compared with what the link is taken for, and waiting for credit is measured:
     * one wait of 40 ms, when the reader stood still for a moment, made 12 MB/s look like 30 KB/s for a second.
     */
    private static final long WINDOW = Duration.ofMillis(100).toNanos();

    private static final double MORE = 1.1;

    /**
     * A link that was not what held the fibre up is taken for one that carries more, until this share of it is in use: with the
     * level that a link of half the speed leaves time for, no more than that half could ever be seen.
     */
    private static final double BUSY = 0.65;

    private static final double FASTER = 0.85;

    /** The share of a window in which flows waited for credit from which on nothing else can have held them up. */
    private static final double WAITED = 0.8;

    /**
     * For so long after the link held the fibre up it carries what the congestion control found, and is not taken for faster.
     * Data leaves in bursts: of a link of 12 MB/s 17 to 20 were measured, and codecs were chosen for up to 23.
     */
    private static final long LATELY = Duration.ofSeconds(3).toNanos();

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final LongSupplier bandwidth;
    private double found;

    /** The same in bytes a second. Read by other threads. */
    private volatile long foundRate;

    private boolean asked;
    private long askedAt;
    private double nanosPerByte;
    private double pathNanosPerByte;
    private boolean blocked;

    /** When the transport took no more, the last time; what it had taken by then; and for how long that lasted. */
    private long blockedAt;

    private long blockedAtBytes;
    private long heldUp;

    /** What the kernel has unsent when it takes no more, at least; 0: nobody knows. */
    private int unsent;

    private long time;
    private long bytes;
    private long measuredAt;

    /** Read by other threads. */
    private volatile long taken;

    private volatile long busyNanos;
    private long blockedNanos;
    private long windowStart;
    private long windowBytes;
    private long windowHeldUp;
    private long encoding;

    /** Flows that wait for credit, and since when there are any. */
    private int waiting;

    private long waitingSince;

    /** For how long there were any, in all. */
    private long waitedNanos;

    private long waited;
    private long waitStart;
    private long waitStartBytes;
    private boolean waitStarted;

    /** @param bandwidth what the transport's congestion control found, in bytes a second; 0: nothing */
    LinkRate(LongSupplier bandwidth) {
        this.bandwidth = bandwidth;
    }

    /** What a byte takes at the rate that the congestion control found; 0 if it found none. Asked for once in a window. */
    private double found(long nanoTime) {
        if (!asked || nanoTime - askedAt >= WINDOW) {
            long rate = bandwidth.getAsLong();
            foundRate = rate;
            found = rate > 0 ? SECOND / rate : 0;
            asked = true;
            askedAt = nanoTime;
        }
        return found;
    }

    /** Bytes a second that the congestion control had found when it was asked last; 0 if none. Any thread. */
    long foundRate() {
        return foundRate;
    }

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

    /** For how long it had enough to send, in all: it took no more, or had not run out since. Any thread. */
    long busyNanos() {
        return busyNanos;
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
            long elapsed = nanoTime - blockedAt;
            long left = takenNow - blockedAtBytes;
            if (heldUp > 0 && (heldUp >= HELD_UP * elapsed || left <= unsent)) {
                measured(nanoTime, elapsed, left);
                busyNanos += elapsed - heldUp;
            }
            blocked = true;
            blockedAt = nanoTime;
            blockedAtBytes = takenNow;
        }
    }

    /** The kernel takes so many bytes before they are sent, at least. */
    void unsent(int mark) {
        unsent = mark;
    }

    /** It takes more again. */
    void writable(long nanoTime, long takenNow) {
        taken = takenNow;
        if (!blocked) {
            return;
        }
        blocked = false;
        heldUp = nanoTime - blockedAt;
        blockedNanos += heldUp;
        busyNanos += heldUp;
        if (nanosPerByte == 0) {
            measured(nanoTime, heldUp, takenNow - blockedAtBytes);
        }
    }

    private void measured(long nanoTime, long moreTime, long moreBytes) {
        time += moreTime;
        bytes += moreBytes;
        if (bytes > 0 && (time >= LEAST_TIME || bytes >= MUCH)) {
            double now = found(nanoTime) > 0 ? found : (double) Math.max(1, time) / bytes;
            nanosPerByte = nanosPerByte == 0 ? now : mixed(nanosPerByte, bounded(nanosPerByte, now));
            pathNanosPerByte = nanosPerByte;
            measuredAt = nanoTime;
            time = 0;
            bytes = 0;
        }
    }

    /**
     * Something was sent without holding the fibre up: a link that carries more than it was taken for has become faster. And one
     * that carries nearly as much, while it was rather the encoding that held the fibre up, may carry more.
     */
    void sent(long nanoTime, long takenNow) {
        taken = takenNow;
        if (pathNanosPerByte == 0 || nanoTime - windowStart < WINDOW) {
            return;
        }
        double elapsed = nanoTime - windowStart;
        double carried = takenNow - windowBytes;
        long heldUpNow = heldUpNanos(nanoTime);
        double least = nanoTime - measuredAt < LATELY ? found(nanoTime) : 0;
        boolean free = least == 0 && heldUpNow - windowHeldUp < HARDLY * elapsed && encoding > MOST * elapsed;
        double now = Math.max(elapsed / carried, least);
        nanosPerByte = atMost(nanosPerByte, now, free);
        pathNanosPerByte = atMost(pathNanosPerByte, now, free);
        windowStart = nanoTime;
        windowBytes = takenNow;
        windowHeldUp = heldUpNow;
        encoding = 0;
    }

    /** Encoding took so long: time in which nothing else held the fibre up. */
    void encoded(long nanos) {
        encoding += nanos;
    }

    private long heldUpNanos(long nanoTime) {
        return blockedNanos + waitedNanos + (waiting > 0 ? nanoTime - waitingSince : 0);
    }

    private static double atMost(double nanosPerByte, double now, boolean free) {
        double busy = nanosPerByte / now;
        if (busy > MORE) {
            return faster(nanosPerByte, now);
        }
        return free && busy > BUSY ? FASTER * nanosPerByte : nanosPerByte;
    }

    private static double bounded(double before, double now) {
        return Math.min(now, MOST_SURPRISE * before);
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
        waitedNanos += nanoTime - waitingSince;
        waitStarted = true;
        waitStart = nanoTime;
        waitStartBytes = taken;
        waited = 0;
        waitingSince = nanoTime;
    }

    /** One of them has credit, or is over. */
    void waitsNoMore(long nanoTime) {
        waitedNanos += nanoTime - waitingSince;
        waited += nanoTime - waitingSince;
        waitingSince = nanoTime;
        waiting--;
        long elapsed = nanoTime - waitStart;
        long sent = taken - waitStartBytes;
        if (waitStarted && elapsed >= WINDOW && sent > 0) {
            if (waited >= WAITED * elapsed) {
                double now = (double) elapsed / sent;
                pathNanosPerByte =
                        pathNanosPerByte == 0 ? now : faster(pathNanosPerByte, bounded(pathNanosPerByte, now));
            }
            // Begins anew with what the credit lets be sent.
            waitStarted = false;
        }
    }
}
