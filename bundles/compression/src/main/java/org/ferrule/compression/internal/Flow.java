package org.ferrule.compression.internal;

import java.util.List;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FlowChooser;

/** Chooses for the data of one history: knows how well it shrinks now, and finds out how it would with others. */
final class Flow implements FlowChooser {
    /** What a codec is taken to leave of data of which nothing is known. */
    static final double FIRST_RATIO = 0.4;

    /** Decisions without a codec until little is left of what was known of the data. */
    private static final int FORGETS = 32;

    /** Raw bytes of a usual block. One of several times as many counts as so many. */
    private static final int USUAL = 1 << 14;

    /** Blocks between decisions. */
    private static final int DECIDE_EVERY = 8;

    private static final long DECIDE_AFTER = 50_000_000;

    /** Blocks over which what is left of the data is averaged. */
    private static final int RATIO_BLOCKS = 32;

    /**
     * Blocks for which another choice has to be the better one: a change begins a new history, while the files of an archive
     * differ from one to the next, and a link that stands still for a moment is none that became slow.
     */
    private static final int INSISTS = 64;

    /** And for so long: some megabytes of zeros are sent in less, and behind them is the data that takes time. */
    private static final long INSISTS_FOR = 20_000_000;

    /** Blocks after which a choice has shown what it is worth: its history has grown twice. */
    private static final int SETTLED = 64;

    /** Blocks of a trial: long enough that a history of 512 KB has grown; only the last quarter counts. */
    private static final int TRIAL = 32;

    /** Blocks after which it is seen that a codec takes too long. */
    private static final int ENOUGH = 3;

    /** Blocks where the processor has no time to lose: what a codec takes is what matters then. */
    private static final int SHORT_TRIAL = 4;

    /**
     * How much the one block that counts of a short trial changes what was known: of a block of zeros level 1 of zstd left
     * less than level 6, and binaries were sent with it from there on.
     */
    private static final double SHORT_TELLS = 1.0 / 4;

    /**
     * What is seen to be so many times better or worse than was known counts as so many times. A block that was sent before
     * takes a hundred times less with a long history than in a trial, whose history is young, and level 3 of zstd was given up
     * for that.
     */
    private static final double MOST_SURPRISE = 2;

    /** Raw bytes before the first trial and between two; after all were tried, a multiple. */
    static final long TRIAL_GAP = 1 << 18;

    static final int RARELY = 16;

    /** Rounds of trials after which they become rarer once more: each encodes up to half a megabyte twice. */
    private static final int ROUNDS = 3;

    private static final int MORE_RARELY = 64;

    /** One that was found so much worse on this fibre is tried rarely. */
    private static final double HOPELESS = 1.25;

    /** The share of a core that codecs may take already where others are to be tried for long. */
    private static final double MOST_BUSY = 0.5;

    private final Fibre fibre;
    private final Verdict.Ratio ratios = this::ratio;
    private int generation;
    private Candidate now;
    private boolean chosen;
    private int blocks;
    private int decidedBlocks;
    private int sinceChange;
    private int displeased;
    private long displeasedAt;
    private long decidedAt;
    private double ratio;
    private boolean ratioKnown;

    /** What others left of this flow's data, as a multiple of what was in use left; 0 if that is not known. */
    private float[] relations;

    private long sinceTrial;
    private int trials;
    private Candidate trial;
    private int trialBlocks;

    /** Blocks of a trial, however large. */
    private int trialSteps;

    private int trialLength;

    /** Nanoseconds a byte beyond which a trial could not be won. */
    private double longest;

    /** A trial's blocks without the first, whose context was made in that time: raw and encoded bytes, and what they took. */
    private long trialRaw;

    private long trialMade;
    private long trialNanos;
    private long trialEncoded;
    private long actualEncoded;
    private long actualRaw;

    Flow(Fibre fibre) {
        this.fibre = fibre;
    }

