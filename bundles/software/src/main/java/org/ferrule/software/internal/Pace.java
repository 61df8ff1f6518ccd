package org.ferrule.software.internal;

import java.time.Instant;

/** Time, as jobs see it. */
interface Pace {
    /** Seconds that only grow, from any beginning. */
    long seconds();

    /** The date and time. */
    Instant now();

    /** Waits a little, before something is looked at again. */
    void pause() throws InterruptedException;

    /** The machine's. */
    Pace REAL = new Pace() {
        private static final long PAUSE_MILLIS = 250;

        @Override
        public long seconds() {
            return System.nanoTime() / 1_000_000_000L;
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void pause() throws InterruptedException {
            Thread.sleep(PAUSE_MILLIS);
        }
    };
}
