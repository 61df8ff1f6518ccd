package org.ferrule.isession.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What is logged while something is done: the lines that come to the file that simplelogger.properties names. */
final class Logged {
    private static final Path FILE = Path.of("target/test.log");

    private Logged() {}

    static List<String> during(Runnable done) {
        int before = bytes().length;
        done.run();
        byte[] after = bytes();
        return new String(Arrays.copyOfRange(after, before, after.length), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static byte[] bytes() {
        try {
            return Files.exists(FILE) ? Files.readAllBytes(FILE) : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
