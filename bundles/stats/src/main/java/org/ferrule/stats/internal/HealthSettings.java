package org.ferrule.stats.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** What counts as a problem, and how often is looked for one. */
@Kind(
        value = HealthSettings.KIND,
        title = "Health",
        help = "What is wrong with the appliance",
        singleton = true,
        schema = 2)
record HealthSettings(
        @Property(help = "How often it is looked", unit = "seconds", initial = "10", min = 1, max = 3600)
        int interval,

        @Property(
                help = "The disk of the appliance's home is nearly full when so much of it is used",
                unit = "percent",
                initial = "90",
                min = 1,
                max = 100)
        int diskUsage,

        @Property(
                help = "The memory for objects is nearly full when so much of it is used after it was cleaned up",
                unit = "percent",
                initial = "90",
                min = 1,
                max = 100)
        int heapUsage,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys health";
    static final ObjectId ID = ObjectId.singleton(KIND);

    /** What counts before the configuration is there. */
    static final HealthSettings INITIAL = new HealthSettings(10, 90, 90, null);

    /** What the first declaration had more is left out: when a certificate is due is the same for all who tell it. */
    static Map<String, Object> migrated(Map<String, Object> properties) {
        Map<String, Object> kept = new LinkedHashMap<>(properties);
        kept.remove("certificate-days");
        return kept;
    }
}
