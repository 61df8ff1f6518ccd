package org.ferrule.shell;

import java.util.List;
import java.util.Map;

/**
 * How one object fares.
 *
 * @param name its full name; empty for a singleton
 * @param availability whether it works
 * @param enabled whether people want it to
 * @param reason one sentence: "The pool is available"
 * @param values in the order of printing, by hyphenated name. A {@code Long} is a counter, which text shows scaled (K, M,
 *     G) and JSON in full; a {@code String} or {@code Integer} is shown as it is; a {@code Map<String, Object>} is a
 *     section of such values; a {@link Series} is a number over time; a {@code List<Map<String, Object>>} is a table with one row a map
 * @param parts what it consists of, such as a pool's members; their name is as typed
 */
public record Status(
        String name,
        Availability availability,
        boolean enabled,
        String reason,
        Map<String, Object> values,
        List<Part> parts) {
    /** Whether an object works. */
    public enum Availability {
        AVAILABLE,
        OFFLINE,
        UNKNOWN
    }

    /**
     * A part of an object.
     *
     * @param title as messages name it: "Pool Member"
     * @param status its own status, without parts
     */
    public record Part(String title, Status status) {}

    /** A status without parts. */
    public Status(String name, Availability availability, boolean enabled, String reason, Map<String, Object> values) {
        this(name, availability, enabled, reason, values, List.of());
    }
}
