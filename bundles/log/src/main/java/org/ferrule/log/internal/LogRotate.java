package org.ferrule.log.internal;

import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** When a log begins a new file, and how many old ones are kept. */
@Kind(
        value = LogRotate.KIND,
        title = "Log Rotate",
        help = "When a log begins a new file, and how many old ones are kept",
        singleton = true)
record LogRotate(
        @Property(
                help = "How large a file of either log becomes before the next is begun",
                unit = "kilobytes",
                initial = "16384",
                min = 64,
                max = 1 << 20)
        int maxFileSize,

        @Property(
                help = "How many old files of ferrule.log are kept; what is beyond goes when the next file is begun",
                initial = "7",
                min = 1,
                max = 100)
        int commonBacklogs,

        @Property(help = "The same of audit.log", initial = "10", min = 1, max = 1000)
        int auditBacklogs,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys log-rotate";
}
