package org.ferrule.archive.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.ferrule.archive.internal.Facts.Lock;
import org.ferrule.config.ConfigException;

/**
 * An archive under a passphrase: a line that tells what it is, a line of facts, and the archive, encrypted with AES-256-GCM,
 * which vouches for both lines, too. The key comes from Argon2id with what RFC 9106 recommends where memory is short (64
 * MiB, three passes), on one lane. How it is made is fixed with the format: no file can ask for more.
 */
final class Envelope {
    static final String KDF = "argon2id-64MiB-3";
    /** The fewest characters of a passphrase. */
    static final int MIN_PASSPHRASE = 12;

    private static final byte[] FIRST_LINE = "FERRULE-UCS-ENCRYPTED 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_FACTS = 4096;
    private static final int MEMORY_KIB = 64 * 1024;
    private static final int PASSES = 3;
    private static final int KEY_BYTES = 32;
    private static final int CHECK_BYTES = 16;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Envelope() {}

    static boolean encrypted(byte[] file) {
        return startsWith(file, FIRST_LINE);
    }

    private static boolean startsWith(byte[] file, byte[] begin) {
        return file.length >= begin.length && Arrays.equals(file, 0, begin.length, begin, 0, begin.length);
    }

    /** Encrypts an archive; its facts, but for what is in it, can be read without the passphrase. */
    static byte[] close(byte[] archive, Facts facts, String passphrase) throws ConfigException {
        if (passphrase.length() < MIN_PASSPHRASE) {
            throw new ConfigException("The passphrase must have at least " + MIN_PASSPHRASE
                    + " characters: whoever has the archive can try as many as he likes");
        }
        byte[] salt = random(SALT_BYTES);
        byte[] nonce = random(NONCE_BYTES);
        byte[] derived = derive(passphrase, salt);
        Base64.Encoder base64 = Base64.getEncoder();
        Lock lock = new Lock(
                KDF,
                base64.encodeToString(salt),
                base64.encodeToString(nonce),
                base64.encodeToString(Arrays.copyOfRange(derived, KEY_BYTES, derived.length)));
        byte[] head = head(facts.outside(lock).write());
        ByteArrayOutputStream file = new ByteArrayOutputStream(head.length + archive.length + TAG_BITS / Byte.SIZE);
        file.writeBytes(head);
        try {
            file.writeBytes(cipher(Cipher.ENCRYPT_MODE, derived, nonce, head).doFinal(archive));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had from this JVM", e);
        }
        return file.toByteArray();
    }

    private static byte[] head(byte[] facts) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(FIRST_LINE);
        head.writeBytes(facts);
        head.write('\n');
        return head.toByteArray();
    }

    /** The facts before what is encrypted; nobody vouches for them until the archive is opened. */
    static Facts facts(byte[] file) throws ConfigException {
        Facts facts = Facts.read(Arrays.copyOfRange(file, FIRST_LINE.length, endOfFacts(file)));
        if (facts.lock() == null || !KDF.equals(facts.lock().kdf())) {
            throw new ConfigException("it does not say how it is encrypted, or in a way that is not known here");
        }
        return facts;
    }

    private static int endOfFacts(byte[] file) throws ConfigException {
        for (int i = FIRST_LINE.length; i < Math.min(file.length, FIRST_LINE.length + MAX_FACTS); i++) {
            if (file[i] == '\n') {
                return i;
            }
        }
        throw new ConfigException("it is damaged: the line that tells what it is does not end");
    }

    /** @throws ConfigException if the passphrase is wrong, or the file is not as it was written */
    static byte[] open(byte[] file, String passphrase) throws ConfigException {
        Lock lock = facts(file).lock();
        int body = endOfFacts(file) + 1;
        byte[] nonce = decode(lock.nonce(), NONCE_BYTES);
        byte[] derived = derive(passphrase, decode(lock.salt(), SALT_BYTES));
        byte[] check = Arrays.copyOfRange(derived, KEY_BYTES, derived.length);
        if (!MessageDigest.isEqual(check, decode(lock.check(), CHECK_BYTES))) {
            throw new ConfigException("the passphrase is wrong");
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, derived, nonce, Arrays.copyOf(file, body))
                    .doFinal(file, body, file.length - body);
        } catch (AEADBadTagException e) {
            throw new ConfigException("it is damaged, or was changed", e);
        } catch (GeneralSecurityException e) {
            throw new ConfigException("it cannot be decrypted: " + e.getMessage(), e);
        }
    }

    private static byte[] decode(String text, int length) throws ConfigException {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (bytes.length == length) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException("it is damaged: how it is encrypted is not base64", e);
        }
        throw new ConfigException("it is damaged: how it is encrypted is cut short");
    }

    private static byte[] derive(String passphrase, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withMemoryAsKB(MEMORY_KIB)
                .withIterations(PASSES)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] derived = new byte[KEY_BYTES + CHECK_BYTES];
        generator.generateBytes(passphrase.getBytes(StandardCharsets.UTF_8), derived);
        return derived;
    }

    private static Cipher cipher(int mode, byte[] derived, byte[] nonce, byte[] head) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(derived, 0, KEY_BYTES, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(head);
        return cipher;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
