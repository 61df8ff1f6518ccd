package org.ferrule.isession.internal;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;

/** As a machine whose memory is broken: bytes of an end's dictionary change, which nothing but a defect does. */
final class BrokenMemory {
    private BrokenMemory() {}

    /** Changes bytes in each segment of an end. */
    static void damage(FakeOwner end, int from, int to, int step) {
        try {
            Object store = call(end.deduplication, "store");
            int slots = (int) call(store, "size");
            Method in = store.getClass().getDeclaredMethod("in", int.class);
            in.setAccessible(true);
            for (int slot = 0; slot < slots; slot++) {
                Object segment = in.invoke(store, slot);
                int written = segment == null ? 0 : (int) call(segment, "written");
                for (int at = from; at < Math.min(to, written); at += step) {
                    ByteBuffer bytes = (ByteBuffer) call(segment, "bytes");
                    bytes.put(at, (byte) (bytes.get(at) + 1));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object call(Object on, String name) throws ReflectiveOperationException {
        Method method = on.getClass().getDeclaredMethod(name);
        method.setAccessible(true);
        return method.invoke(on);
    }
}
