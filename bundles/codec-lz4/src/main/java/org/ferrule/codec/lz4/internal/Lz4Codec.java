package org.ferrule.codec.lz4.internal;

import net.jpountz.lz4.LZ4Factory;
import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * LZ4's block format, by its library, or in Java where that cannot be loaded.
 *
 * <p>Each block is independent: the library's Java interface knows no history. Level 1 is the fast compressor, 2 to 12
 * are the levels of the high compression one; all decode alike.
 */
@Component(service = Codec.class, property = "name=lz4")
public final class Lz4Codec implements Codec {
    private static final Logger LOG = LoggerFactory.getLogger(Lz4Codec.class);

    private final LZ4Factory factory;
    private final boolean isNative;

    @Activate
    public Lz4Codec() {
        this(true);
    }

    Lz4Codec(boolean wantsNative) {
        LZ4Factory found = wantsNative ? ofLibrary() : null;
        isNative = found != null;
        // The Java form that checks its bounds: what is decoded here comes from outside.
        factory = isNative ? found : LZ4Factory.safeInstance();
    }

    /** Named, and not left to lz4-java's fastestInstance: in a bundle that takes the slow form without a word. */
    private static LZ4Factory ofLibrary() {
        try {
            return LZ4Factory.nativeInstance();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("The library of LZ4 cannot be loaded: lz4 works in Java, at half the speed", e);
            return null;
        }
    }

    @Override
    public String name() {
        return "lz4";
    }

    @Override
    public String help() {
        return "LZ4: the least work, for fast links; each block for itself";
    }

    @Override
    public int minLevel() {
        return 1;
    }

    @Override
    public int maxLevel() {
        return 12;
    }

    @Override
    public String implementation() {
        return isNative ? "native lz4" : "Java";
    }

    /** Held while a block is encoded only: the fast one's table of 16 KB, the other's of 256 KB. */
    @Override
    public long encoderMemory(int level) {
        return checked(level) == 1 ? 1 << 14 : 1 << 18;
    }

    /** Nothing beyond the object. */
    @Override
    public long decoderMemory() {
        return 64;
    }

    @Override
    public Encoder encoder(int level) {
        return new Lz4Encoder(factory, checked(level));
    }

    @Override
    public Decoder decoder() {
        return new Lz4Decoder(factory.safeDecompressor());
    }

    /** The level, if it is one. */
    static int checked(int level) {
        if (level < 1 || level > 12) {
            throw new IllegalArgumentException("the level of lz4 is from 1 to 12, not " + level);
        }
        return level;
    }
}
