package org.ferrule.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Tells cheaply whether bytes look as encrypted, compressed or random ones do. Any thread. */
public final class Noise {
    /** Bytes that are looked at, and the least there must be. */
    public static final int SAMPLE = 512;

    /**
     * Of 512 bytes, how many differ in value from all before them: noise has 221 on average with a deviation of 6 (256 values, each
     * missing with probability (255/256)^512), text, code and most binaries have fewer than 150.
     */
    private static final int FEW_VALUES = 190;

    /** A mark for each value that was seen: a thread has one set of them, so that a look makes no garbage. */
    private static final ThreadLocal<byte[]> SEEN = ThreadLocal.withInitial(() -> new byte[1 << Byte.SIZE]);

    private Noise() {}

    /**
     * Looks at 512 of the bytes, at equal distances.
     *
     * @param from where the bytes begin in the buffer, whose position does not matter
     * @param length how many there are, at least {@link #SAMPLE}
     */
    public static boolean resembles(ByteBuffer bytes, int from, int length) {
        // Marks, which depend on nothing, and are counted afterwards: a quarter of the time that sets of bits take.
        byte[] seen = SEEN.get();
        Arrays.fill(seen, (byte) 0);
        int step = length / SAMPLE;
        for (int i = 0, at = from; i < SAMPLE; i++, at += step) {
            seen[bytes.get(at) & 0xFF] = 1;
        }
        int different = 0;
        for (byte mark : seen) {
            different += mark;
        }
        return different >= FEW_VALUES;
    }
}
