package org.ferrule.dedup.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and authenticates the records of one peer's files with AES-256-GCM. A record's nonce is the random number of its
 * file (64 bits) and its place there: files are never continued after a restart, so none comes twice (NIST SP 800-38D, 8.2.1).
 * For one thread.
 */
final class Seal {
    static final int KEY_BYTES = 32;

    /** A sealed record is longer than what is in it by so many bytes. */
    static final int TAG = 16;

    private static final int NONCE_BYTES = 12;

    private final SecretKeySpec key;
    private final Cipher cipher;

    Seal(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES in GCM", e);
        }
    }

    /** Gives how many bytes it wrote. */
    int seal(long file, int record, byte[] plain, int length, byte[] to) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(file, record));
            return cipher.doFinal(plain, 0, length, to, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in GCM does not encrypt", e);
        }
    }

    /** @throws GeneralSecurityException if it is not what was sealed */
    int open(long file, int record, byte[] sealed, int length, byte[] to) throws GeneralSecurityException {
        cipher.init(Cipher.DECRYPT_MODE, key, nonce(file, record));
        return cipher.doFinal(sealed, 0, length, to, 0);
    }

    private static GCMParameterSpec nonce(long file, int record) {
        byte[] nonce =
                ByteBuffer.allocate(NONCE_BYTES).putLong(file).putInt(record).array();
        return new GCMParameterSpec(TAG * Byte.SIZE, nonce);
    }
}
