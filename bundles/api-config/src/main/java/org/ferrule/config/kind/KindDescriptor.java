package org.ferrule.config.kind;

import java.util.List;
import java.util.Optional;

/**
 * What others know of a kind: a copy of its declaration that outlives the bundle which brought it.
 *
 * @param name as typed: {@code ltm pool}
 * @param title as messages name it: {@code Pool}
 * @param help one line
 * @param singleton whether there is exactly one, without a name
 * @param schema the version of the declaration
 * @param properties sorted by name
 */
public record KindDescriptor(
        String name, String title, String help, boolean singleton, int schema, List<PropertyDescriptor> properties) {
    /** The property of this name; a flag is found by each of its choices too. */
    public Optional<PropertyDescriptor> property(String wanted) {
        return PropertyDescriptor.find(properties, wanted);
    }

    /** Whether a reference to any of {@code kinds} may name an object of this kind. */
    public boolean matches(List<String> kinds) {
        return kinds.stream().anyMatch(kind -> name.equals(kind) || name.startsWith(kind + " "));
    }
}
