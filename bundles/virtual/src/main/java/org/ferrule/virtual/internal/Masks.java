package org.ferrule.virtual.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;

/** The masks of virtual servers: one has several spellings, and the tree has one of them. */
final class Masks {
    private static final String KIND = "ltm virtual";
    private static final String MASK = "mask";

    private Masks() {}

    /** Spells what was changed. What makes no sense is left for the rules to refuse. */
    static void complete(Draft draft) {
        for (ObjectId id : Set.copyOf(draft.changed())) {
            ConfigObject object = id.kind().equals(KIND) ? draft.now().own().get(id) : null;
            if (object != null && object.properties().get(MASK) instanceof String mask) {
                canonical(object, mask).ifPresent(one -> {
                    Map<String, Object> properties = new LinkedHashMap<>(object.properties());
                    properties.put(MASK, one);
                    draft.put(id, properties);
                });
            }
        }
    }

    private static Optional<String> canonical(ConfigObject object, String mask) {
        if (!(object.properties().get("destination") instanceof String destination)) {
            return Optional.empty();
        }
        try {
            String one = Destination.of(Addresses.endpoint(destination), mask)
                    .network()
                    .mask();
            return one.equals(mask) ? Optional.empty() : Optional.of(one);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
