package org.ferrule.config.internal;

/** Where edits come from, which decides how far they are trusted. */
enum Origin {
    /** A person or module who changes what holds. */
    COMMAND,
    /** A text that says what is explicitly set; it may set read-only properties, which the appliance writes out too. */
    TEXT,
    /** A text that this appliance wrote, or a module ships: a declaration that became stricter since does not refuse it. */
    SEALED;

    boolean text() {
        return this != COMMAND;
    }
}
