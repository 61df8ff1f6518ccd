package org.ferrule.stats.internal;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;

/** Finds a disk or a heap that is nearly full. */
record MachineCheck(Room disk, Room heap, Supplier<HealthSettings> settings) implements HealthCheck {
    private static final double MEGABYTE = 1 << 20;

    /** Room for something. */
    @FunctionalInterface
    interface Room {
        /** How much of it is used now. */
        Use use() throws IOException;
    }

    /**
     * How much is used.
     *
     * @param used bytes
     * @param size bytes; 0 or less: without a limit
     */
    record Use(long used, long size) {
        double percent() {
            return size <= 0 ? 0 : 100.0 * used / size;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f %% of %.0f MB are used", percent(), size / MEGABYTE);
        }
    }

    /** The disk that a folder is on, as far as this user may fill it. */
    static Room disk(Path folder) {
        return () -> {
            FileStore store = Files.getFileStore(folder);
            long used = store.getTotalSpace() - store.getUnallocatedSpace();
            return new Use(used, used + store.getUsableSpace());
        };
    }

    @Override
    public Result execute() {
        Findings findings = new Findings();
        try {
            Use use = disk.use();
            if (use.percent() >= settings.get().diskUsage()) {
                findings.critical(
                        "disk of the appliance's home",
                        use.toString(),
                        "Make room, or give dictionaries less: modify sys datastor disk-cache-size");
            }
        } catch (IOException e) {
            findings.warn(
                    "disk of the appliance's home", "it cannot be looked at: " + e.getMessage(), "Look at the disk");
        }
        try {
            Use use = heap.use();
            if (use.percent() >= settings.get().heapUsage()) {
                findings.critical("heap", use.toString() + " after cleaning up", "Restart with more: FERRULE_HEAP=1g");
            }
        } catch (IOException e) {
            findings.warn("heap", "it cannot be looked at: " + e.getMessage(), "Update Java");
        }
        return findings.result();
    }
}
