package org.ferrule.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;

/** Which host names are good, and which one an appliance has before its configuration says. Any thread may call. */
public final class HostNames {
    /** The name of an appliance whose system has none. */
    public static final String DEFAULT = "ferrule";

    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
    private static final int MAX = 64;
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

    private HostNames() {}

    /** Whether it is a host name of at most 64 characters (RFC 1123); such a name is a good object name too. */
    public static boolean valid(String name) {
        return name.length() <= MAX && NAME.matcher(name).matches();
    }

    /** The option {@code hostname} of {@code ferrule up}, else the system's name, else {@link #DEFAULT}. */
    public static String initial(BundleContext context) {
        return Home.option(context, "hostname").filter(HostNames::valid).orElseGet(HostNames::system);
    }

    /** The system's name, else {@link #DEFAULT}. May wait for a name server where the kernel cannot be asked. */
    public static String system() {
        String name;
        try {
            name = Files.isReadable(KERNEL)
                    ? Files.readString(KERNEL).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            // A system without a name is nothing to complain about.
            return DEFAULT;
        }
        return valid(name) && !name.equals("localhost") ? name : DEFAULT;
    }
}
