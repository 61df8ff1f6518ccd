package org.ferrule.config;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies and reads the plain values that the tree stores. */
public final class Values {
    private Values() {}

    /** An unmodifiable deep copy that keeps the order. */
    public static Map<String, Object> copy(Map<String, ?> values) {
        Map<String, Object> copy = new LinkedHashMap<>();
        values.forEach((key, value) -> copy.put(key, copyOf(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static Object copyOf(Object value) {
        if (value instanceof String) {
            return value;
        }
        if (value instanceof Collection<?> words) {
            return words.stream().map(String.class::cast).toList();
        }
        if (value instanceof Map<?, ?> map) {
            return copy(map(map));
        }
        throw new IllegalArgumentException("the tree stores text, lists and maps only, not " + value);
    }

    /** The value as a group of properties. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    /** The value as named entries. */
    @SuppressWarnings("unchecked")
    public static Map<String, Map<String, Object>> entries(Object value) {
        return (Map<String, Map<String, Object>>) value;
    }

    /** The value as a list of words. */
    @SuppressWarnings("unchecked")
    public static List<String> words(Object value) {
        return (List<String>) value;
    }
}
