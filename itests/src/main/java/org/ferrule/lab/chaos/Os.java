package org.ferrule.lab.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the system offers for doing harm. */
final class Os {
    private Os() {}

    /** Runs a command; fails if that fails. */
    static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(List.of(command) + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether there is such a command. */
    static boolean has(String command) {
        return Stream.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder + command)));
    }

    /** The library that lies to a process about the time (Debian: libfaketime), in its form for many threads. */
    static Optional<Path> fakeTime() throws IOException {
        Path libraries = Path.of("/usr/lib");
        try (Stream<Path> found = Files.find(libraries, 3, (file, attributes) -> file.getFileName()
                .toString()
                .equals("libfaketimeMT.so.1"))) {
            return found.findFirst();
        } catch (UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }
}
