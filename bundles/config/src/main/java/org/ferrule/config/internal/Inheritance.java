package org.ferrule.config.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Values;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;

/** Questions about {@code defaults-from}: what an object would inherit, and whether parents form a circle. Pure. */
final class Inheritance {
    static final String DEFAULTS_FROM = "defaults-from";

    private Inheritance() {}

    /** What holds for a property if the object's own layer says nothing of it, as it is stored; null if nothing does. */
    static Object below(ConfigTree tree, KindDescriptor kind, ObjectId id, PropertyDescriptor property) {
        ConfigObject shipped = tree.shipped().get(id);
        if (shipped != null && shipped.properties().containsKey(property.name())) {
            return shipped.properties().get(property.name());
        }
        if (!property.name().equals(DEFAULTS_FROM) && tree.get(id).isPresent()) {
            for (ObjectId parent : tree.parents(kind, id)) {
                Object value = tree.get(parent)
                        .map(object -> object.properties().get(property.name()))
                        .orElse(null);
                if (value != null) {
                    return value;
                }
            }
        }
        return property.initialValue();
    }

    /** Refuses an object that inherits from itself, at once or through others. */
    static void check(ConfigTree tree, KindDescriptor kind, ObjectId id) throws ConfigException {
        if (kind.property(DEFAULTS_FROM).isEmpty() || tree.get(id).isEmpty()) {
            return;
        }
        ConfigObject own = tree.own().get(id);
        boolean itself = own != null && id.name().equals(own.properties().get(DEFAULTS_FROM));
        if (itself || circular(tree, kind, id)) {
            throw ConfigException.invalid("A " + word(kind) + " may not default from itself \"" + id.name() + "\"");
        }
    }

    private static boolean circular(ConfigTree tree, KindDescriptor kind, ObjectId id) {
        try {
            tree.parents(kind, id);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private static String word(KindDescriptor kind) {
        List<String> words = List.of(kind.name().split(" "));
        if (words.contains("monitor")) {
            return "monitor";
        }
        return words.contains("profile") ? "profile" : kind.title().toLowerCase(Locale.ROOT);
    }

    /** The object's own layer without what is the same in the shipped layer. */
    static ConfigObject differences(ConfigTree tree, ConfigObject object) {
        ConfigObject shipped = tree.shipped().get(object.id());
        if (shipped == null) {
            return object;
        }
        Map<String, Object> differing = new LinkedHashMap<>();
        object.properties().forEach((name, value) -> {
            if (!Same.values(value, shipped.properties().get(name))) {
                differing.put(name, value);
            }
        });
        return new ConfigObject(object.id(), object.schema(), Values.copy(differing));
    }

    /** The tree with the object in its own layer; nothing is kept there that is as it was shipped. */
    static ConfigTree put(ConfigTree tree, ConfigObject object) {
        ConfigObject differences = differences(tree, object);
        boolean asShipped = differences.properties().isEmpty() && tree.shipped().containsKey(object.id());
        return asShipped ? tree.without(object.id()) : tree.with(differences);
    }
}
