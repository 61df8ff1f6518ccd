package org.ferrule.dedup.internal;

import java.util.Random;

/**
 * The rolling hash that decides where chunks end: FastCDC's gear (Xia et al., USENIX ATC 2016). Its table is random and
 * secret, so that nobody can tell from outside where chunks of known data end.
 */
final class Gear {
    /** Bytes that the hash depends on: each shifts it by one bit. */
    static final int WINDOW = 64;

    /** One number for each byte. */
    static final int SIZE = 256;

    private final long[] table;

    Gear(long[] table) {
        this.table = table;
    }

    Gear(Random random) {
        this(new long[SIZE]);
        for (int i = 0; i < table.length; i++) {
            table[i] = random.nextLong();
        }
    }

    long[] table() {
        return table;
    }
}
