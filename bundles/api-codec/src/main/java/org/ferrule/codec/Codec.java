package org.ferrule.codec;

import org.osgi.annotation.versioning.ConsumerType;

/** A way to compress. Any thread may make contexts; a context is used by one thread at a time. */
@ConsumerType
public interface Codec {
    /** Its name in configuration and negotiation, in lower case: {@code deflate}. */
    String name();

    /** One line of help. */
    String help();

    /** The lowest level. */
    int minLevel();

    /** The highest level: smallest output, most work. */
    int maxLevel();

    /** The level where nobody chose one: {@link #minLevel()} unless the codec knows better. */
    default int defaultLevel() {
        return minLevel();
    }

    /** What does the work, for status: {@code native zstd 1.5.7}, {@code Java}. */
    default String implementation() {
        return "Java";
    }

    /**
     * About how many bytes an encoder holds, on the heap and outside of it, from its first block on; contexts are lent out
     * of a budget by this measure.
     */
    default long encoderMemory(int level) {
        return 1 << 18;
    }

    /** About how many bytes a decoder holds from its first block on. */
    default long decoderMemory() {
        return 1 << 16;
    }

    /**
     * Whether its contexts take history from outside: {@link Encoder#prefix} and {@link Decoder#prefix}. All codecs of one
     * name must do the same: peers do not tell each other.
     */
    default boolean takesPrefix() {
        return false;
    }

    /**
     * A new encoder without history.
     *
     * @throws IllegalArgumentException if the level is below the lowest or above the highest
     */
    Encoder encoder(int level);

    /** A new decoder without history. */
    Decoder decoder();
}
