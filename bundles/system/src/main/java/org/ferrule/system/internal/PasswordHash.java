package org.ferrule.system.internal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.KeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password's hash: PBKDF2 with HMAC-SHA-512 (RFC 8018), written as {@code $pbkdf2-sha512$i=210000$SALT$HASH} in the manner
 * of the PHC string format, base64 without padding.
 *
 * @param iterations how often it was hashed; 210,000 for new ones
 * @param salt random
 * @param hash 64 bytes
 */
record PasswordHash(int iterations, byte[] salt, byte[] hash) {
    private static final int ITERATIONS = 210_000;
    private static final int MIN_ITERATIONS = 10_000;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 64;
    private static final Pattern FORM =
            Pattern.compile("\\$pbkdf2-sha512\\$i=([1-9][0-9]{0,8})\\$([A-Za-z0-9+/]{22,86})\\$([A-Za-z0-9+/]{86})");

    /** Hashes a new password; takes about a tenth of a second on purpose. */
    static PasswordHash of(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(ITERATIONS, salt, derive(password, salt, ITERATIONS));
    }

    /** A hash that no password has, to spend as long on a user who does not exist. */
    static PasswordHash ofNobody() {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[SALT_BYTES];
        byte[] hash = new byte[HASH_BYTES];
        random.nextBytes(salt);
        random.nextBytes(hash);
        return new PasswordHash(ITERATIONS, salt, hash);
    }

    /** Reads the written form; empty if the text is none. */
    static Optional<PasswordHash> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(matcher.group(1));
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            return Optional.empty();
        }
        try {
            Base64.Decoder decoder = Base64.getDecoder();
            return Optional.of(
                    new PasswordHash(iterations, decoder.decode(matcher.group(2)), decoder.decode(matcher.group(3))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the password is the one; compares in constant time. */
    boolean matches(char[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, iterations));
    }

    private static byte[] derive(char[] password, byte[] salt, int iterations) {
        // The JDK refuses an empty password; no user has one, but the time must be spent all the same.
        char[] given = password.length == 0 ? new char[1] : password;
        KeySpec spec = new PBEKeySpec(given, salt, iterations, HASH_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("PBKDF2 is not to be had from this JVM", e);
        } finally {
            ((PBEKeySpec) spec).clearPassword();
        }
    }

    @Override
    public String toString() {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$pbkdf2-sha512$i=" + iterations + "$" + encoder.encodeToString(salt) + "$"
                + encoder.encodeToString(hash);
    }
}
