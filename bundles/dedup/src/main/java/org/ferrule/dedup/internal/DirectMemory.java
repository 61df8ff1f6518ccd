package org.ferrule.dedup.internal;

import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory outside of the Java heap, and what dictionaries can have of it. */
final class DirectMemory {
    private static final Logger LOG = LoggerFactory.getLogger(DirectMemory.class);

    /** Megabytes that sockets, TLS and codecs need. */
    static final int OTHERS = 128;

    private DirectMemory() {}

    /** Megabytes that dictionaries can have, less than 0 if there is not even enough for others. */
    static long megabytes() {
        return all() / (1 << 20) - OTHERS;
    }

    /** As large as the configuration has it, but never so large that the memory could not be had when it fills. */
    static Store store(Datastor wanted) {
        long most = Math.max((long) Datastor.LEAST_MEMORY << 20, all() - ((long) OTHERS << 20));
        if (wanted.bytes() > most) {
            LOG.warn(
                    "sys datastor memory-cache-size is {} megabytes, of which {} can be had: see FERRULE_DIRECT",
                    wanted.memoryCacheSize(),
                    most >> 20);
        }
        return new Store(Math.min(wanted.bytes(), most));
    }

    private static long all() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:MaxDirectMemorySize="))
                .map(argument -> argument.substring(argument.indexOf('=') + 1))
                .mapToLong(DirectMemory::bytes)
                .reduce(Runtime.getRuntime().maxMemory(), (before, last) -> last);
    }

    /** A size as the Java machine takes it: {@code 768m}. */
    static long bytes(String size) {
        int shift = "kmgt".indexOf(Character.toLowerCase(size.charAt(size.length() - 1))) + 1;
        String digits = shift == 0 ? size : size.substring(0, size.length() - 1);
        return Long.parseLong(digits) << 10 * shift;
    }
}
