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

    /** The share of a core that codecs may take already where others are to be tried. */
    private static final double MOST_BUSY = 0.5;

    private final Fibre fibre;
    private int generation;
    private Candidate now;
    private boolean chosen;
    private int blocks;
    private int sinceChange;
    private int displeased;
    private long decidedAt;
    private double ratio;
    private boolean ratioKnown;

    /** What others left of this flow's data, as a multiple of what was in use left; 0 if that is not known. */
    private float[] relations;

    private long sinceTrial;
    private int trials;
    private Candidate trial;
    private int trialBlocks;
    private int trialLength;

    /** Nanoseconds a byte beyond which a trial could not be won. */
    private double longest;

    private long trialEncoded;
    private long actualEncoded;

    Flow(Fibre fibre) {
        this.fibre = fibre;
    }

    @Override
    public Choice next(int rawBytes, long nanoTime) {
        fibre.came(rawBytes, nanoTime);
        if (generation != fibre.generation()) {
            forget();
        }
        if (!chosen || blocks % DECIDE_EVERY == 0 || nanoTime - decidedAt > DECIDE_AFTER) {
            decide(nanoTime);
        }
        blocks++;
        sinceChange++;
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
        chosen = true;
        if (now == null) {
            // What the data was like is the less certain the longer no codec has seen it.
            ratio += (FIRST_RATIO - ratio) / FORGETS;
        }
        Verdict verdict = Verdict.of(fibre, this::ratio, now, sinceChange >= SETTLED);
        if (!insists(verdict.candidate())) {
            verdict = Verdict.stay(fibre, this::ratio, now);
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
    private boolean insists(Candidate next) {
        if (next == now || now == null) {
            displeased = 0;
            return true;
        }
        displeased += DECIDE_EVERY;
        return displeased > INSISTS;
    }

    /** What a candidate would leave of this flow's data. */
    private double ratio(Candidate candidate) {
        double known = ratioKnown ? ratio : fibre.ratio();
        return Math.min(1, known * (now == null ? candidate.strength() : relation(candidate)));
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
        }
        if (now == null || !now.choice().equals(choice)) {
            return;
        }
        now.isMeasure();
        // The first block of a history takes what its context takes to be made, too.
        if (sinceChange > 1) {
            now.took(rawBytes, nanos);
        }
        // What does not shrink at all is not for codecs; who encodes finds that out, and tries again from time to time.
        if (encodedBytes < rawBytes) {
            double left = (double) encodedBytes / rawBytes;
            ratio = ratioKnown ? ratio + (left - ratio) / RATIO_BLOCKS : left;
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
        boolean waits = Verdict.waits(fibre, now.cost(), ratio) && now.cost() * fibre.rate() < MOST_BUSY;
        longest = waits ? ratio * fibre.link() * fibre.share() : now.cost();
        trialLength = waits ? TRIAL : SHORT_TRIAL;
        trial = nextTrial(waits);
        trialBlocks = 0;
        trialEncoded = 0;
        actualEncoded = 0;
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
                Candidate above = fibre.above(candidate, longest);
                candidate = above == null ? candidate : above.tried() ? now : above;
            }
            // What no fibre has tried yet may take as long as it does, once.
            boolean weak = isWeak(candidate) && trials / all.size() % RARELY != 0;
            boolean slow = candidate.costKnown() && candidate.triedCost() > longest;
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

    /** Whether it is no match for what is in use: much weaker, or both slower and weaker. */
    private boolean isWeak(Candidate candidate) {
        double strength = candidate.strength() / now.strength();
        return strength > HOPELESS || strength > 1 && candidate.cost() > now.cost();
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
        if (trialBlocks > 0) {
            trial.took(rawBytes, nanos);
        }
        if (counts()) {
            trialEncoded += encodedBytes;
        }
        trialBlocks++;
        if (trialBlocks == ENOUGH && trial.cost() > longest) {
            trial.tooSlow();
            stopTrial();
        } else if (trialBlocks >= trialLength) {
            finishTrial();
        }
    }

    private void finishTrial() {
        if (actualEncoded > 0 && trialEncoded > 0) {
            double before = relation(trial);
            double seen = Math.max(
                    before / MOST_SURPRISE, Math.min(before * MOST_SURPRISE, (double) trialEncoded / actualEncoded));
            double relation = trialLength == TRIAL ? seen : before + SHORT_TELLS * (seen - before);
            if (relations == null) {
                relations = new float[fibre.candidates().size()];
            }
            relations[fibre.candidates().indexOf(trial)] = (float) relation;
            trial.comparedTo(now, relation);
        }
        stopTrial();
    }

    private void stopTrial() {
        trial = null;
        if (fibre.tries(this)) {
            fibre.triedEnough();
        }
    }
}
