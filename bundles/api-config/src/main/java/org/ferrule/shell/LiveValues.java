package org.ferrule.shell;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells which values of a property mean something now, where what runs decides that and any word may be set; registered as
 * an OSGi service by who knows them. The shell suggests these, and warns of others: they may come to mean something later.
 * Any thread.
 */
@ConsumerType
public interface LiveValues {
    /** The kind: {@code wom profile isession}. */
    String kind();

    /** The property of the kind: text, a list of it, or entries that are named by it: {@code compression-codecs}. */
    String property();

    /** What one value names, in the singular: {@code codec}. */
    String title();

    /** One line of help by value, in the order in which they are shown; asked at each key, so it must be quick. */
    Map<String, String> values();

    /** Whether a value that was set means something now; asked of those that are not among {@link #values}, too. */
    default boolean known(String value) {
        return values().containsKey(value);
    }
}
