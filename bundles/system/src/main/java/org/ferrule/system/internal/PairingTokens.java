package org.ferrule.system.internal;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The tokens that wait for another appliance: few, for a short time, in memory only. Any thread. */
final class PairingTokens {
    static final Duration VALID = Duration.ofMinutes(10);
    static final int MAX_OUTSTANDING = 5;
    static final int MAX_FAILURES = 3;

    private record Waiting(PairingToken token, long expires, int failures) {}

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Waiting> waiting = new HashMap<>();

    PairingTokens(InstantSource clock) {
        this.clock = clock;
    }

    /** A fresh token, or empty if too many are outstanding. */
    synchronized Optional<PairingToken> issue() {
        forgetExpired();
        if (waiting.size() >= MAX_OUTSTANDING) {
            return Optional.empty();
        }
        PairingToken token = PairingToken.random(random);
        while (waiting.containsKey(token.id())) {
            token = PairingToken.random(random);
        }
        waiting.put(token.id(), new Waiting(token, clock.millis() + VALID.toMillis(), 0));
        return Optional.of(token);
    }

    /** The token of that id, if it is still good. */
    synchronized Optional<PairingToken> find(String id) {
        forgetExpired();
        return Optional.ofNullable(waiting.get(id)).map(Waiting::token);
    }

    /**
     * Takes a token that was proved to be known: it cannot be used again.
     *
     * @return false if another was faster
     */
    synchronized boolean use(PairingToken token) {
        return waiting.remove(token.id()) != null;
    }

    /**
     * Counts a failed try; the third burns the token.
     *
     * @return whether the token is burnt
     */
    synchronized boolean failed(PairingToken token) {
        Waiting now = waiting.get(token.id());
        if (now != null && now.failures() + 1 < MAX_FAILURES) {
            waiting.put(token.id(), new Waiting(token, now.expires(), now.failures() + 1));
            return false;
        }
        waiting.remove(token.id());
        return true;
    }

    private void forgetExpired() {
        long now = clock.millis();
        waiting.values().removeIf(token -> token.expires() <= now);
    }
}
