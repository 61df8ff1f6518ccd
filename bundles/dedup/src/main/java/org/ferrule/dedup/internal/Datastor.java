package org.ferrule.dedup.internal;

import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** {@code sys datastor}. */
@Kind(
        value = "sys datastor",
        title = "datastor",
        singleton = true,
        help = "Where de-duplication keeps what was exchanged with peers")
record Datastor(
        @Property(help = "What the settings are for") String description,

        @Property(
                help =
                        "Memory for the dictionaries of all peers, outside of the Java heap, taken as it fills; a change clears them",
                unit = "megabytes",
                min = Datastor.LEAST_MEMORY,
                max = 65536,
                initial = "256")
        int memoryCacheSize,

        @Property(
                help =
                        "Whether dictionaries are kept on disk, too: so they outlive a restart, and hold more. What is there"
                                + " is encrypted under the master key; disabled deletes it",
                initial = "enabled")
        boolean disk,

        @Property(
                help =
                        "Disk space for the dictionaries of all peers, taken as it fills. A change clears those in memory",
                unit = "megabytes",
                min = Datastor.LEAST_DISK,
                max = 524288,
                initial = "4096")
        int diskCacheSize,

        @Property(
                help = "How full the disk space may be; beyond that what was not used for longest is deleted",
                unit = "percent",
                min = 60,
                max = 100,
                initial = "95")
        int pruningHighWater,

        @Property(help = "How full the disk space is after that", unit = "percent", min = 10, max = 90, initial = "85")
        int pruningLowWater) {
    static final String KIND = "sys datastor";
    static final int LEAST_MEMORY = 16;
    static final int LEAST_DISK = 64;

    long bytes() {
        return (long) memoryCacheSize << 20;
    }

    /** Of the disk. */
    Disk.Limits limits() {
        long all = (long) diskCacheSize << 20;
        return new Disk.Limits(all, all / 100 * pruningHighWater, all / 100 * pruningLowWater);
    }

    /** Bytes outside of the Java heap that all of it takes when it is full. */
    long memory() {
        long index = bytes() / 1024 * Index.BYTES_PER_KB;
        return bytes() + index + (disk ? ((long) diskCacheSize << 10) * Hooks.BYTES_PER_KB : 0);
    }
}
