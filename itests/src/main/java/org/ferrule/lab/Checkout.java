package org.ferrule.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the checkout that the lab runs in, and what was built in it. */
public final class Checkout {
    private Checkout() {}

    /** The folder of the checkout: the nearest one above the working directory that has the {@code ferrule} command. */
    public static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null
                && !(Files.isRegularFile(at.resolve("ferrule")) && Files.isDirectory(at.resolve("bundles")))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException(Path.of("").toAbsolutePath() + " is not inside a checkout of Ferrule");
        }
        return at;
    }

    /** The assembled distribution, unpacked. */
    public static Path distribution() {
        return root().resolve("assembly/target/assembly");
    }

    /** The distribution's archive. */
    public static Path archive() {
        return root().resolve("assembly/target/ferrule-0.1.0.tar.gz");
    }
}
