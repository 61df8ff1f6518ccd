package org.ferrule.monitor.internal;

import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code ltm monitor http}. */
@Kind(value = "ltm monitor http", title = "monitor", help = "Sends an HTTP request and looks at the answer")
record HttpMonitor(
        @Property(
                help = "The monitor from which this one inherits",
                type = PropertyType.REFERENCE,
                references = "ltm monitor http",
                initial = "/Common/http")
        String defaultsFrom,

        @Property(help = "What the monitor is for") String description,

        @Property(help = "Time between probes", unit = "seconds", min = 1, max = 86400, initial = "5")
        int interval,

        @Property(
                help = "Without a good answer for so long, the target is down",
                unit = "seconds",
                min = 1,
                max = 86400,
                initial = "16")
        int timeout,

        @Property(help = "How long a target must answer before it is up", unit = "seconds", max = 86400, initial = "0")
        int timeUntilUp,

        @Property(help = "The request; \\r and \\n are escapes", initial = "GET /\\r\\n")
        String send,

        @Property(help = "What the answer must contain, as a regular expression; without it any answer will do")
        String recv) {}
