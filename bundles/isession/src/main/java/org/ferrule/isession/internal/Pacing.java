package org.ferrule.isession.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the fibres of one tunnel from filling the queue before its link. While the link holds fibres up they are paced to
 * 0.99 of what it was measured to deliver: two of BBR at 20 Mbit/s, 80 ms made a ping of 85 ms one of 150, paced it stayed
 * at 82; one alone, which takes each burst for a faster link, kept half a round trip of queue at 10 and 100 Mbit/s. From
 * time to time they run free for a moment, in which is measured anew.
 *
 * <p>One whose sender is hardly faster than its link is not held up for long enough to be measured. BBR cannot finish its
 * search for the rate then, sends 2.89 times what it has found, and fills the queue; at 100 Mbit/s, 40 ms a fetch was seen to
 * go through so with round trips of 80 ms. It is paced to what the congestion control has found, for long enough to end that.
 *
 * <p>Where a round trip is short they are left alone: no queue of a WAN is there, and to pace gigabits a second costs more
 * than it gives.
 *
 * <p>Called by one thread at a time, once a second or so.
 */
final class Pacing {
    private static final double SHARE = 0.99;

    /** A fibre whose transport had enough for so much of the time is one that the link holds up. */
    private static final double BUSY = 0.2;

    /** What was carried is what the link carries only if it had enough to carry for nearly all of the time. */
    private static final double FULL = 0.8;

    /** A measure that is so much higher than the one before is of a congestion control that has not found the rate yet. */
    private static final double GROWS = 1.1;

    /**
     * Bytes a second below which no fibre is paced. A link that stood still between two looks is measured as next to none,
     * and the kernel waits as long for the next segment as the rate said when the last one left, even if it was lifted.
     */
    private static final long LEAST_RATE = 32_768;

    /** Looks for which a measure holds, and what the congestion control has found. */
    private static final int HOLD = 10;

    private static final int HOLD_FOUND = 3;

    /** One that carries this share of what its congestion control has found may fill the link. */
    private static final double NEARLY = 0.75;

    /**
     * What is found is the most of the last ten round trips, and one in a hundred more than a link of 100 Mbit/s carried. What
     * is delivered may be less than that, where the sender stood still for a moment.
     */
    private static final double UNDER_FOUND = 0.99;

    /**
     * One that had enough for this share of the time has not stood still, and what was found says nothing more. On a link of 1
     * Gbit/s with round trips of 10 ms that was 122 to 127 MB/s, since it comes of bursts, where the link carries 120.7.
     */
    private static final double NEVER_STILL = 0.95;

    /** Looks at a full link in which is waited for one without a stand-still. */
    private static final int MOST_LOOKS = 4;

    /** From this round trip on a path is a WAN. */
    private static final long WAN = Duration.ofMillis(5).toNanos();

    private static final long LEAST = Duration.ofMillis(500).toNanos();

    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    /** What is paced. Any thread. */
    interface Line {
        /** Bytes that its transport has taken since it began. */
        long taken();

        /** For how many nanoseconds its transport had enough to send, since it began. */
        long busyNanos();

        /** Bytes a second that its congestion control has found, as was seen last; 0: none. */
        long foundRate();

        /** See {@link org.ferrule.stream.Stream#pace}. */
        void pace(long bytesPerSecond);
    }

    /** A line as it was when it was last looked at. */
    private record Seen(long taken, long busyNanos) {}

    /**
     * A full link, in one look or in some that agree.
     *
     * @param lines the fibres that filled it
     * @param rate the most that it carried in a look, in bytes a second
     * @param share of the time in that look for which all of them had enough
     */
    private record Filled(List<Line> lines, double rate, double share, int looks) {
        static final Filled NOT = new Filled(List.of(), 0, 0, 0);

        boolean agrees(Filled next) {
            return lines.equals(next.lines) && next.rate <= GROWS * rate;
        }

        Filled with(Filled next) {
            return new Filled(lines, Math.max(rate, next.rate), next.rate > rate ? next.share : share, looks + 1);
        }
    }

    private Map<Line, Seen> seen = Map.of();
    private List<Line> paced = List.of();
    private long seenAt;

    private Filled filled = Filled.NOT;

