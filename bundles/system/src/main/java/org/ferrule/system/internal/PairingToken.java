package org.ferrule.system.internal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * What a person carries from one appliance to the other.
 *
 * @param id names the token; it travels
 * @param secret 140 random bits as text; it never travels
 */
record PairingToken(String id, String secret) {
    private static final int ID_LENGTH = 4;
    private static final int SECRET_LENGTH = 28;

    static PairingToken random(SecureRandom random) {
        return new PairingToken(Base32.random(random, ID_LENGTH), Base32.random(random, SECRET_LENGTH));
    }

    /** Reads what {@link #text} wrote and a person typed; empty if it is no token. */
    static Optional<PairingToken> read(String typed) {
        return Base32.read(typed, ID_LENGTH + SECRET_LENGTH)
                .map(text -> new PairingToken(text.substring(0, ID_LENGTH), text.substring(ID_LENGTH)));
    }

    /** As it is shown: {@code 7KQF-…} in groups of four. */
    String text() {
        return Base32.grouped(id + secret, ID_LENGTH);
    }

    byte[] key() {
        return secret.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "PairingToken " + id;
    }
}
