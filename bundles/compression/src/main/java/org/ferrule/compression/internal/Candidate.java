package org.ferrule.compression.internal;

import org.ferrule.codec.adaptive.Choice;

/** A codec at a level, and what one fibre has learnt of it. */
final class Candidate {
    /** The weight of one more block among those that were measured before: data differs. */
    private static final double WEIGHT = 1.0 / 16;

    /** The same for a trial, if it took longer. */
    private static final double TRIAL_WEIGHT = 1.0 / 2;

    /** A block that took so many times longer than others was interrupted: it counts as this many times. */
    private static final double MOST_SURPRISE = 4;

    /** How much of a cost is left each time when it is the reason not to try again. */
    private static final double REMEMBERED = 0.9;

    /**
     * What a codec takes grows with what it leaves: long matches are quickly done. So costs are counted for each encoded byte
     * and so much of a raw one. Measured with binaries, zstd's level 5: 3.5 ns a raw byte where a twentieth is left, 12 where
     * half is; levels 1, 3 and 6 likewise.
     */
    private static final double RAW_PART = 0.15;

    /** What is taken for the cost before any block was encoded: 4 ns a byte of usual data, that of a middling codec. */
    private static final double GUESSED_COST = 4 / (RAW_PART + Flow.FIRST_RATIO);

    /** Before it was tried it is taken for so much worse than the one in use, so that nothing moves to it on a guess. */
    private static final double GUESSED_STRENGTH = 1.1;

    /** What a level is taken for that was not tried, as a multiple of the nearest of its codec below that was. */
    private static final double HIGHER_STRENGTH = 0.9;

    private final Choice choice;
    private final Candidate below;
    private final Experience experience;

    /** Whether others have found something of it. */
    private final boolean found;

    /** Nanoseconds for each encoded byte and {@link #RAW_PART} of a raw one. */
    private double cost;

    private double strength;
    private double remembered = 1;
    private boolean costKnown;
    private boolean tried;
    private boolean compared;
    private boolean used;

    /**
     * @param below the next lower level of its codec; null if there is none
     * @param experience what others found of it
     */
    Candidate(Choice choice, Candidate below, Experience experience) {
        this.choice = choice;
        this.below = below;
        this.experience = experience;
        Experience.Known known = experience.of(choice);
        found = known != null;
        cost = found ? known.cost() : GUESSED_COST;
        strength = found ? known.strength() : GUESSED_STRENGTH;
    }

    Choice choice() {
        return choice;
    }

    /** The next lower level of its codec; null if there is none. */
    Candidate below() {
        return below;
    }

    /** Whether it is a higher level of the same codec. */
    boolean isAbove(Candidate other) {
        Candidate lower = below;
        while (lower != null && lower != other) {
            lower = lower.below;
        }
        return lower != null;
    }

    /** Nanoseconds of the processor for each raw byte of which it leaves so much. */
    double cost(double ratio) {
        return cost * (RAW_PART + ratio);
    }

    /** What a block took while it is in use. */
    void took(int rawBytes, int encodedBytes, long nanos) {
        took(nanos / (RAW_PART * rawBytes + encodedBytes), WEIGHT);
    }

    /**
     * What the blocks of a trial took, or 0 if there was no memory for it. There are few, so a trial counts as much as all
     * before, and one that took less alone: whatever disturbs makes it take longer.
     */
    void trialTook(long rawBytes, long encodedBytes, long nanos) {
        if (nanos > 0) {
            double seen = nanos / (RAW_PART * rawBytes + encodedBytes);
            took(seen, seen < cost ? 1 : TRIAL_WEIGHT);
        }
    }

    private void took(double now, double weight) {
        remembered = 1;
        cost = costKnown ? cost + weight * (Math.min(now, MOST_SURPRISE * cost) - cost) : now;
        costKnown = true;
    }

    /** What it leaves of data, as a multiple of what others of the fibre leave; the smaller the better. */
    double strength() {
        return strength;
    }

    /** Whether it was tried out, with whatever end. */
    boolean tried() {
        return tried;
    }

    /** Whether it was seen what it leaves of data, and not guessed. */
    boolean compared() {
        return compared;
    }

    /** Whether data was sent with it. */
    boolean used() {
        return used;
    }

    /** Whether it is known what it takes, by this fibre or others. */
    boolean costKnown() {
        return costKnown || found;
    }

    /** Tells other fibres what it takes. */
    void share() {
        if (costKnown && tried) {
            experience.add(choice, cost, strength);
        }
    }

    /** It is in use, and stands for the measure of others, unless one of them does already. */
    void isMeasure() {
        used = true;
        guess(1);
        tried = true;
        compared = true;
    }

    /** What was not tried is taken to leave less than the nearest level below that was; without one it is so strong. */
    private void guess(double alone) {
        if (!tried && !found) {
            Candidate known = below;
            while (known != null && !known.tried) {
                known = known.below;
            }
            strength = known == null ? alone : HIGHER_STRENGTH * known.strength;
        }
    }

    /** The same as a reason not to try again, which counts ever less. */
    double triedCost(double ratio) {
        return cost(ratio) * remembered;
    }

    /** It was not tried again for that. */
    void passedOver() {
        remembered *= REMEMBERED;
    }

    /** A trial was given up: how strong it is remains a guess. */
    void tooSlow() {
        guess(strength);
        tried = true;
        share();
    }

    void comparedTo(Candidate other, double relation) {
        double now = other.strength * relation;
        strength = compared ? (strength + now) / 2 : now;
        tried = true;
        compared = true;
        share();
    }
}
