package org.ferrule.config;

import org.osgi.annotation.versioning.ConsumerType;

/** What {@link ConfigModule#prepare} holds until the transaction is over. */
@ConsumerType
@FunctionalInterface
public interface Reservation extends AutoCloseable {
    /** Holds nothing. */
    Reservation NOTHING = () -> {};

    /** Gives back what was not used by {@link ConfigModule#reconcile}. */
    @Override
    void close();
}
