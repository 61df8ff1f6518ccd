package org.ferrule.compression.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.codec.adaptive.FlowChooser;

/** What the flows of one fibre share: the candidates, how fast the link is, how fast data comes, and who tries what. */
final class Fibre implements FibreChooser {
    /** A window in which the rate of data is measured, at least. */
    private static final long RATE_WINDOW = 5_000_000;

    /** Blocks over which the ratio of all flows is averaged. */
    private static final int RATIO_BLOCKS = 32;

    /** Two windows with a longer pause between them have nothing to do with each other. */
    private static final long RATE_PAUSE = 100_000_000;

    /** A trial of which nothing was heard for so long is over: its flow rests. */
    private static final long TRIAL_PAUSE = 1_000_000_000;

    /** How often other fibres are told of what stays in use. */
    private static final long TELL_AFTER = 1_000_000_000;

    private static final Decision NO_DECISION = new Decision("none", Verdict.NOTHING, "no data was sent yet");

    private final Experience experience;
    private final PlainTrial plainTrial = new PlainTrial();
    private List<Candidate> candidates = List.of();
    private int generation;
    private double link;
    private double share = 1;
    private double others;
    private double ratio = Flow.FIRST_RATIO;
    private double rate;
    private long windowStart;
    private long windowEnd;
    private long windowBytes;
    private long encodedBytes;
    private Flow trying;
    private long triedAt;
    private long toldAt;

    /** Null: there was none yet. */
    private volatile Verdict decided;

    Fibre(Experience experience) {
        this.experience = experience;
    }

    @Override
    public void allow(List<Allowed> codecs) {
        List<Candidate> next = new ArrayList<>();
        for (Allowed allowed : codecs) {
            Candidate below = null;
            for (int level : levels(allowed.codec(), allowed.mostLevel())) {
                below = candidate(new Choice(allowed.codec(), level), below);
                next.add(below);
            }
        }
        candidates = List.copyOf(next);
        generation++;
    }

    /** With what is known of it, if it was one before. */
    private Candidate candidate(Choice choice, Candidate below) {
        return candidates.stream()
                .filter(c -> c.choice().equals(choice))
                .findFirst()
                .orElseGet(() -> new Candidate(choice, below, experience));
    }

    /**
     * The lowest level, the codec's own choice, the highest allowed, and what lies between these two: zstd's level 5 takes two
     * thirds of level 6 and has half of what that gains over level 3. More would be much work to tell apart.
     */
    private static TreeSet<Integer> levels(Codec codec, int most) {
        TreeSet<Integer> levels = new TreeSet<>(List.of(codec.minLevel(), most));
        if (codec.defaultLevel() < most) {
            levels.add(codec.defaultLevel());
            levels.add((codec.defaultLevel() + most + 1) / 2);
        }
        return levels;
    }

    @Override
    public void link(double nanosPerByte) {
        link = nanosPerByte;
    }

    @Override
    public void processor(double share, double others) {
        this.share = share;
        this.others = others;
    }

    @Override
    public FlowChooser flow() {
        return new Flow(this);
    }

    @Override
    public Decision decision() {
        Verdict now = decided;
        return now == null ? NO_DECISION : now.decision();
    }

    // ---- what flows use

    /** Changes when the candidates do. */
    int generation() {
        return generation;
    }

    List<Candidate> candidates() {
        return candidates;
    }

    /** Where a flow begins: the codec that is wanted most, at the level that it chose itself or the highest allowed. */
    Candidate first() {
        Candidate first = null;
        for (Candidate c : candidates) {
            Codec codec = c.choice().codec();
            boolean sameCodec = first == null || first.choice().codec() == codec;
            if (sameCodec && (first == null || c.choice().level() <= codec.defaultLevel())) {
                first = c;
            }
        }
        return first;
    }

    /** The highest level of its codec; null if it is that itself. */
    Candidate highest(Candidate candidate) {
        Candidate highest = candidate;
        for (int i = 0; i < candidates.size(); i++) {
            highest = candidates.get(i).below() == highest ? candidates.get(i) : highest;
        }
        return highest == candidate ? null : highest;
    }

    /**
     * The highest level of its codec above it that takes at most so many nanoseconds a byte, or of which that is not known;
     * null if there is none.
     */
    Candidate above(Candidate candidate, double longest, Verdict.Ratio ratios) {
        Candidate found = null;
        Candidate above = candidate;
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).below() == above) {
                above = candidates.get(i);
                found = !above.costKnown() || above.cost(ratios.of(above)) <= longest ? above : found;
            }
        }
        return found;
    }

    /** Whether anything is known of any candidate. */
    boolean hasTried() {
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.get(i).tried()) {
                return true;
            }
        }
        return false;
    }

    double link() {
        return link;
    }

    /** What the loop has of a processor. */
    double share() {
        return share;
    }

    /** Nanoseconds of the processor for each raw byte before codecs. */
    double others() {
        return others;
    }

    /** What codecs have left of the data of all flows, of late. */
    double ratio() {
        return ratio;
    }

    /** Raw bytes that come in a nanosecond. */
    double rate() {
        return rate;
    }

    /** The encoded bytes that all flows have made. */
    long encodedBytes() {
        return encodedBytes;
    }

    /** Whether it is better, or to be found out, how the link does without a codec. */
    boolean plain(long now) {
        return plainTrial.plain(link, now);
    }

    void came(int rawBytes, long now) {
        plainTrial.came(rawBytes, now);
        if (now - windowEnd > RATE_PAUSE) {
            windowStart = now;
            windowBytes = 0;
        }
        long elapsed = now - windowStart;
        if (elapsed >= RATE_WINDOW) {
            rate = (double) windowBytes / elapsed;
            windowStart = now;
            windowBytes = 0;
        }
        windowEnd = now;
        windowBytes += rawBytes;
    }

    void made(int rawBytes, int encoded) {
        encodedBytes += encoded;
        if (encoded < rawBytes) {
            double counts = Math.min(1, (double) Flow.blocks(rawBytes) / RATIO_BLOCKS);
            ratio += ((double) encoded / rawBytes - ratio) * counts;
        }
    }

    /** Whether the flow may begin or go on with a trial: one flow at a time does. */
    boolean mayTry(Flow flow, long now) {
        if (trying != null && trying != flow && now - triedAt < TRIAL_PAUSE) {
            return false;
        }
        trying = flow;
        triedAt = now;
        return true;
    }

    /** Whether the trial is still the flow's. */
    boolean tries(Flow flow) {
        return trying == flow;
    }

    void triedEnough() {
        trying = null;
    }

    /** Keeps a decision for who asks, and tells other fibres of what is in use. */
    void decided(Verdict verdict, long now) {
        Verdict before = decided;
        decided = verdict;
        Candidate inUse = verdict.candidate();
        if (inUse != null && (before == null || before.candidate() != inUse || now - toldAt > TELL_AFTER)) {
            toldAt = now;
            inUse.share();
        }
    }
}
