package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.ferrule.config.Home;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of this appliance, and what is done with them.
 *
 * @param choice which is booted
 */
record Booting(Volumes volumes, BootChoice choice, VolumeInstaller installer) {
    private static final Logger LOG = LoggerFactory.getLogger(Booting.class);

    static Booting of(Home home, Jobs jobs, Supplier<TrustedSigners> trusted) throws IOException {
        Volumes volumes = new Volumes(home);
        BootChoice choice = new BootChoice(home);
        return new Booting(
                volumes, choice, new VolumeInstaller(volumes, choice, jobs, Pace.REAL, warmer(home), trusted));
    }

    /** The command that started the appliance, and starts it again, says in the environment where it is. */
    private static Optional<Path> launcher() {
        return Optional.ofNullable(System.getenv("FERRULE_LAUNCHER")).map(Path::of);
    }

    /** Whether somebody starts the appliance again when it asks for that. */
    static boolean watched() {
        return launcher().isPresent();
    }

    private static Warmer warmer(Home home) {
        Optional<Path> launcher = launcher();
        return launcher.isPresent()
                ? new Warmer.ByLauncher(launcher.get(), home)
                : (volume, calledOff) -> {
                    throw new IOException(
                            "this appliance was not started by the command ferrule, which warms the cache");
                };
    }

    /** What is to be done about volumes at a start. */
    void started() {
        volumes.tidy();
        choice.failure().ifPresent(failure -> LOG.warn("{}", failure.text()));
        try {
            volumes.markBooted(Job.text(Pace.REAL.now()));
        } catch (IOException e) {
            LOG.warn("That {} was booted cannot be written down: {}", volumes.active(), e.getMessage());
        }
    }
}
