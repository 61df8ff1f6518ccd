package org.ferrule.itests;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Files to serve. */
final class TestFiles {
    private TestFiles() {}

    /** A text of about so many bytes that compresses as logs do. */
    static Path text(Path file, int bytes) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int line = 0, written = 0; written < bytes; line++) {
                String text = "request " + line + " of client 10.0." + line % 7 + "." + line * 37 % 251
                        + " was answered with 200 in " + line * 7919 % 1000 + " ms\n";
                out.write(text);
                written += text.length();
            }
        }
        return file;
    }

    /** So many bytes in which nothing repeats. */
    static Path random(Path file, int bytes, long seed) throws IOException {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return Files.write(file, noise);
    }
}
