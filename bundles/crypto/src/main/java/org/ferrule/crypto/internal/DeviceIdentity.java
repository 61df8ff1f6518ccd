package org.ferrule.crypto.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.ferrule.config.ConfigException;
import org.ferrule.config.PrivateFiles;
import org.ferrule.config.Secrets;
import org.ferrule.tls.Fingerprint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device's key and certificate, kept in two files.
 *
 * @param key the private key
 * @param certificate the certificate that peers know the appliance by
 */
record DeviceIdentity(PrivateKey key, X509Certificate certificate) {
    static final String KEY_FILE = "device.key";
    static final String CERTIFICATE_FILE = "device.crt";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceIdentity.class);

    /**
     * Reads the identity, or makes one where neither file is there.
     *
     * @throws IOException saying which file cannot be used, why, and what to do
     */
    static DeviceIdentity readOrMake(Path folder, Secrets secrets, String hostname, Instant now) throws IOException {
        PrivateFiles.folder(folder);
        Path keyFile = folder.resolve(KEY_FILE);
        Path certificateFile = folder.resolve(CERTIFICATE_FILE);
        finish(keyFile, certificateFile);
        if (!Files.exists(certificateFile)) {
            // The certificate is written last: a key without one is what a crash at first start leaves.
            make(keyFile, certificateFile, secrets, hostname, now);
        }
        return read(keyFile, certificateFile, secrets);
    }

    private static void make(Path keyFile, Path certificateFile, Secrets secrets, String hostname, Instant now)
            throws IOException {
        try {
            SelfSigned fresh = SelfSigned.make(hostname, now);
            String key = Pem.write("PRIVATE KEY", fresh.keys().getPrivate().getEncoded());
            PrivateFiles.replace(keyFile, sealed(secrets, key));
            String certificate = Pem.write("CERTIFICATE", fresh.certificate().getEncoded());
            PrivateFiles.replace(certificateFile, certificate.getBytes(StandardCharsets.ISO_8859_1));
            LOG.info("Made the device certificate {} for {}", Fingerprint.of(fresh.certificate()), hostname);
        } catch (GeneralSecurityException e) {
            throw new IOException("the device key cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * Makes a key and a certificate which this identity signs, and puts them in its place.
     *
     * @throws IOException if the disk does not allow it; the files are as they were then, or become so or new at the next start
     */
    DeviceIdentity renew(Path folder, Secrets secrets, String hostname, Instant now) throws IOException {
        try {
            SelfSigned fresh = SelfSigned.signedBy(this, hostname, now);
            DeviceIdentity next = new DeviceIdentity(fresh.keys().getPrivate(), fresh.certificate());
            next.put(folder, secrets);
            return next;
        } catch (GeneralSecurityException e) {
            throw new IOException("a new device key cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * Puts another certificate for the same key in place of this one.
     *
     * @throws IOException if it is for another key, or out of its dates
     */
    DeviceIdentity with(X509Certificate other, Path folder, Secrets secrets, Instant now) throws IOException {
        DeviceIdentity next = new DeviceIdentity(key, other);
        try {
            other.checkValidity(Date.from(now));
            if (!Signing.belong(key, other.getPublicKey())) {
                throw new IOException("the certificate is for another key than the device's: run sys crypto csr makes a"
                        + " request for the device's");
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate cannot be used: " + e.getMessage(), e);
        }
        next.put(folder, secrets);
        return next;
    }

    /** Two files are to be replaced as one: when both new ones are there, it is decided, and a crash changes nothing. */
    private void put(Path folder, Secrets secrets) throws IOException {
        Path keyFile = folder.resolve(KEY_FILE);
        Path certificateFile = folder.resolve(CERTIFICATE_FILE);
        try {
            PrivateFiles.replace(next(keyFile), sealed(secrets, Pem.write("PRIVATE KEY", key.getEncoded())));
            String text = Pem.write("CERTIFICATE", certificate.getEncoded());
            PrivateFiles.replace(next(certificateFile), text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate has no encoding", e);
        }
        finish(keyFile, certificateFile);
    }

    private static Path next(Path file) {
        return file.resolveSibling(file.getFileName() + ".next");
    }

    /** Does the rest of a replacement, if one was decided; what was only begun is forgotten. */
    private static void finish(Path keyFile, Path certificateFile) throws IOException {
        if (Files.exists(next(certificateFile))) {
            if (Files.exists(next(keyFile))) {
                PrivateFiles.move(next(keyFile), keyFile);
            }
            PrivateFiles.move(next(certificateFile), certificateFile);
        } else {
            Files.deleteIfExists(next(keyFile));
        }
    }

    private static byte[] sealed(Secrets secrets, String text) {
        return (secrets.seal(text.getBytes(StandardCharsets.ISO_8859_1)) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static DeviceIdentity read(Path keyFile, Path certificateFile, Secrets secrets) throws IOException {
        X509Certificate certificate;
        try {
            certificate = Pem.certificates(Files.readString(certificateFile, StandardCharsets.ISO_8859_1))
                    .get(0);
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(certificateFile, e);
        }
        try {
            PrivateFiles.ownerOnly(keyFile);
            String sealed =
                    Files.readString(keyFile, StandardCharsets.ISO_8859_1).strip();
            String text = new String(secrets.open(sealed), StandardCharsets.ISO_8859_1);
            DeviceIdentity identity = new DeviceIdentity(Pem.privateKey(text), certificate);
            identity.check();
            return identity;
        } catch (IOException | GeneralSecurityException | ConfigException e) {
            throw unusable(keyFile, e);
        }
    }

    /** The key must be the certificate's: another one would fail every handshake with a riddle. */
    private void check() throws GeneralSecurityException, IOException {
        if (!Signing.belong(key, certificate.getPublicKey())) {
            throw new IOException("it is not the key of " + CERTIFICATE_FILE);
        }
    }

    private static IOException unusable(Path file, Exception cause) {
        String why = cause.getMessage() == null || cause.getMessage().equals(file.toString())
                ? "it cannot be read"
                : cause.getMessage();
        return new IOException(
                "The device identity in " + file + " cannot be used: " + why + ". Put " + KEY_FILE + ", "
                        + CERTIFICATE_FILE
                        + " and " + MasterKey.FILE + " back from one backup; or remove " + KEY_FILE + " and "
                        + CERTIFICATE_FILE + ", restart, and pair with every device again",
                cause);
    }
}
