package org.ferrule.codec.bzip2.internal;

import org.ferrule.codec.Codec;
import org.ferrule.codec.Decoder;
import org.ferrule.codec.Encoder;
import org.osgi.service.component.annotations.Component;

/**
 * bzip2, in Java (Commons Compress). Each block is a whole bzip2 file of its own, without history.
 *
 * <p>The level is the size of bzip2's own blocks in 100 KB, as everywhere; but no more of them is asked for than a block
 * needs, since the library allocates 9 bytes for each, time and again: with blocks of 16 KB all levels are the same. Even
 * so it is by far the slowest codec and the largest garbage maker, about 1 MB a block at each end.
 */
@Component(service = Codec.class, property = "name=bzip2")
public final class Bzip2Codec implements Codec {
    private static final int UNIT = 100_000;

    /** What the library allocates for each byte of its block: its bytes, two tables, and as much again to sort. */
    private static final int PER_BYTE = 10;

    @Override
    public String name() {
        return "bzip2";
    }

    @Override
    public String help() {
        return "bzip2: small text, very slow, for the slowest links; each block for itself";
    }

    @Override
    public int minLevel() {
        return 1;
    }

    @Override
    public int maxLevel() {
        return 9;
    }

    /** What other bzip2 programs take. */
    @Override
    public int defaultLevel() {
        return 9;
    }

    /** Held while a block is encoded only; for blocks of up to 80 KB, whatever the level. */
    @Override
    public long encoderMemory(int level) {
        checked(level);
        return (long) PER_BYTE * UNIT;
    }

    /** Held while a block is decoded only; for blocks of up to 80 KB. */
    @Override
    public long decoderMemory() {
        return 5L * UNIT;
    }

    @Override
    public Encoder encoder(int level) {
        return new Bzip2Encoder(checked(level));
    }

    @Override
    public Decoder decoder() {
        return new Bzip2Decoder();
    }

    /** The level, if it is one. */
    static int checked(int level) {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("the level of bzip2 is from 1 to 9, not " + level);
        }
        return level;
    }

    /** The level that so many bytes need at most: bzip2's first step makes 5 of 4 equal ones, at worst. */
    static int needed(int raw) {
        return Math.min(9, 1 + (int) (raw * 5L / 4 / (UNIT - 100)));
    }
}
