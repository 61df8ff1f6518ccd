package org.ferrule.codec;

import java.nio.ByteBuffer;
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
     * The longest window in bytes that its contexts can be made with: how far their history reaches back. 0 if they only have
     * one of the codec's own, which is what window 0 means below, too.
     */
    default int maxWindow() {
        return 0;
    }

    /** As {@link #encoderMemory(int)}, with a window of so many bytes. */
    default long encoderMemory(int level, int window) {
        return encoderMemory(level);
    }

    /** As {@link #decoderMemory()}, with a window of so many bytes. */
    default long decoderMemory(int window) {
        return decoderMemory();
    }

    /**
     * The window that a decoder needs for a history that begins with this block.
     *
     * @param block one whole block, which stays as it is
     * @return at most {@link #maxWindow()}; 0 if the codec's own will do, or the block is none that could be decoded
     * @throws CodecException if it needs a longer one than there is
     */
    default int window(ByteBuffer block) throws CodecException {
        return 0;
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

    /**
     * A new encoder without history.
     *
     * @param window the bytes that its history may reach back, at most {@link #maxWindow()}; of those that the codec can, the
     *     longest that is no longer is used, but never a shorter one than its own
     * @throws IllegalArgumentException if the level is below the lowest or above the highest
     */
    default Encoder encoder(int level, int window) {
        return encoder(level);
    }

    /** A new decoder without history. */
    Decoder decoder();

    /**
     * A new decoder without history that takes what was encoded with this window, and no longer one.
     *
     * @param window as {@link #window(ByteBuffer)} gave it
     */
    default Decoder decoder(int window) {
        return decoder();
    }
}
