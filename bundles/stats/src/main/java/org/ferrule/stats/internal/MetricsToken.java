package org.ferrule.stats.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Secrets;

/**
 * Tells whether a request may have metrics: it names the token. A token instead of a user's password, since one is asked
 * every few seconds: a password takes a tenth of a second of a core to check, by design, and would lie in the monitoring
 * system's configuration with all that its user may do. Any thread.
 */
final class MetricsToken {
    private static final String SCHEME = "Bearer ";

    private final Supplier<Optional<Secrets>> secrets;
    private volatile Opened last = new Opened("", new byte[0]);

    /**
     * A token, opened.
     *
     * @param stored as it stands in the configuration
     * @param digest of the token itself, so that what is compared tells nothing of its length
     */
    private record Opened(String stored, byte[] digest) {}

    MetricsToken(Supplier<Optional<Secrets>> secrets) {
        this.secrets = secrets;
    }

    /**
     * Whether the value of the field {@code Authorization} holds the token; null stands for no field.
     *
     * @throws ConfigException if the token cannot be opened
     */
    boolean admits(String authorization, String stored) throws ConfigException {
        if (authorization == null
                || stored == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        Opened wanted = last;
        if (!wanted.stored().equals(stored)) {
            wanted = new Opened(stored, digest(open(stored)));
            last = wanted;
        }
        byte[] given = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(digest(given), wanted.digest());
    }

    /** As it is stored. */
    String seal(String token) throws ConfigException {
        return opener().seal(token.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] open(String stored) throws ConfigException {
        return opener().open(stored);
    }

    private Secrets opener() throws ConfigException {
        return secrets.get()
                .orElseThrow(() -> new ConfigException(
                        "Metrics (" + MetricsSettings.KIND + "): token: module crypto is not running"));
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
