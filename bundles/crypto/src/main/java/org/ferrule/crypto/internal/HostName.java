package org.ferrule.crypto.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.ferrule.config.Home;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name that a new certificate gets. */
final class HostName {
    private static final Logger LOG = LoggerFactory.getLogger(HostName.class);
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    private HostName() {}

    /** The option {@code hostname}, else the system's name, else {@code ferrule}. */
    static String of(BundleContext context) {
        return Home.option(context, "hostname").filter(HostName::valid).orElseGet(HostName::system);
    }

    private static boolean valid(String name) {
        return name.length() <= 64 && NAME.matcher(name).matches();
    }

    private static String system() {
        String name = "";
        try {
            // The kernel is asked first: the JDK's way may wait for a name server.
            name = Files.isReadable(KERNEL)
                    ? Files.readString(KERNEL).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            LOG.debug("The system's host name is not to be had", e);
        }
        return valid(name) && !name.equals("localhost") ? name : "ferrule";
    }
}
