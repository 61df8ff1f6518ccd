package org.ferrule.crypto.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Puts the master key under a passphrase: what is stored is the key, encrypted with AES-256-GCM under what Argon2id (RFC
 * 9106, its second recommended setting: 64 MB, 3 passes, 4 lanes) makes of the passphrase. The key itself stays the same
 * when the passphrase changes, so that nothing that is sealed under it has to be sealed again.
 *
 * <p>The text is {@code $P$} and, in base64url: megabytes and passes (a byte each), a random salt (16 bytes), a random nonce
 * (12) and what GCM gives (48). Megabytes and passes are authenticated with the key.
 */
final class PassphraseLock {
    private static final String PREFIX = "$P$";
    private static final int MEGABYTES = 64;
    private static final int PASSES = 3;
    private static final int LANES = 4;
    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int KEY = 32;
    private static final int TAG = 16;
    private static final int HEAD = 2;

    private PassphraseLock() {}

    static boolean isLocked(String text) {
        return text.startsWith(PREFIX);
    }

    static String lock(byte[] key, String passphrase) {
        return lock(key, passphrase, MEGABYTES, PASSES);
    }

    static String lock(byte[] key, String passphrase, int megabytes, int passes) {
        byte[] random = new byte[SALT + NONCE];
        new SecureRandom().nextBytes(random);
        byte[] head = {(byte) megabytes, (byte) passes};
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, passphrase, head, random).doFinal(key);
            ByteBuffer all = ByteBuffer.allocate(HEAD + random.length + sealed.length);
            all.put(head).put(random).put(sealed);
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had from this JVM", e);
        }
    }

    /** @throws IOException if the passphrase is another one, or the text is none of {@link #lock} */
    static byte[] unlock(String text, String passphrase) throws IOException {
        byte[] all = {};
        try {
            all = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
        if (all.length != HEAD + SALT + NONCE + KEY + TAG || all[0] <= 0 || all[1] <= 0) {
            throw damaged(null);
        }
        byte[] head = Arrays.copyOf(all, HEAD);
        byte[] random = Arrays.copyOfRange(all, HEAD, HEAD + SALT + NONCE);
        try {
            return cipher(Cipher.DECRYPT_MODE, passphrase, head, random).doFinal(all, HEAD + random.length, KEY + TAG);
        } catch (AEADBadTagException e) {
            throw new IOException("the passphrase is wrong", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had from this JVM", e);
        }
    }

    private static IOException damaged(Exception cause) {
        return new IOException("it is damaged: put it back from a backup", cause);
    }

    private static Cipher cipher(int mode, String passphrase, byte[] head, byte[] random)
            throws GeneralSecurityException {
        byte[] salt = Arrays.copyOf(random, SALT);
        byte[] nonce = Arrays.copyOfRange(random, SALT, random.length);
        byte[] derived = derive(passphrase, salt, head[0], head[1]);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(TAG * Byte.SIZE, nonce));
            cipher.updateAAD(head);
            return cipher;
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    private static byte[] derive(String passphrase, byte[] salt, int megabytes, int passes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(megabytes << 10)
                .withIterations(passes)
                .withParallelism(LANES)
                .withSalt(salt)
                .build());
        byte[] derived = new byte[KEY];
        generator.generateBytes(passphrase.getBytes(StandardCharsets.UTF_8), derived);
        return derived;
    }
}
