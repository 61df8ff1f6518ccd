package org.ferrule.log.internal;

import java.util.Map;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** What is logged, and in which form. */
@Kind(
        value = LogConfig.KIND,
        title = "Log Config",
        help = "Which messages are logged, and in which form they are written",
        singleton = true)
record LogConfig(
        @Property(help = "How the files are written", initial = "text")
        Format format,

        @Property(
                help =
                        "Which messages of a module are logged, by the module's name; all stands for the modules that are"
                                + " not named, a name with dots for a logger, such as org.apache.sshd")
        Map<String, ModuleLevel> levels,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys log-config";

    /** What a message looks like in a file. */
    enum Format {
        @Choice("One line for people")
        TEXT,
        @Choice("One JSON object on one line")
        JSON
    }

    /** The least important messages that are logged, as TMOS and syslog name them. */
    enum Level {
        @Choice("What ends the appliance: as crit")
        EMERG("FATAL"),
        @Choice("As crit")
        ALERT("FATAL"),
        @Choice("What ends the appliance only; no failure of a module is so grave")
        CRIT("FATAL"),
        @Choice("Failures")
        ERROR("ERROR"),
        @Choice("What somebody should look at, too")
        WARNING("WARN"),
        @Choice("As informational")
        NOTICE("INFO"),
        @Choice("What the appliance did, too")
        INFORMATIONAL("INFO"),
        @Choice("Details for who looks for a fault, too")
        DEBUG("DEBUG");

        private final String logged;

        Level(String logged) {
            this.logged = logged;
        }

        /** As the log service names it. */
        String logged() {
            return logged;
        }
    }

    /** What is logged of one module. */
    record ModuleLevel(
            @Property(help = "The least important messages that are logged", required = true)
            Level level) {}
}
