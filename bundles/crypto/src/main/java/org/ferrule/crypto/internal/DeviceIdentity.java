package org.ferrule.crypto.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
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
        byte[] sample = {1, 2, 3};
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(sample);
        if (!signature.verify(signed)) {
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
                        + " and " + MasterKeySecrets.FILE + " back from one backup; or remove " + KEY_FILE + " and "
                        + CERTIFICATE_FILE + ", restart, and pair with every device again",
                cause);
    }
}
