package org.ferrule.stats.internal;

import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** Whether the last day's performance is remembered. */
@Kind(
        value = PerformanceSettings.KIND,
        title = "Performance",
        help = "Throughput, connections, tunnels, savings, processor and memory over the last day",
        singleton = true)
record PerformanceSettings(
        @Property(
                help = "Whether it is kept on disk too, so that a restart does not forget it (400 KB)",
                initial = "enabled")
        boolean disk,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys performance";
    static final ObjectId ID = ObjectId.singleton(KIND);
}
