package org.ferrule.lab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.ferrule.lab.Appliance;

/** The clock of an appliance, where the system has libfaketime: what time it is, not how time passes. */
final class Clock {
    private Clock() {}

    /** Gives the appliance a clock that can be set, before it is started. */
    static void give(Appliance to) throws IOException {
        Optional<Path> library = Os.fakeTime();
        if (library.isEmpty()) {
            return;
        }
        set(to, Duration.ZERO);
        to.with("LD_PRELOAD", library.get().toString())
                .with("FAKETIME_TIMESTAMP_FILE", file(to).toString())
                .with("FAKETIME_CACHE_DURATION", "1")
                // The kernel's other clocks are not set when this one is.
                .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                .with("DONT_FAKE_MONOTONIC", "1")
                // Else whatever waits in Java waits for ever or not at all.
                .with("FAKETIME_FORCE_MONOTONIC_FIX", "0")
                .with("FAKETIME_DISABLE_SHM", "1")
                .with("NO_FAKE_STAT", "1");
    }

    /** So much ahead of the true time it is there, within two seconds. */
    static void set(Appliance at, Duration ahead) throws IOException {
        Path draft = file(at).resolveSibling(at.name() + ".clock.new");
        Files.createDirectories(draft.getParent());
        Files.writeString(draft, (ahead.isNegative() ? "" : "+") + ahead.toSeconds() + "\n");
        Files.move(draft, file(at), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path file(Appliance at) {
        return at.home().resolveSibling(at.name() + ".clock");
    }
}
