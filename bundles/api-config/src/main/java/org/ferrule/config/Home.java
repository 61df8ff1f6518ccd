package org.ferrule.config;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/**
 * Where this appliance keeps what is its own, apart from the program. Most of it is there once; each volume, which is a
 * program that can be booted, has a configuration, installed software and data of its own.
 *
 * @param directory the folder; its {@code config}, {@code keys} and {@code ssl} are unreadable to other users
 * @param volume the volume that runs: {@link #FIRST_VOLUME}, whose own folders lie in the directory itself, or another,
 *     such as HD1.2
 */
public record Home(Path directory, String volume) {
    /** The framework property that names the folder. */
    public static final String PROPERTY = "ferrule.home";

    /** The framework property that names the volume. */
    public static final String VOLUME_PROPERTY = "ferrule.volume";

    /** The volume of the program that was installed on the host. */
    public static final String FIRST_VOLUME = "HD1.1";

    /** Begins the framework properties by which {@code ferrule up} hands over its options. */
    public static final String OPTION_PREFIX = "ferrule.option.";

    /** A home whose first volume runs. */
    public Home(Path directory) {
        this(directory, FIRST_VOLUME);
    }

    /** The home of the appliance that the bundle runs in. */
    public static Home of(BundleContext context) {
        String home = context.getProperty(PROPERTY);
        if (home == null) {
            throw new IllegalStateException("the framework property " + PROPERTY + " is not set");
        }
        String volume = context.getProperty(VOLUME_PROPERTY);
        return new Home(Path.of(home), volume == null ? FIRST_VOLUME : volume);
    }

    /** An option of {@code ferrule up}, such as {@code ssh-port}, if it was given. */
    public static Optional<String> option(BundleContext context, String name) {
        return Optional.ofNullable(context.getProperty(OPTION_PREFIX + name)).filter(value -> !value.isBlank());
    }

    /** The same home, as another of its volumes sees it. */
    public Home on(String other) {
        return new Home(directory, other);
    }

    /** The folders of the volumes but the first, each by its name. */
    public Path locations() {
        return directory.resolve("locations");
    }

    /** What is the volume's own. */
    public Path place() {
        return volume.equals(FIRST_VOLUME) ? directory : locations().resolve(volume);
    }

    /** Saved and running configuration; the volume's own. */
    public Path config() {
        return place().resolve("config");
    }

    /** Karaf's settings; the volume's own. */
    public Path etc() {
        return place().resolve("etc");
    }

    /** What can be made anew, such as Karaf's cache; the volume's own. */
    public Path data() {
        return place().resolve("data");
    }

    /** Master key, device key, SSH host keys. */
    public Path keys() {
        return directory.resolve("keys");
    }

    /** Certificates and keys that SSL profiles name. */
    public Path ssl() {
        return directory.resolve("ssl");
    }

    /** The files that users brought by SFTP, in a folder for each. */
    public Path uploads() {
        return directory.resolve("uploads");
    }

    /** What is remembered of the last day's performance; it may be lost, and is in no archive. */
    public Path performance() {
        return directory.resolve("performance");
    }

    /** What de-duplication keeps on disk: other than the rest it may be lost, and is in no archive. */
    public Path datastor() {
        return directory.resolve("datastor");
    }
}
