package org.ferrule.crypto.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.config.PrivateFiles;
import org.ferrule.config.Secrets;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals secrets with AES-256-GCM under the master key. The launcher says in which file the key is, if somebody else keeps it
 * (a systemd credential, a file elsewhere, memory where it lies unlocked by a passphrase); else it is made on first start and
 * kept in a file of the home.
 *
 * <p>Sealed text is {@code $M$} and, in base64url, a random 96-bit nonce with what GCM gives (the ciphertext and a 128-bit
 * tag). Random nonces are safe for 2^32 seals under one key (NIST SP 800-38D, 8.3), far more than a configuration sees.
 */
@Component(service = Secrets.class)
public final class MasterKeySecrets implements Secrets {
    private static final Logger LOG = LoggerFactory.getLogger(MasterKeySecrets.class);
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final SecretKey key;

    /** Reads the master key, or makes it. */
    @Activate
    public MasterKeySecrets(BundleContext context) {
        this(Home.of(context), Home.option(context, "master-key-file").map(Path::of));
    }

    /** With a key that is the home's own. */
    MasterKeySecrets(Home home) {
        this(home, Optional.empty());
    }

    MasterKeySecrets(Home home, Optional<Path> handed) {
        Path file = handed.orElse(home.keys().resolve(MasterKey.FILE));
        try {
            PrivateFiles.folder(home.keys());
            key = new SecretKeySpec(
                    handed.isPresent() ? MasterKey.parse(MasterKey.read(file)) : readOrMake(home.keys()), "AES");
        } catch (NoSuchFileException e) {
            throw Unusable.of(LOG, "The master key " + file + " cannot be used: there is no such file");
        } catch (IOException e) {
            throw Unusable.of(LOG, "The master key " + file + " cannot be used: " + e.getMessage());
        }
    }

    private static byte[] readOrMake(Path folder) throws IOException {
        Path file = folder.resolve(MasterKey.FILE);
        if (!Files.exists(file)) {
            make(folder, file);
        }
        PrivateFiles.ownerOnly(file);
        return MasterKey.parse(MasterKey.read(file));
    }

    private static void make(Path folder, Path file) throws IOException {
        if (Files.exists(folder.resolve(DeviceIdentity.KEY_FILE))) {
            // A new one would make every sealed key and password unreadable without anybody having been told.
            throw new IOException(
                    "it is missing, but secrets sealed under it are there. Put it back from a backup, or hand it"
                            + " over as before (--master-key-file, a systemd credential); or, to start over with a new identity,"
                            + " remove the folder " + folder);
        }
        if (PrivateFiles.createOnce(file, MasterKey.text(MasterKey.fresh()).getBytes(StandardCharsets.ISO_8859_1))) {
            LOG.info("Made the master key {}", file);
        }
    }

    @Override
    public String seal(byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
            byte[] all = Arrays.copyOf(nonce, nonce.length + encrypted.length);
            System.arraycopy(encrypted, 0, all, nonce.length, encrypted.length);
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not to be had from this JVM", e);
        }
    }

    @Override
    public byte[] open(String sealed) throws ConfigException {
        if (!sealed.startsWith(PREFIX)) {
            throw new ConfigException("This is not a sealed value: one begins with " + PREFIX);
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length()));
            if (all.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
                throw new ConfigException("A sealed value is cut short");
            }
            byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, nonce).doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new ConfigException(
                    "A sealed value cannot be opened: it was changed, or sealed under another"
                            + " appliance's master key. Set it anew",
                    e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
