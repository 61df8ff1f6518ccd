package org.ferrule.lab.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;

/**
 * What an appliance's log says.
 *
 * @param appliance whose
 * @param from the byte from which on it counts
 */
record Said(Appliance appliance, long from) {
    /** From now on. */
    static Said since(Appliance appliance) {
        return new Said(appliance, log(appliance).toFile().length());
    }

    /** From the beginning of its log file. */
    static Said ever(Appliance appliance) {
        return new Said(appliance, 0);
    }

    private static Path log(Appliance appliance) {
        return appliance.home().resolve("log/ferrule.log");
    }

    /** Waits until a line has something that matches. */
    void awaits(String pattern) {
        Await.until("the log of " + appliance.name() + " says \"" + pattern + "\"", () -> has(pattern));
    }

    private boolean has(String pattern) {
        Path file = log(appliance);
        try (var in = Files.newInputStream(file)) {
            // It may have been rotated meanwhile.
            in.skipNBytes(file.toFile().length() < from ? 0 : from);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .anyMatch(line -> line.matches(".*(" + pattern + ").*"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
