package org.ferrule.module;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A version of a module whose work outlives single calls: connections, flows, sessions. While a module is replaced its old
 * version stays beside the new one until nobody uses it any more, or until {@code drain-timeout}.
 *
 * <p>Registered as an OSGi service by the bundle that does the work. A bundle that registers none can be uninstalled as
 * soon as its successor is there. All methods may be called by any thread, at any time, again and again; they return at
 * once.
 */
@ConsumerType
public interface Drainable {
    /** How many connections, flows or sessions run in this version. At 0, after {@link #drain}, it may be uninstalled. */
    int users();

    /**
     * A newer version has taken over: this one takes nothing new from now on, lets end by themselves what runs in it, and
     * hastens what nobody would notice, such as connections without a user.
     */
    void drain();

    /** The newer version is given up: this one takes what is new again. */
    void resume();
}
