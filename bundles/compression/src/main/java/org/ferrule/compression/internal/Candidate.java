package org.ferrule.compression.internal;

import org.ferrule.codec.adaptive.Choice;

/** A codec at a level, and what one fibre has learnt of it. */
final class Candidate {
    /** The weight of one more block among those that were measured before: data differs. */
    private static final double WEIGHT = 1.0 / 16;

    /** A block that took so many times longer than others was interrupted: it counts as this many times. */
    private static final double MOST_SURPRISE = 4;

    /** How much of a cost is left each time when it is the reason not to try again. */
    private static final double REMEMBERED = 0.95;

    /** What is taken for the cost before any block was encoded: that of a middling codec. */
    private static final double GUESSED_COST = 4;

    /** Before it was tried it is taken for so much worse than the one in use, so that nothing moves to it on a guess. */
    private static final double GUESSED_STRENGTH = 1.1;

    /** What a level is taken for that was not tried, as a multiple of the nearest of its codec below that was. */
    private static final double HIGHER_STRENGTH = 0.9;

    private final Choice choice;
    private final Candidate below;
    private final Experience experience;

    /** Whether others have found something of it. */
    private final boolean found;

    private double cost;
    private double strength;
    private double remembered = 1;
    private boolean costKnown;
    private boolean tried;
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

    /** Nanoseconds of the processor for each raw byte. */
    double cost() {
        return cost;
    }

    void took(int rawBytes, long nanos) {
        remembered = 1;
        double now = (double) nanos / rawBytes;
        if (costKnown) {
            double counts = Math.min(now, MOST_SURPRISE * cost);
            cost += WEIGHT * (counts - cost);
        } else {
            cost = now;
            costKnown = true;
        }
    }

    /** What it leaves of data, as a multiple of what others of the fibre leave; the smaller the better. */
    double strength() {
        return strength;
    }

    /** Whether it was compared with another one. */
    boolean tried() {
        return tried;
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
        if (!tried && !found) {
            Candidate known = below;
            while (known != null && !known.tried) {
                known = known.below;
            }
            strength = known == null ? 1 : HIGHER_STRENGTH * known.strength;
        }
        tried = true;
    }

    /** The same as a reason not to try again, which counts ever less. */
    double triedCost() {
        return cost * remembered;
    }

    /** It was not tried again for that. */
    void passedOver() {
        remembered *= REMEMBERED;
    }

    /** A trial was given up: how strong it is remains a guess. */
    void tooSlow() {
        tried = true;
        share();
    }

    void comparedTo(Candidate other, double relation) {
        double now = other.strength * relation;
        strength = tried ? (strength + now) / 2 : now;
        tried = true;
        share();
    }
}