    /** Whether what they are paced to is only what was found. */
    private boolean asFound;

    /** Looks for which the measure holds still. */
    private int holds;

    /** Bytes a second that all that are paced get together; 0: not measured. */
    private long measured;

    /** Bytes a second that all together are paced to; 0: they are not. Read by who shows it. */
    private volatile long rate;

    /** See {@link #rate}. Any thread. */
    long rate() {
        return rate;
    }

    /** Looks at the fibres that there are now; not again so soon that nothing could be measured. */
    void look(List<Fibre> fibres, long nanoTime) {
        long roundTrip = fibres.stream()
                .mapToLong(f -> f.keepAlive().leastRoundTripNanos())
                .filter(n -> n >= 0)
                .min()
                .orElse(0);
        look(fibres.stream().map(Fibre::output).toList(), roundTrip, nanoTime);
    }

    /** @param roundTrip the shortest that was measured, in nanoseconds */
    void look(List<? extends Line> lines, long roundTrip, long nanoTime) {
        double elapsed = nanoTime - seenAt;
        if (elapsed < LEAST) {
            return;
        }
        Map<Line, Seen> now = new HashMap<>();
        List<Line> busy = new ArrayList<>();
        double delivered = 0;
        double least = 1;
        for (Line line : lines) {
            Seen at = new Seen(line.taken(), line.busyNanos());
            now.put(line, at);
            Seen before = seen.get(line);
            if (before != null) {
                delivered += (at.taken() - before.taken()) / elapsed * NANOS;
                double share = (at.busyNanos() - before.busyNanos()) / elapsed;
                if (share >= BUSY) {
                    busy.add(line);
                    least = Math.min(least, share);
                }
            }
        }
        seen = now;
        seenAt = nanoTime;
        if (roundTrip < WAN) {
            busy.clear();
        }
        boolean full = !busy.isEmpty() && least >= FULL;
        if (measured > 0 && !(asFound && full && busy.equals(paced))) {
            filled = Filled.NOT;
            hold(busy);
        } else if (full) {
            measure(new Filled(busy, delivered, least, 1));
        } else {
            filled = Filled.NOT;
            paceAsFound(busy, delivered);
        }
    }

    /** What was measured is of the link: it is dealt out anew when other fibres are held up. */
    private void hold(List<Line> busy) {
        holds--;
        if (holds < 0) {
            deal(List.of());
            measured = 0;
        } else if (!busy.equals(paced)) {
            deal(busy);
        }
    }

    /** Two looks that agree are needed: in one alone a transfer may have begun or ended. */
    private void measure(Filled now) {
        if (!filled.agrees(now)) {
            filled = now;
            return;
        }
        filled = filled.with(now);
        double found = filled.share >= NEVER_STILL ? 0 : UNDER_FOUND * found(filled.lines, filled.rate);
        if (found <= filled.rate || filled.looks == MOST_LOOKS) {
            asFound = false;
            pace(filled.lines, Math.max(filled.rate, found), HOLD);
            filled = Filled.NOT;
        }
    }

    private void paceAsFound(List<Line> busy, double delivered) {
        double found = found(busy, delivered);
        if (found > 0) {
            asFound = true;
            pace(busy, found, HOLD_FOUND);
        }
    }

    /** What the congestion control of one alone has found, if it carries nearly that; else 0. */
    private static double found(List<Line> busy, double delivered) {
        double found = busy.size() == 1 ? busy.get(0).foundRate() : 0;
        return delivered >= NEARLY * found ? found : 0;
    }

    private void pace(List<Line> busy, double delivered, int looks) {
        long all = (long) (SHARE * delivered);
        if (all / busy.size() >= LEAST_RATE) {
            measured = all;
            holds = looks;
            deal(busy);
        }
    }

    /** Those in equal shares of what was measured, the others free. */
    private void deal(List<Line> busy) {
        List<Line> next = busy.isEmpty() || measured / busy.size() < LEAST_RATE ? List.of() : List.copyOf(busy);
        paced.stream().filter(line -> !next.contains(line)).forEach(line -> line.pace(Long.MAX_VALUE));
        next.forEach(line -> line.pace(measured / next.size()));
        paced = next;
        rate = next.isEmpty() ? 0 : measured;
    }
}
