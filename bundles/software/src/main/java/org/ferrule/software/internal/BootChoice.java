package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ferrule.config.Home;
import org.ferrule.config.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the launcher and the appliance tell each other by two small files in the home: {@code boot} has the volume to boot,
 * and while that is on trial the one to go back to in its second line; {@code boot-failed} tells of a volume that did not
 * come up.
 *
 * @param home the appliance's home
 */
record BootChoice(Home home) {
    private static final Logger LOG = LoggerFactory.getLogger(BootChoice.class);

    /**
     * A volume that did not come up.
     *
     * @param volume its name
     * @param when as text
     * @param why as the launcher saw it
     */
    record Failure(String volume, String when, String why) {
        String text() {
            return volume + " did not come up at " + when + " (" + why + "), and the volume before it was booted again";
        }
    }

    private Path boot() {
        return home.directory().resolve("boot");
    }

    private Path failed() {
        return home.directory().resolve("boot-failed");
    }

    /** The volume that the next start boots. */
    String next() {
        List<String> lines = lines(boot());
        return lines.isEmpty() || !Volumes.isName(lines.get(0)) ? Home.FIRST_VOLUME : lines.get(0);
    }

    /** Has the next start boot a volume; if it is another one than this, that has to come up. */
    void choose(String volume) throws IOException {
        String trial = volume.equals(home.volume()) ? "" : home.volume() + "\n";
        PrivateFiles.replace(boot(), (volume + "\n" + trial).getBytes(StandardCharsets.US_ASCII));
        Files.deleteIfExists(failed());
    }

    /** The volume that did not come up, if one did not since the last choice. */
    Optional<Failure> failure() {
        List<String> lines = lines(failed());
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = lines.get(0).split(" ", 3);
        return parts.length < 3 ? Optional.empty() : Optional.of(new Failure(parts[0], parts[1], parts[2]));
    }

    /** A volume goes, or is made anew. */
    void forget(String volume) throws IOException {
        if (failure().filter(failure -> failure.volume().equals(volume)).isPresent()) {
            Files.deleteIfExists(failed());
        }
        if (next().equals(volume)) {
            choose(home.volume());
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file, e.getMessage());
            return List.of();
        }
    }
}
