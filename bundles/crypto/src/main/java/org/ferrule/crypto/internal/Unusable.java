package org.ferrule.crypto.internal;

import org.slf4j.Logger;

/** Says once, in the log, why a service cannot be given, and what to do. */
final class Unusable {
    private Unusable() {}

    /**
     * Logs the message and wraps it, for a constructor to throw. Without a cause on purpose: the message is the whole
     * story, and the stack of a missing file helps nobody.
     */
    static IllegalStateException of(Logger log, String message) {
        log.error("{}", message);
        return new IllegalStateException(message);
    }
}
