package org.ferrule.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;

/** Room in the midst of marked bytes, which show if somebody wrote beside it; never at the start of its memory. */
final class MarkedRoom {
    /** Where the room begins. */
    static final int BEFORE = 3;

    private static final int AFTER = 9;
    private static final byte MARK = 0x5A;

    private MarkedRoom() {}

    static ByteBuffer of(boolean direct, int size) {
        int all = BEFORE + size + AFTER;
        ByteBuffer buffer =
                direct ? ByteBuffer.allocateDirect(all + 1) : ByteBuffer.wrap(new byte[all + 1], 0, all + 1);
        for (int i = 0; i < buffer.capacity(); i++) {
            if (i < BEFORE + 1 || i > BEFORE + size) {
                buffer.put(i, MARK);
            }
        }
        // A slice of an array begins at an offset of it.
        return buffer.position(1).slice().limit(BEFORE + size).position(BEFORE);
    }

    static ByteBuffer holding(boolean direct, byte[] bytes) {
        ByteBuffer buffer = of(direct, bytes.length);
        return buffer.put(bytes).position(BEFORE);
    }

    static void assertStands(ByteBuffer buffer, int size) {
        for (int i = 0; i < BEFORE; i++) {
            assertEquals(MARK, buffer.get(i), "wrote before its room");
        }
        ByteBuffer all = buffer.duplicate().clear();
        for (int i = BEFORE + size; i < all.limit(); i++) {
            assertEquals(MARK, all.get(i), "wrote beyond its room");
        }
    }
}
