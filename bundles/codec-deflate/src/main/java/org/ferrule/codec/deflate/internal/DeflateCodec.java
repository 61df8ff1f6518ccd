package org.ferrule.codec.deflate.internal;

import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.osgi.service.component.annotations.Component;

/** Raw deflate (RFC 1951) with a sync flush at the end of each block, on the JDK's zlib. */
@Component(service = Codec.class, property = "name=deflate")
public final class DeflateCodec implements Codec {
    @Override
    public String name() {
        return "deflate";
    }

    @Override
    public String help() {
        return "Deflate (RFC 1951): everywhere, 32 KB of history, moderate speed";
    }

    @Override
    public int minLevel() {
        return 1;
    }

    @Override
    public int maxLevel() {
        return 9;
    }

    /** zlib's own account (zconf.h): with 32 KB of history and memLevel 8, 2^17 bytes for each of the two tables. */
    @Override
    public long encoderMemory(int level) {
        return (1 << 17) + (1 << 17);
    }

    /** zconf.h: the 32 KB of history and about 7 KB besides. */
    @Override
    public long decoderMemory() {
        return (1 << 15) + (7 << 10);
    }

    @Override
    public String implementation() {
        return "native zlib of Java " + Runtime.version().feature();
    }

    @Override
    public Encoder encoder(int level) {
        return new DeflateEncoder(checked(level));
    }

    @Override
    public Decoder decoder() {
        return new DeflateDecoder();
    }

    /** The level, if it is one. */
    static int checked(int level) {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("the level of deflate is from 1 to 9, not " + level);
        }
        return level;
    }
}
