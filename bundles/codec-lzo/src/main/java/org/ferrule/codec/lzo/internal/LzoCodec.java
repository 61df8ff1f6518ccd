package org.ferrule.codec.lzo.internal;

import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.osgi.service.component.annotations.Component;

/**
 * LZO1X, in Java (aircompressor). Each block is independent and ends with LZO's own end marker; there is one level.
 *
 * <p>For whoever is used to it: lz4 makes blocks of the same size and decodes several times as fast.
 */
@Component(service = Codec.class, property = "name=lzo")
public final class LzoCodec implements Codec {
    @Override
    public String name() {
        return "lzo";
    }

    @Override
    public String help() {
        return "LZO1X: little work; each block for itself";
    }

    @Override
    public int minLevel() {
        return 1;
    }

    @Override
    public int maxLevel() {
        return 1;
    }

    /** The table of 4096 numbers, and the room for a block of 16 KB at its worst. */
    @Override
    public long encoderMemory(int level) {
        return (4L << 12) + LzoEncoder.room(1 << 14);
    }

    /** Nothing beyond the object. */
    @Override
    public long decoderMemory() {
        return 64;
    }

    @Override
    public Encoder encoder(int level) {
        return new LzoEncoder(checked(level));
    }

    @Override
    public Decoder decoder() {
        return new LzoDecoder();
    }

    /** The level, if it is one. */
    static int checked(int level) {
        if (level != 1) {
            throw new IllegalArgumentException("the level of lzo is 1, not " + level);
        }
        return level;
    }
}
