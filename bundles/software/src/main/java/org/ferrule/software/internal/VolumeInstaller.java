package org.ferrule.software.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs whole images on volumes beside the one that runs: judges the image, and begins the job that unpacks it, copies
 * the configuration and warms the cache. Until that is over the volume cannot be booted.
 */
final class VolumeInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeInstaller.class);
    /** Karaf's cache has its own copies of what is in a program, and more. */
    private static final long ROOM_FACTOR = 2;

    private static final long ROOM_BESIDE = 64L << 20;

    private final Volumes volumes;
    private final BootChoice boot;
    private final Jobs jobs;
    private final Pace pace;
    private final Warmer warmer;
    private final Supplier<TrustedSigners> trusted;

    VolumeInstaller(
            Volumes volumes, BootChoice boot, Jobs jobs, Pace pace, Warmer warmer, Supplier<TrustedSigners> trusted) {
        this.volumes = volumes;
        this.boot = boot;
        this.jobs = jobs;
        this.pace = pace;
        this.warmer = warmer;
        this.trusted = trusted;
    }

    /**
     * What is asked for.
     *
     * @param name of the image
     * @param by the user
     * @param volume where it is installed
     * @param create whether the volume may be new
     * @param dryRun whether it ends with what would be done
     */
    record Order(String name, String by, String volume, boolean create, boolean dryRun) {}

    /** Puts an image into the file, which is empty. */
    @FunctionalInterface
    interface Source {
        void copy(Path file) throws ConfigException, IOException;
    }

    /** Installs an image, or says what that would change. */
    void install(Order order, Source source, PrintWriter out) throws ConfigException {
        jobs.whenIdle(() -> {
            check(order);
            boolean begun = false;
            Path file = null;
            try {
                file = volumes.incoming();
                source.copy(file);
                begun = begin(order, file, out);
            } catch (Unacceptable e) {
                throw new ConfigException("The image " + order.name() + " is refused: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new ConfigException("The image " + order.name() + " cannot be read: " + e.getMessage(), e);
            } finally {
                if (!begun && file != null) {
                    discard(file);
                }
            }
        });
    }

    private void check(Order order) throws ConfigException {
        String volume = order.volume();
        if (!Volumes.isName(volume)) {
            throw new ConfigException("\"" + volume + "\" is not the name of a volume, such as HD1.2");
        }
        if (volume.equals(Home.FIRST_VOLUME)) {
            throw new ConfigException(volume + " is the program that was installed on this host, and is renewed there"
                    + " (the Debian package, or the distribution)");
        }
        if (volume.equals(volumes.active())) {
            throw new ConfigException(volume + " runs; an image is installed on another volume");
        }
        if (!order.create() && !volumes.exists(volume)) {
            throw new ConfigException("There is no volume " + volume + "; the word create-volume makes it. There are: "
                    + String.join(", ", volumes.names()));
        }
    }

    private boolean begin(Order order, Path file, PrintWriter out) throws Unacceptable, IOException, ConfigException {
        WholeImage image = WholeImage.read(file, order.name(), trusted.get(), pace.now());
        long needed = image.bytes() * ROOM_FACTOR + ROOM_BESIDE;
        if (volumes.room() < needed) {
            throw new ConfigException("There is not enough room for it: it takes about " + megabytes(needed) + ", and "
                    + megabytes(volumes.room()) + " are left");
        }
        out.println("Image " + image.name() + " " + image.version() + ", signed by " + image.signer()
                + ", is a whole program of " + megabytes(image.bytes()) + ":");
        out.println("  installs  " + order.volume()
                + (volumes.exists(order.volume()) ? ", in place of what is there" : ", which is new"));
        out.println("  copies    the saved configuration of " + volumes.active());
        out.println("What runs goes on; reboot volume " + order.volume() + " boots into it.");
        if (order.dryRun()) {
            return false;
        }
        int job = jobs.begin(
                "install image " + image.name() + " on " + order.volume(),
                order.by(),
                progress -> run(image, file, order.volume(), progress));
        Installer.announce(job, out);
        return true;
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MB";
    }

    private String run(WholeImage image, Path file, String volume, Upgrade.Progress progress)
            throws Upgrade.Failed, IOException, InterruptedException {
        boolean whole = false;
        try {
            make(image, file, volume, progress);
            whole = true;
            return "";
        } catch (IOException e) {
            throw new Upgrade.Failed(e.getMessage() + "; " + volume + " was removed", false, e);
        } finally {
            discard(file);
            if (!whole) {
                volumes.remove(volume);
            }
        }
    }

    private void make(WholeImage image, Path file, String volume, Upgrade.Progress progress)
            throws Upgrade.Failed, IOException, InterruptedException {
        step(progress, "unpacking", volume);
        boot.forget(volume);
        volumes.clear(volume);
        image.unpack(file, volumes.program(volume), () -> step(progress, "unpacking", volume));
        step(progress, "copying the configuration", volume);
        volumes.copySettings(volume);
        volumes.copyConfiguration(volume);
        step(progress, "warming the cache", volume);
        warmer.warm(volume, progress::cancelled);
        step(progress, "finishing", volume);
        volumes.describe(
                volume,
                new Volume(Volume.FORMAT, image.name(), image.version(), image.signer(), Job.text(pace.now()), ""));
    }

    private static void step(Upgrade.Progress progress, String step, String volume) throws Upgrade.Failed {
        progress.step(step, volume);
        if (progress.cancelled()) {
            throw new Upgrade.Failed(volume + " was removed", true, null);
        }
    }

    /** What is left of it goes at the next start. */
    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("An image that came in cannot be removed: {}", e.getMessage());
        }
    }

    /** Removes a volume. */
    void delete(String volume) throws ConfigException {
        jobs.whenIdle(() -> {
            if (!volumes.exists(volume)) {
                throw new ConfigException(
                        "There is no volume " + volume + "; there are: " + String.join(", ", volumes.names()));
            }
            if (volume.equals(Home.FIRST_VOLUME)) {
                throw new ConfigException(volume + " is the program that was installed on this host, and stays");
            }
            if (volume.equals(volumes.active())) {
                throw new ConfigException(volume + " runs; boot another volume first");
            }
            try {
                boot.forget(volume);
                volumes.remove(volume);
            } catch (IOException e) {
                throw new ConfigException(volume + " cannot be removed: " + e.getMessage(), e);
            }
        });
    }
}
