package org.ferrule.config;

import java.util.Map;
import java.util.Objects;

/**
 * One object as it is stored: what was explicitly set, and nothing else.
 *
 * @param id its kind and name
 * @param schema the version of its kind's declaration under which the properties were written
 * @param properties by name, in the form that {@link org.ferrule.config} describes; unmodifiable
 */
public record ConfigObject(ObjectId id, int schema, Map<String, Object> properties) {
    public ConfigObject {
        Objects.requireNonNull(id);
        properties = Values.copy(properties);
    }
}
