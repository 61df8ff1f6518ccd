package org.ferrule.dedup.internal;

import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** {@code wom deduplication}. */
@Kind(
        value = "wom deduplication",
        title = "deduplication",
        singleton = true,
        help = "How what was exchanged with peers before is sent as a reference to it")
record DeduplicationSettings(
        @Property(help = "What the settings are for") String description,

        @Property(
                help = "How many peers have dictionaries; they share the memory, and those beyond have none",
                min = 1,
                max = 64,
                initial = "64")
        int maxEndpointCount,

        @Property(help = "Whether de-duplication is used at all, with whatever profile", initial = "enabled")
        boolean mode) {
    static final String KIND = "wom deduplication";

    /** The values of the declarations, before there is a configuration. */
    static final DeduplicationSettings DEFAULTS = defaults(KIND, DeduplicationSettings.class);

    static final Datastor STORE = defaults(Datastor.KIND, Datastor.class);

    private static <T extends Record> T defaults(String kind, Class<T> type) {
        return ConfigTree.of(List.of(new ConfigObject(ObjectId.singleton(kind), 1, Map.of())), List.of())
                .view(type, "")
                .orElseThrow();
    }
}
