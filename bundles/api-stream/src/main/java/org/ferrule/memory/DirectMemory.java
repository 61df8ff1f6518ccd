package org.ferrule.memory;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import sun.misc.Unsafe;

/**
 * Gives direct buffers back at once. Left to the collector they would count until it runs, and whoever needs one meanwhile
 * would wait for it, which an event loop must not.
 */
final class DirectMemory {
    private static final Unsafe UNSAFE = unsafe();

    private DirectMemory() {}

    private static Unsafe unsafe() {
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The buffer must not be used any more, nor any that was made of it. */
    static void free(ByteBuffer buffer) {
        UNSAFE.invokeCleaner(buffer);
    }
}
