package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares stored values. The order of named entries counts, which {@link Map#equals} would not see. */
final class Same {
    private Same() {}

    static boolean values(Object one, Object other) {
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            List<?> keys = new ArrayList<>(a.keySet());
            return keys.equals(new ArrayList<>(b.keySet()))
                    && keys.stream().allMatch(key -> values(a.get(key), b.get(key)));
        }
        return Objects.equals(one, other);
    }
}
