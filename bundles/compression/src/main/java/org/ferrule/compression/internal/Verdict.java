package org.ferrule.compression.internal;

import java.util.Locale;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser.Decision;

/**
 * What is best for a flow's data now, and the figures by which that was found.
 *
 * <p>The link and the processor work side by side, so what takes longer is what a byte takes. A codec that makes a byte
 * {@code r} bytes long and takes {@code c} ns for it therefore takes {@code max((c + others) / share, r * link)}; others is
 * what de-duplication, the relay and TLS take, of which TLS's part shrinks with the data, and share is what the loop has of a
 * processor that others want, too. Where the link holds nothing up there is no link to reckon with, and what the processor
 * can spare is spent on sending less.
 *
 * @param candidate null: none
 * @param bottleneck what holds the fibre up
 * @param ratio what the candidate leaves of the data
 * @param cost nanoseconds of the processor that it takes for a byte
 * @param all nanoseconds until the loop has done a byte
 * @param link nanoseconds that the link takes for a byte; 0: it holds nothing up
 * @param rate raw bytes that come in a nanosecond
 */
record Verdict(
        Candidate candidate, String bottleneck, double ratio, double cost, double all, double link, double rate) {
    /** Nanoseconds that the relay takes for a raw byte, and TLS for one on the wire: measured on one core, loopback. */
    static final double RELAY = 0.5;

    static final double TLS = 1.5;

    /** The share of a core that codecs may take while the link holds nothing up. */
    static final double SPARE = 0.25;

    /** The share that is not felt even where the processor holds the fibre up. */
    static final double UNFELT = 0.1;

    /** Less than this is no gain: a cheaper candidate is as good. */
    private static final double NO_GAIN = 0.01;

    /**
     * What is in use stays unless another takes less than this share of its time. JSON was sent with zstd's level 1, and much
     * of the processor idle, where level 3 left 0.97 of what that did.
     */
    private static final double KEPT = 0.98;

    /** The same where the link holds nothing up, so that little is gained by a change. */
    private static final double KEPT_FREE = 0.95;

    /** The same where the processor decides: what a codec takes is seen less exactly than what it leaves. */
    private static final double KEPT_UNSURE = 0.9;

    private static final double KEPT_LATELY = 0.75;

    /** What the highest level of a codec takes at most, as a multiple of what one below takes. */
    private static final double HIGHER_COST = 6;

    /** Bytes on the wire until the link is known: before, sending less is the safer choice. */
    static final long UNKNOWN = 1 << 19;

    static final String LINK = "link";
    static final String PROCESSOR = "processor";
    static final String NOTHING = "nothing";

    /** How a flow's data would fare with a candidate. */
    @FunctionalInterface
    interface Ratio {
        double of(Candidate candidate);

        /** What the candidate would take for it. */
        default double cost(Candidate candidate) {
            return candidate.cost(of(candidate));
        }
    }

    /**
     * Decides among all candidates.
     *
     * @param now what is in use; null for none
     * @param settled whether it has been for some time
     */
    static Verdict of(Fibre fibre, Ratio ratios, Candidate now, boolean settled) {
        if (fibre.link() > 0) {
            return full(fibre, ratios, now, settled);
        }
        Candidate best = fibre.encodedBytes() < UNKNOWN ? fibre.first() : spare(fibre, ratios, now);
        return of(fibre, ratios, best, best == null ? PROCESSOR : NOTHING);
    }

    /** What is in use stays. */
    static Verdict stay(Fibre fibre, Ratio ratios, Candidate now) {
        boolean waits = waits(fibre, ratios, now);
        return of(fibre, ratios, now, fibre.link() == 0 ? NOTHING : waits ? LINK : PROCESSOR);
    }

    /** What the processor can spare; what is in use stays as long as it nearly is that. */
    private static Candidate spare(Fibre fibre, Ratio ratios, Candidate now) {
        Candidate best = smallest(fibre, ratios, SPARE);
        boolean stays = now != null
                && ratios.cost(now) * fibre.rate() < 1.5 * SPARE
                && (best == null || ratios.of(now) * KEPT_FREE <= ratios.of(best));
        return stays ? now : best;
    }

    /** The link is known. */
    private static Verdict full(Fibre fibre, Ratio ratios, Candidate now, boolean settled) {
        Candidate higher = now == null ? start(fibre, ratios) : settled ? higher(fibre, ratios, now) : null;
        if (higher != null) {
            return of(fibre, ratios, higher, LINK);
        }
        Candidate best = null;
        double least = time(fibre, 0, 1);
        for (Candidate c : fibre.candidates()) {
            if (!c.costKnown() && c != fibre.first()) {
                continue;
            }
            double time = time(fibre, ratios, c);
            boolean cheaper = best != null && ratios.cost(c) < ratios.cost(best);
            if (time < least * (cheaper ? 1 + NO_GAIN : 1 - NO_GAIN)) {
                least = Math.min(least, time);
                best = c;
            }
        }
        if (best != now && now != null && best != null) {
            // A change begins a new history: one that was made lately is undone for much only.
            boolean sure = waits(fibre, ratios, now) && waits(fibre, ratios, best);
            double gain = !settled ? KEPT_LATELY : sure ? KEPT : KEPT_UNSURE;
            if (time(fibre, ratios, best) > gain * time(fibre, ratios, now)) {
                best = now;
            }
        }
        if (best == null) {
            best = smallest(fibre, ratios, UNFELT);
        }
        boolean waits = best == null ? waits(fibre, 0, 1) : waits(fibre, ratios, best);
        return of(fibre, ratios, best, waits ? LINK : PROCESSOR);
    }

    /**
     * The highest level of the codec, if it was not used yet and the link leaves it time enough; else null. Source code was left
     * 1.45 times as long by zstd's level 3 as by level 6, which is too much to wait until its turn to be tried has come; and
     * a trial, whose history is short, shows less of what a large window is worth than real use does.
     */
    private static Candidate higher(Fibre fibre, Ratio ratios, Candidate now) {
        Candidate highest = fibre.highest(now);
        boolean unknown =
                highest != null && !highest.used() && (!highest.tried() || ratios.of(highest) < ratios.of(now));
        return unknown && hasTime(fibre, ratios, now) ? highest : null;
    }

    /** Whether the link leaves a codec the time for its highest level. */
    private static boolean hasTime(Fibre fibre, Ratio ratios, Candidate candidate) {
        return waits(fibre, HIGHER_COST * ratios.cost(candidate), ratios.of(candidate));
    }

    /** Where to begin as long as nothing is known but the link; null if something is, or it leaves no time. */
    private static Candidate start(Fibre fibre, Ratio ratios) {
        Candidate first = fibre.hasTried() ? null : fibre.first();
        if (first == null || !hasTime(fibre, ratios, first)) {
            return null;
        }
        Candidate highest = fibre.highest(first);
        return highest == null ? first : highest;
    }

    /** Whether the processor waits for the link, and not the other way round. */
    static boolean waits(Fibre fibre, Ratio ratios, Candidate candidate) {
        return waits(fibre, ratios.cost(candidate), ratios.of(candidate));
    }

    private static boolean waits(Fibre fibre, double cost, double ratio) {
        return ratio * fibre.link() > processor(fibre, cost, ratio);
    }

    /** Nanoseconds until the loop has done a byte. */
    private static double processor(Fibre fibre, double cost, double ratio) {
        return (cost + fibre.others() + RELAY + TLS * ratio) / fibre.share();
    }

    /** What makes the data smallest within a share of a core; null if nothing is cheap enough or makes it smaller. */
    private static Candidate smallest(Fibre fibre, Ratio ratios, double share) {
        Candidate best = null;
        double least = 1 - NO_GAIN;
        for (Candidate c : fibre.candidates()) {
            double ratio = ratios.of(c);
            if (ratios.cost(c) * fibre.rate() <= share && ratio < least * (1 - NO_GAIN)) {
                least = ratio;
                best = c;
            }
        }
        return best;
    }

    private static Verdict of(Fibre fibre, Ratio ratios, Candidate candidate, String bottleneck) {
        double ratio = candidate == null ? 1 : ratios.of(candidate);
        double cost = candidate == null ? 0 : candidate.cost(ratio);
        return new Verdict(
                candidate, bottleneck, ratio, cost, processor(fibre, cost, ratio), fibre.link(), fibre.rate());
    }

    /** The same without a codec, which was found to be quicker. */
    Verdict plain(Fibre fibre) {
        return new Verdict(null, PROCESSOR, 1, 0, processor(fibre, 0, 1), link, rate);
    }

    private static double time(Fibre fibre, Ratio ratios, Candidate candidate) {
        return time(fibre, ratios.cost(candidate), ratios.of(candidate));
    }

    private static double time(Fibre fibre, double cost, double ratio) {
        return Math.max(processor(fibre, cost, ratio), ratio * fibre.link());
    }

    Choice choice() {
        return candidate == null ? Choice.NONE : candidate.choice();
    }

    Decision decision() {
        return new Decision(choice().toString(), bottleneck, reason());
    }

    private String reason() {
        String data = candidate == null
                ? "nothing would make that quicker"
                : String.format(
                        Locale.ROOT,
                        "%s leaves %.0f %% of the data and takes %.1f ns a byte, which takes %.1f with all else",
                        choice(),
                        100 * ratio,
                        cost,
                        all);
        String comes = String.format(Locale.ROOT, "data comes at %.1f MB/s", rate * 1e3);
        if (link > 0) {
            return String.format(Locale.ROOT, "the link takes %.1f MB/s, %s; %s", 1e3 / link, comes, data);
        }
        return candidate == null
                ? "the link holds nothing up, " + comes + ": a codec would"
                : "the link holds nothing up, " + comes + "; " + data;
    }
}