    @Override
    public Choice next(int rawBytes, long nanoTime) {
        fibre.came(rawBytes, nanoTime);
        if (generation != fibre.generation()) {
            forget();
        }
        if (!chosen || blocks - decidedBlocks >= DECIDE_EVERY || nanoTime - decidedAt > DECIDE_AFTER) {
            decide(nanoTime);
        }
        blocks += blocks(rawBytes);
        sinceChange += blocks(rawBytes);
        sinceTrial += rawBytes;
        if (trial != null) {
            if (!fibre.mayTry(this, nanoTime)) {
                stopTrial();
            }
        } else if (sinceTrial >= trialGap()) {
            startTrial(nanoTime);
        }
        return choice();
    }

    /** As how many blocks one counts. */
    static int blocks(int rawBytes) {
        return Math.max(1, rawBytes / USUAL);
    }

    private long trialGap() {
        int all = fibre.candidates().size();
        return TRIAL_GAP * (trials < all ? 1 : trials < ROUNDS * all ? RARELY : MORE_RARELY);
    }

    private Choice choice() {
        return now == null ? Choice.NONE : now.choice();
    }

    private void forget() {
        generation = fibre.generation();
        Candidate before = now;
        now = before != null && fibre.candidates().contains(before) ? before : null;
        chosen = now != null;
        relations = null;
        stopTrial();
        trials = 0;
    }

    private void decide(long nanoTime) {
        decidedAt = nanoTime;
        decidedBlocks = blocks;
        chosen = true;
        if (now == null) {
            // What the data was like is the less certain the longer no codec has seen it.
            ratio += (FIRST_RATIO - ratio) / FORGETS;
        }
        Verdict verdict = Verdict.of(fibre, ratios, now, sinceChange >= SETTLED);
        if (!insists(verdict.candidate(), nanoTime)) {
            verdict = Verdict.stay(fibre, ratios, now);
        }
        if (fibre.link() > 0 && verdict.candidate() != null && fibre.plain(nanoTime)) {
            verdict = verdict.plain(fibre);
        }
        Candidate next = verdict.candidate();
        if (next != now) {
            if (next != null && now != null) {
                ratio *= relation(next);
            }
            now = next;
            sinceChange = 0;
            relations = null;
            stopTrial();
        }
        fibre.decided(verdict, nanoTime);
    }

    /** Whether what is in use was not the best for long enough; in place of nothing anything is begun at once. */
    private boolean insists(Candidate next, long nanoTime) {
        if (next == now || now == null) {
            displeased = 0;
            return true;
        }
        if (displeased == 0) {
            displeasedAt = nanoTime;
        }
        displeased += DECIDE_EVERY;
        return displeased > INSISTS && nanoTime - displeasedAt >= INSISTS_FOR;
    }

    /** What a candidate would leave of this flow's data. */
    private double ratio(Candidate candidate) {
        double known = ratioKnown ? ratio : fibre.ratio();
        return Math.min(1, known * (now == null ? candidate.strength() : relation(candidate)));
    }

    /** What a candidate would take for it. */
    private double cost(Candidate candidate) {
        return ratios.cost(candidate);
    }

    private double relation(Candidate candidate) {
        if (candidate == now) {
            return 1;
        }
        float own = relations == null ? 0 : relations[fibre.candidates().indexOf(candidate)];
        return own > 0 ? own : candidate.strength() / now.strength();
    }

    @Override
    public void encoded(Choice choice, int rawBytes, int encodedBytes, long nanos) {
        fibre.made(rawBytes, encodedBytes);
        if (trial != null && counts()) {
            actualEncoded += encodedBytes;
            actualRaw += rawBytes;
        }
        if (now == null || !now.choice().equals(choice)) {
            return;
        }
        now.isMeasure();
        // The first block of a history takes what its context takes to be made, too.
        if (sinceChange > blocks(rawBytes)) {
            now.took(rawBytes, encodedBytes, nanos);
        }
        // What does not shrink at all is not for codecs; who encodes finds that out, and tries again from time to time.
        if (encodedBytes < rawBytes) {
            double left = (double) encodedBytes / rawBytes;
            double counts = Math.min(1, (double) blocks(rawBytes) / RATIO_BLOCKS);
            ratio = ratioKnown ? ratio + (left - ratio) * counts : left;
            ratioKnown = true;
        }
    }

    // ---- trials

