package org.ferrule.net.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads what the system lets connections have.
 *
 * @param folder where the settings are: {@code /proc/sys} but in tests
 */
record KernelLimits(Path folder) {
    static final String AVAILABLE = "net.ipv4.tcp_available_congestion_control";
    static final String ALLOWED = "net.ipv4.tcp_allowed_congestion_control";

    static final String KEEP_ALIVE_TIME = "net.ipv4.tcp_keepalive_time";
    static final String KEEP_ALIVE_INTERVAL = "net.ipv4.tcp_keepalive_intvl";
    static final String KEEP_ALIVE_PROBES = "net.ipv4.tcp_keepalive_probes";

    private static final int LONGEST = 4096;

    KernelLimits() {
        this(Path.of("/proc/sys"));
    }

    /** The words of a setting, as {@code sysctl} names it; "unknown" if it cannot be read (some are hidden in containers). */
    String read(String name) {
        // In one go: the kernel gives a number at the first reading only, and Java's readString begins with one byte.
        try (InputStream in = Files.newInputStream(folder.resolve(name.replace('.', '/')))) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII)
                    .strip()
                    .replaceAll("\\s+", " ");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The last of its words: of the three of {@code tcp_wmem} the greatest. */
    String last(String name) {
        String words = read(name);
        return words.substring(words.lastIndexOf(' ') + 1);
    }
}
