package org.ferrule.crypto.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ferrule.config.ConfigException;
import org.ferrule.config.PrivateFiles;
import org.ferrule.config.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of certificates and keys that SSL profiles name. Messages name the file and say why it is of no use. */
final class SslFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SslFiles.class);
    // No path separators: a profile reaches nothing outside the folder.
    private static final Pattern NAME = Pattern.compile("(?:/Common/)?([A-Za-z0-9_][A-Za-z0-9._-]*)");
    private static final long MAX_BYTES = 1 << 20;

    private final Path folder;
    private final Secrets secrets;
    private final Map<Path, FileTime> seen = new ConcurrentHashMap<>();
    private volatile String problem = "";

    /**
     * A key and its certificate.
     *
     * @param key the private key
     * @param chain the certificate, then those that lead to an authority
     */
    record Credentials(PrivateKey key, List<X509Certificate> chain) {}

    SslFiles(Path folder, Secrets secrets) {
        this.folder = folder;
        this.secrets = secrets;
    }

    /** Makes the folder, and the self-signed certificate that the shipped profile names, unless they are there. */
    void makeDefaults(String hostname, Instant now) throws IOException {
        PrivateFiles.folder(folder);
        Path certificate = folder.resolve("default.crt");
        if (Files.exists(certificate)) {
            return;
        }
        try {
            SelfSigned fresh = SelfSigned.make(hostname, now);
            writeSealed(
                    folder.resolve("default.key"),
                    Pem.write("PRIVATE KEY", fresh.keys().getPrivate().getEncoded()));
            String text = Pem.write("CERTIFICATE", fresh.certificate().getEncoded());
            PrivateFiles.replace(certificate, text.getBytes(StandardCharsets.ISO_8859_1));
            LOG.info("Made the self-signed certificate {} for {}", certificate, hostname);
        } catch (GeneralSecurityException e) {
            throw new IOException("A self-signed certificate cannot be made: " + e.getMessage(), e);
        }
    }

    /** Reads a certificate and its key, and checks that they belong together. */
    Credentials credentials(String certificateName, String keyName) throws IOException {
        List<X509Certificate> chain = certificates(certificateName);
        PrivateKey key = key(keyName);
        if (!belong(key, chain.get(0))) {
            throw new IOException("the key " + file(keyName) + " is not the key of the first certificate in "
                    + file(certificateName));
        }
        return new Credentials(key, chain);
    }

    /** Reads the certificates of a file. */
    List<X509Certificate> certificates(String name) throws IOException {
        Path file = file(name);
        try {
            return Pem.certificates(read(file));
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Reads a private key; one that is there in the clear is sealed. */
    PrivateKey key(String name) throws IOException {
        Path file = file(name);
        String text = read(file);
        try {
            if (text.startsWith(Secrets.PREFIX)) {
                return Pem.privateKey(new String(secrets.open(text.strip()), StandardCharsets.ISO_8859_1));
            }
            PrivateKey key = Pem.privateKey(text);
            writeSealed(file, text);
            LOG.info("Sealed the private key {} under the master key", file);
            return key;
        } catch (IOException | GeneralSecurityException | ConfigException e) {
            throw new IOException("the key file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Seals the private keys that somebody put into the folder in the clear. Files that hold anything else beside a key are
     * left alone, and so are those that cannot be read (yet).
     */
    void sealAll() {
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(this::isNew)
                    .forEach(this::seal);
            seen.keySet().removeIf(file -> !Files.exists(file));
            problem = "";
        } catch (IOException | UncheckedIOException e) {
            tell(String.valueOf(e.getMessage()));
        }
    }

    /** Once, however often it is looked. */
    private void tell(String now) {
        if (!now.equals(problem)) {
            LOG.warn("The keys in {} cannot be sealed: {}", folder, now);
        }
        problem = now;
    }

    /** Whether the file has changed since it was last looked at. */
    private boolean isNew(Path file) {
        try {
            FileTime modified = Files.getLastModifiedTime(file);
            return !modified.equals(seen.put(file, modified));
        } catch (IOException gone) {
            return false;
        }
    }

    private void seal(Path file) {
        try {
            String text = read(file);
            if (text.contains("PRIVATE KEY-----") && !text.contains("BEGIN CERTIFICATE")) {
                key(file.getFileName().toString());
            }
        } catch (IOException e) {
            LOG.debug("{} is not sealed", file, e);
        }
    }

    private void writeSealed(Path file, String text) throws IOException {
        String sealed = secrets.seal(text.getBytes(StandardCharsets.ISO_8859_1)) + "\n";
        PrivateFiles.replace(file, sealed.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path file(String name) throws IOException {
        var matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IOException("\"" + name + "\" is not the name of a file in " + folder
                    + ": letters, digits, dots, hyphens and underscores");
        }
        return folder.resolve(matcher.group(1));
    }

    private static String read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("the file " + file + " is too large for a certificate or key");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException("the file " + file + " does not exist", e);
        }
    }

    private static boolean belong(PrivateKey key, X509Certificate certificate) {
        try {
            return Signing.belong(key, certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
            LOG.debug("The key does not fit the certificate", e);
            return false;
        }
    }
}
