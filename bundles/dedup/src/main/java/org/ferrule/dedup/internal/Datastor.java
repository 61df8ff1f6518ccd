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
        int memoryCacheSize) {
    static final String KIND = "sys datastor";
    static final int LEAST_MEMORY = 16;

    long bytes() {
        return (long) memoryCacheSize << 20;
    }
}
