package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Names what two ends keep together from one beginning to the next: 128 bits that both reckon from their epochs, and nobody
 * else knows.
 */
record Pair(long high, long low) {
    static final int BYTES = 16;

    static Pair read(ByteBuffer from) {
        return new Pair(from.getLong(), from.getLong());
    }

    void write(ByteBuffer to) {
        to.putLong(high).putLong(low);
    }

    /** The text that {@link #toString} gives. */
    static Pair parse(String text) {
        return read(ByteBuffer.wrap(HexFormat.of().parseHex(text)));
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
