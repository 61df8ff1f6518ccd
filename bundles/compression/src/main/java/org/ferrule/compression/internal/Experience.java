package org.ferrule.compression.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ferrule.codec.adaptive.Choice;

/**
 * What all fibres of this appliance have found of codecs: a new one begins with that. To find out again that bzip2 takes 100
 * ns a byte costs 40 ms, in which a fast link carries megabytes. Any thread.
 */
final class Experience {
    /** What one more fibre found counts for so much beside what others did: data differs. */
    private static final double WEIGHT = 1.0 / 4;

    /**
     * What is known of a choice.
     *
     * @param cost what it takes, as candidates count it
     * @param strength what it leaves of data, as a multiple of what others leave
     */
    record Known(double cost, double strength) {}

    /** By name, so that a codec that went is not held. */
    private record Key(String codec, int level) {
        Key(Choice choice) {
            this(choice.codec().name(), choice.level());
        }
    }

    private final Map<Key, Known> known = new ConcurrentHashMap<>();

    /** Null if nothing is. */
    Known of(Choice choice) {
        return known.get(new Key(choice));
    }

    void add(Choice choice, double cost, double strength) {
        known.merge(
                new Key(choice),
                new Known(cost, strength),
                (before, now) -> new Known(
                        before.cost + WEIGHT * (now.cost - before.cost),
                        before.strength + WEIGHT * (now.strength - before.strength)));
    }
}
