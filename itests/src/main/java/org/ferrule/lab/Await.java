package org.ferrule.lab;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something that another process does. */
public final class Await {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(120);

    private Await() {}

    /** Asks ten times a second until it holds; gives up after two minutes. */
    public static void until(String what, BooleanSupplier holds) {
        until(() -> what, holds);
    }

    /** The same with words that are looked for when it was in vain. */
    public static void until(Supplier<String> what, BooleanSupplier holds) {
        long end = System.nanoTime() + PATIENCE;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited two minutes in vain until " + what.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
