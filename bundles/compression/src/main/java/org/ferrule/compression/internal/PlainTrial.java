package org.ferrule.compression.internal;

/**
 * Finds out by trying whether a codec makes a fast link faster. What a fibre measures of a fast link is in truth often the
 * receiver, whose work depends on the raw bytes: a link of 600 MB/s looked like one of 200 as long as what crossed it was
 * compressed to 40 %, so that the codec seemed worth its time, and took a quarter of the throughput. So the raw rate of all
 * flows is measured with what was chosen and without a codec, and the better one is kept for a while.
 */
final class PlainTrial {
    /** Nanoseconds a byte above which a link is no such one: a receiver is faster than 80 MB/s. */
    private static final double FAST = 12;

    /** Raw bytes over which a rate is measured. */
    private static final long MEASURED = 1 << 22;

    /** Raw bytes until it is tried again; twice as many each time that the outcome is the same. */
    private static final long HELD = 1 << 26;

    private static final int MOST_TIMES = 16;

    /** A pause in which nobody had anything to send, if it is longer. */
    private static final long PAUSE = 20_000_000;

    /** Plain has to be so much better: it takes more of a link that others use, too. */
    private static final double BETTER = 1.02;

    private enum Phase {
        NONE,
        /** Other codecs are tried, which takes the processor's time. */
        SETTLING,
        CODEC,
        PLAIN,
        HELD
    }

    private Phase phase = Phase.NONE;
    private long since;
    private long last;
    private long bytes;
    private double codecRate;
    private boolean plainIsBetter;
    private long times = 1;

    /** Raw bytes came. */
    void came(int rawBytes, long now) {
        if (phase != Phase.HELD && now - last > PAUSE) {
            since = now;
            bytes = 0;
        }
        last = now;
        bytes += rawBytes;
    }

    /** Whether nothing is to be encoded now, though a codec looks better by what the link is taken for. */
    boolean plain(double link, long now) {
        if (link >= FAST) {
            phase = Phase.NONE;
            times = 1;
            plainIsBetter = false;
            return false;
        }
        if (phase == Phase.NONE) {
            begin(Phase.SETTLING, now);
        } else if (phase == Phase.HELD ? bytes >= HELD * times : bytes >= MEASURED || isWorse(now)) {
            next(now);
        }
        return phase == Phase.HELD ? plainIsBetter : phase == Phase.PLAIN;
    }

    /** Plain cannot be better any more, however fast the rest goes. */
    private boolean isWorse(long now) {
        return phase == Phase.PLAIN && BETTER * codecRate * (now - since) > MEASURED;
    }

    private void next(long now) {
        double rate = (double) bytes / Math.max(1, now - since);
        switch (phase) {
            case CODEC -> {
                codecRate = rate;
                begin(Phase.PLAIN, now);
            }
            case PLAIN -> {
                boolean better = rate > BETTER * codecRate;
                times = better == plainIsBetter ? Math.min(MOST_TIMES, 2 * times) : 1;
                plainIsBetter = better;
                begin(Phase.HELD, now);
            }
            default -> begin(Phase.CODEC, now);
        }
    }

    private void begin(Phase next, long now) {
        phase = next;
        since = now;
        bytes = 0;
    }
}
