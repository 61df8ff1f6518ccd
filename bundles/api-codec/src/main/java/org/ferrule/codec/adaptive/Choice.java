package org.ferrule.codec.adaptive;

import org.ferrule.codec.Codec;

/**
 * How to encode a block.
 *
 * @param codec null: not at all
 * @param level of the codec; 0 without one
 */
public record Choice(Codec codec, int level) {
    /** Blocks are sent as they are. */
    public static final Choice NONE = new Choice(null, 0);

    /** For people: {@code zstd level 3}, {@code none}. */
    @Override
    public String toString() {
        return codec == null ? "none" : codec.name() + " level " + level;
    }
}
