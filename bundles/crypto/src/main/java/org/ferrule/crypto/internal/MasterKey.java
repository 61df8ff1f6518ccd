package org.ferrule.crypto.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The master key as text: 32 random bytes in base64, in one line. */
final class MasterKey {
    static final String FILE = "master.key";

    private static final int BYTES = 32;
    // Longer than any key, plain or under a passphrase.
    private static final int MAX_TEXT = 1024;

    private MasterKey() {}

    static byte[] fresh() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    static String text(byte[] key) {
        return Base64.getEncoder().encodeToString(key) + "\n";
    }

    /** What the file holds, which may be a pipe or a file without a name; at most so much as a key may have. */
    static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_TEXT), StandardCharsets.ISO_8859_1).strip();
        }
    }

    /** @throws IOException if that is no key; the message continues a sentence about it */
    static byte[] parse(String text) throws IOException {
        if (PassphraseLock.isLocked(text)) {
            throw new IOException("it is under a passphrase. Start the appliance with ferrule up or ferrule start, at a"
                    + " terminal or with --passphrase-fd");
        }
        byte[] bytes = {};
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
        if (bytes.length != BYTES) {
            throw damaged(null);
        }
        return bytes;
    }

    private static IOException damaged(Exception cause) {
        return new IOException(
                "it is damaged: " + BYTES + " bytes in base64 were expected. Put it back from a backup", cause);
    }
}