    /** Long ones only where the link leaves the processor time; none where no codec would be worth it. */
    private void startTrial(long nanoTime) {
        sinceTrial = 0;
        if (now == null || fibre.link() == 0 || !fibre.mayTry(this, nanoTime)) {
            return;
        }
        double cost = cost(now);
        boolean waits = Verdict.waits(fibre, ratios, now);
        longest = waits ? ratio * fibre.link() * fibre.share() : cost;
        boolean idle = waits && cost * fibre.rate() < MOST_BUSY;
        trialLength = idle ? TRIAL : SHORT_TRIAL;
        trial = nextTrial(idle);
        trialBlocks = 0;
        trialSteps = 0;
        trialRaw = 0;
        trialMade = 0;
        trialNanos = 0;
        trialEncoded = 0;
        actualEncoded = 0;
        actualRaw = 0;
        if (trial == null) {
            fibre.triedEnough();
        }
    }

    private boolean counts() {
        return trialBlocks >= trialLength - trialLength / 4;
    }

    /** @param waits whether the link leaves the processor time: then the highest level that it is enough for is the one */
    private Candidate nextTrial(boolean waits) {
        List<Candidate> all = fibre.candidates();
        for (int i = 0; i < all.size(); i++) {
            Candidate candidate = all.get(trials++ % all.size());
            if (waits) {
                Candidate above = fibre.above(candidate, longest, ratios);
                candidate = above == null ? candidate : above.tried() ? now : above;
            }
            // What no fibre has tried yet may take as long as it does, once.
            boolean weak = isWeak(candidate) && trials / all.size() % RARELY != 0;
            boolean slow = candidate.costKnown() && candidate.triedCost(ratio(candidate)) > longest;
            if (candidate != now && !slow && !(candidate.tried() && weak)) {
                return candidate;
            }
            if (slow) {
                // It may have been measured while much else was done.
                candidate.passedOver();
            }
        }
        return null;
    }

    /**
     * Whether it is no match for what is in use: much weaker, or both slower and weaker. A higher level of that is not: it
     * seems to be weaker where its history was young when it was tried.
     */
    private boolean isWeak(Candidate candidate) {
        double strength = candidate.strength() / now.strength();
        return !candidate.isAbove(now) && (strength > HOPELESS || strength > 1 && cost(candidate) > cost(now));
    }

    @Override
    public Choice trial() {
        return trial == null ? null : trial.choice();
    }

    @Override
    public void tried(Choice choice, int rawBytes, int encodedBytes, long nanos) {
        if (trial == null || !trial.choice().equals(choice)) {
            return;
        }
        if (trialSteps > 0) {
            trialRaw += rawBytes;
            trialMade += encodedBytes;
            trialNanos += nanos;
        }
        if (counts()) {
            trialEncoded += encodedBytes;
        }
        trialBlocks += blocks(rawBytes);
        trialSteps++;
        if (trialSteps == ENOUGH && trialNanos > longest * trialRaw) {
            trial.trialTook(trialRaw, trialMade, trialNanos);
            trial.tooSlow();
            stopTrial();
        } else if (trialBlocks >= trialLength && trialSteps >= SHORT_TRIAL) {
            finishTrial();
        }
    }

    private void finishTrial() {
        trial.trialTook(trialRaw, trialMade, trialNanos);
        if (actualEncoded > 0 && trialEncoded > 0) {
            double before = relation(trial);
            double seen = Math.max(
                    before / MOST_SURPRISE, Math.min(before * MOST_SURPRISE, (double) trialEncoded / actualEncoded));
            double relation = before + tells() * (seen - before);
            if (relations == null) {
                relations = new float[fibre.candidates().size()];
            }
            relations[fibre.candidates().indexOf(trial)] = (float) relation;
            trial.comparedTo(now, relation);
        }
        stopTrial();
    }

    /** How much a trial changes what was known; less where hardly anything is left of the data by either. */
    private double tells() {
        if (trialLength == TRIAL) {
            return 1;
        }
        double left = (actualEncoded + trialEncoded) / 2.0 / actualRaw;
        return Math.min(1, left / FIRST_RATIO) * (trial.compared() ? SHORT_TELLS : 1);
    }

    private void stopTrial() {
        trial = null;
        if (fibre.tries(this)) {
            fibre.triedEnough();
        }
    }
}
