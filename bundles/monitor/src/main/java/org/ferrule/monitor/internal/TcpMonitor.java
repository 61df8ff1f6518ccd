package org.ferrule.monitor.internal;

import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code ltm monitor tcp}. */
@Kind(
        value = "ltm monitor tcp",
        title = "monitor",
        help = "Opens a connection and, where told so, a short conversation")
record TcpMonitor(
        @Property(
                help = "The monitor from which this one inherits",
                type = PropertyType.REFERENCE,
                references = "ltm monitor tcp",
                initial = "/Common/tcp")
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

        @Property(help = "What to send; \\r and \\n are escapes")
        String send,

        @Property(help = "What the answer must contain, as a regular expression")
        String recv) {}
