package org.ferrule.config;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/**
 * Where this appliance keeps what is its own, apart from the program and from Karaf's cache.
 *
 * @param directory the folder; its {@code config}, {@code keys} and {@code ssl} are unreadable to other users
 */
public record Home(Path directory) {
    /** The framework property that names the folder. */
    public static final String PROPERTY = "ferrule.home";

    /** Begins the framework properties by which {@code ferrule up} hands over its options. */
    public static final String OPTION_PREFIX = "ferrule.option.";

    /** The home of the appliance that the bundle runs in. */
    public static Home of(BundleContext context) {
        String home = context.getProperty(PROPERTY);
        if (home == null) {
            throw new IllegalStateException("the framework property " + PROPERTY + " is not set");
        }
        return new Home(Path.of(home));
    }

    /** An option of {@code ferrule up}, such as {@code ssh-port}, if it was given. */
    public static Optional<String> option(BundleContext context, String name) {
        return Optional.ofNullable(context.getProperty(OPTION_PREFIX + name)).filter(value -> !value.isBlank());
    }

    /** Saved and running configuration. */
    public Path config() {
        return directory.resolve("config");
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
