package org.ferrule.system.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which host and login names are good. */
final class Names {
    static final String DEFAULT_HOST = "ferrule";

    private static final Logger LOG = LoggerFactory.getLogger(Names.class);
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
    private static final int MAX_HOST = 64;
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    private static final Pattern HOST = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern LOGIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    private Names() {}

    /** Whether it is a host name of at most 64 characters (RFC 1123); such a name is a good object name too. */
    static boolean host(String name) {
        return name.length() <= MAX_HOST && HOST.matcher(name).matches();
    }

    static boolean login(String name) {
        return LOGIN.matcher(name).matches();
    }

    /** The system's host name, else {@code ferrule}. */
    static String system() {
        String name = "";
        try {
            // The kernel is asked first: the JDK's way may wait for a name server.
            name = Files.isReadable(KERNEL)
                    ? Files.readString(KERNEL).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            LOG.debug("The system's host name is not to be had", e);
        }
        return host(name) && !name.equals("localhost") ? name : DEFAULT_HOST;
    }
}
