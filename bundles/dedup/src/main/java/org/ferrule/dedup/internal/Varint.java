package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;

/** Numbers of variable length: seven bits a byte, the lowest first (LEB128). */
final class Varint {
    /** The longest. */
    static final int MOST = 9;

    private Varint() {}

    /** @param value not negative */
    static void put(ByteBuffer to, long value) {
        long rest = value;
        while (rest >= 0x80) {
            to.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        to.put((byte) rest);
    }

    static long get(ByteBuffer from) throws CodecException {
        long value = 0;
        for (int shift = 0; shift < 7 * MOST; shift += 7) {
            if (!from.hasRemaining()) {
                throw new CodecException("a number ends before it is complete");
            }
            int part = from.get();
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new CodecException("a number has more than " + 7 * MOST + " bits");
    }

    static int getInt(ByteBuffer from) throws CodecException {
        long value = get(from);
        if (value > Integer.MAX_VALUE) {
            throw new CodecException("a number is out of range: " + value);
        }
        return (int) value;
    }

    /** So that small negative numbers are short, too. */
    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long zagzig(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
