package org.ferrule.dedup.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A keyed checksum of 64 bits over what a block stands for, so that an end whose dictionary is damaged notices. It folds
 * 128-bit products, as wyhash does, in four lanes; it detects accidents, and the key keeps clients from arranging them. It is
 * no signature: peers are authenticated by TLS.
 */
final class Check {
    private static final long P0 = 0xA0761D6478BD642FL;
    private static final long P1 = 0xE7037ED1A0B428DBL;
    private static final long P2 = 0x8EBC6AF09C88C6E3L;
    private static final long P3 = 0x589965CC75374CC3L;
    private static final int STEP = 64;

    /** Leaves the buffer's own order alone: other loops read it, too. */
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long key;
    private long state;

    Check(long key) {
        this.key = key;
    }

    void begin() {
        state = key;
    }

    /** Adds a piece: from one index to another. Both ends must cut pieces alike. */
    void add(ByteBuffer bytes, int from, int length) {
        long a = state ^ P0;
        long b = key ^ P1;
        long c = key ^ P2;
        long d = key ^ P3;
        int at = from;
        int end = from + length;
        for (; end - at >= STEP; at += STEP) {
            a = fold((long) WORD.get(bytes, at) ^ P0, (long) WORD.get(bytes, at + 8) ^ a);
            b = fold((long) WORD.get(bytes, at + 16) ^ P1, (long) WORD.get(bytes, at + 24) ^ b);
            c = fold((long) WORD.get(bytes, at + 32) ^ P2, (long) WORD.get(bytes, at + 40) ^ c);
            d = fold((long) WORD.get(bytes, at + 48) ^ P3, (long) WORD.get(bytes, at + 56) ^ d);
        }
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            a = fold((long) WORD.get(bytes, at) ^ P0, a ^ P2);
        }
        long last = 0;
        for (; at < end; at++) {
            last = last << 8 | bytes.get(at) & 0xFF;
        }
        state = fold(a ^ last ^ P1, b ^ length) ^ fold(c ^ key, d ^ P2);
    }

    long value() {
        return fold(state ^ P3, key ^ P1);
    }

    private static long fold(long x, long y) {
        return Math.multiplyHigh(x, y) ^ x * y;
    }
}
