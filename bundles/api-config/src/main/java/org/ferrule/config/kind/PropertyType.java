package org.ferrule.config.kind;

/** What a property's text looks like. */
public enum PropertyType {
    /** Any text. */
    STRING,
    /** A whole number within the property's range. */
    INTEGER,
    /** One of the property's choices. */
    CHOICE,
    /** One of the property's choices, typed alone, without the property's name: {@code vlans-enabled}. */
    FLAG,
    /** An IPv4 or IPv6 address. */
    ADDRESS,
    /** A port number or the name of a well-known service; stored as a number. */
    PORT,
    /**
     * Address and port: {@code 10.0.0.1:80}, {@code 2001:db8::1.80}; {@code any} and {@code *} stand for either, {@code
     * any6} for any IPv6 address. Stored as {@code any} or {@code any6}, and a number.
     */
    ENDPOINT,
    /** The name or address of a node, and a port: {@code web01:80}, {@code 10.0.0.1:http}. */
    SERVICE,
    /** The name of another object; stored in full. {@code none} means that there is none. */
    REFERENCE,
    /** Names of monitors joined: {@code http}, {@code http and tcp}, {@code min 1 of { http tcp }}. */
    RULE,
    /** A text that is sealed before it is stored, and never shown in the clear. */
    SECRET,
    /** Words in braces. */
    LIST,
    /** Named entries in braces, each with properties of its own. */
    ENTRIES,
    /** Properties in braces. */
    GROUP
}
