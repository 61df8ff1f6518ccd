package org.ferrule.codec;

import java.nio.ByteBuffer;

/** Tells cheaply whether bytes look as encrypted, compressed or random ones do. Any thread. */
public final class Noise {
    /** Bytes that are looked at, and the least there must be. */
    public static final int SAMPLE = 512;

    /**
     * Of 512 bytes, how many differ in value from all before them: noise has 221 on average with a deviation of 6 (256 values, each
     * missing with probability (255/256)^512), text, code and most binaries have fewer than 150.
     */
    private static final int FEW_VALUES = 190;

    private Noise() {}

    /**
     * Looks at 512 of the bytes, at equal distances.
     *
     * @param from where the bytes begin in the buffer, whose position does not matter
     * @param length how many there are, at least {@link #SAMPLE}
     */
    public static boolean resembles(ByteBuffer bytes, int from, int length) {
        int step = length / SAMPLE;
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (int i = 0, at = from; i < SAMPLE; i++, at += step) {
            int value = bytes.get(at);
            long bit = 1L << value;
            int quarter = value >> 6 & 3;
            // Without branches: noise would have each second one predicted wrongly.
            a |= quarter == 0 ? bit : 0;
            b |= quarter == 1 ? bit : 0;
            c |= quarter == 2 ? bit : 0;
            d |= quarter == 3 ? bit : 0;
        }
        return Long.bitCount(a) + Long.bitCount(b) + Long.bitCount(c) + Long.bitCount(d) >= FEW_VALUES;
    }
}
