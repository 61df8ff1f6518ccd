package org.ferrule.ssh.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.ferrule.config.ConfigException;
import org.ferrule.config.PrivateFiles;
import org.ferrule.config.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the host keys: made once, sealed under the master key, the public part beside it as clients want it.
 *
 * <p>A key that is there but cannot be read is never replaced silently: clients would take the appliance for an impostor.
 */
final class HostKeys {
    private static final Logger LOG = LoggerFactory.getLogger(HostKeys.class);
    private static final int MAX_FILE = 65536;

    private final Path directory;
    private final Secrets secrets;

    HostKeys(Path directory, Secrets secrets) {
        this.directory = directory;
        this.secrets = secrets;
    }

    /**
     * The keys, the preferred one first; those that were missing are made.
     *
     * @throws IOException if there is no usable key at all, saying what to do
     */
    List<KeyPair> load() throws IOException {
        List<KeyPair> keys = new ArrayList<>();
        IOException problem = null;
        for (HostKeyType type : HostKeyType.values()) {
            try {
                keys.add(load(type));
            } catch (IOException e) {
                LOG.warn("{}", e.getMessage());
                problem = e;
            }
        }
        if (keys.isEmpty()) {
            throw problem;
        }
        return List.copyOf(keys);
    }

    private KeyPair load(HostKeyType type) throws IOException {
        Path file = directory.resolve(type.file());
        try {
            PrivateFiles.folder(directory);
            KeyPair pair = Files.exists(file) ? read(type, file) : make(type, file);
            writePublic(type, pair);
            return pair;
        } catch (GeneralSecurityException | ConfigException | IllegalArgumentException e) {
            throw new IOException(
                    "The SSH host key " + file + " cannot be used (" + e.getMessage()
                            + "): restore it, or delete it to have a new one made at the next start",
                    e);
        } catch (IOException e) {
            throw new IOException("The SSH host key " + file + " cannot be read or written: " + e.getMessage(), e);
        }
    }

    private KeyPair make(HostKeyType type, Path file) throws IOException, GeneralSecurityException {
        LOG.info("Making the SSH host key {}", file);
        KeyPair pair = type.generate();
        String plain = base64(pair.getPrivate().getEncoded()) + "\n"
                + base64(pair.getPublic().getEncoded()) + "\n";
        PrivateFiles.replace(file, ascii(secrets.seal(ascii(plain)) + "\n"));
        return pair;
    }

    private KeyPair read(HostKeyType type, Path file) throws IOException, GeneralSecurityException, ConfigException {
        if (Files.size(file) > MAX_FILE) {
            throw new GeneralSecurityException("it is too large");
        }
        byte[] opened = secrets.open(Files.readString(file).strip());
        String[] lines = new String(opened, StandardCharsets.US_ASCII).split("\n");
        if (lines.length != 2) {
            throw new GeneralSecurityException("it is not a sealed pair of keys");
        }
        KeyFactory factory = SecurityUtils.getKeyFactory(type.algorithm());
        Base64.Decoder decoder = Base64.getDecoder();
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(decoder.decode(lines[1]))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(lines[0]))));
    }

    private void writePublic(HostKeyType type, KeyPair pair) throws IOException {
        Path file = directory.resolve(type.file() + ".pub");
        String line = PublicKeyEntry.toString(pair.getPublic()) + " ferrule\n";
        if (!Files.exists(file) || !Files.readString(file).equals(line)) {
            PrivateFiles.replace(file, line.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
