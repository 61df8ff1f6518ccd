package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Values;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;

/**
 * Finds what a tree's own objects refer to, and refuses a tree in which something is referred to that is not there. Pure.
 *
 * @param catalog the kinds
 */
record References(Catalog catalog) {
    /**
     * One object naming another.
     *
     * @param from the object that names it
     * @param property the property that does, with its groups and entries: {@code members 10.0.0.1:80 monitor}
     * @param kinds the kinds of which the other may be
     * @param name its full name
     */
    record Reference(ObjectId from, String property, List<String> kinds, String name) {}

    /**
     * Refuses references that became dangling: those that were so before are not this transaction's fault, and would make
     * every change impossible.
     */
    void check(ConfigTree before, ConfigTree after) throws ConfigException {
        Set<Reference> dangling = dangling(after);
        if (dangling.isEmpty()) {
            return;
        }
        Set<Reference> old = dangling(before);
        for (Reference reference : dangling) {
            if (!old.contains(reference)) {
                Optional<ObjectId> removed = target(before, reference);
                throw removed.isPresent() ? inUse(removed.get(), reference) : notFound(after, reference);
            }
        }
    }

    /** References to objects that are not there, in the order of the objects that have them. */
    Set<Reference> dangling(ConfigTree tree) {
        Set<Reference> dangling = new LinkedHashSet<>();
        for (ConfigObject object : tree.own().values()) {
            for (Reference reference : of(object)) {
                if (target(tree, reference).isEmpty()) {
                    dangling.add(reference);
                }
            }
        }
        return dangling;
    }

    /** The first of the dangling references as a refusal. */
    void checkAll(ConfigTree tree) throws ConfigException {
        for (Reference reference : dangling(tree)) {
            throw notFound(tree, reference);
        }
    }

    private List<Reference> of(ConfigObject object) {
        List<Reference> found = new ArrayList<>();
        catalog.archived(object.id().kind(), object.schema())
                .ifPresent(kind -> collect(object.id(), "", kind.properties(), object.properties(), found));
        return found;
    }

    private static void collect(
            ObjectId from,
            String path,
            List<PropertyDescriptor> properties,
            Map<String, Object> values,
            List<Reference> found) {
        for (PropertyDescriptor property : properties) {
            Object value = values.get(property.name());
            String at = path + property.name();
            if (value instanceof String text) {
                words(from, at, property, property.type(), List.of(text), found);
            } else if (value instanceof List<?>) {
                words(from, at, property, property.element(), Values.words(value), found);
            } else if (value != null && property.type() == PropertyType.GROUP) {
                collect(from, at + " ", property.properties(), Values.map(value), found);
            } else if (value != null) {
                Values.entries(value).forEach((key, entry) -> {
                    words(from, at, property, property.element(), List.of(key), found);
                    collect(from, at + " " + key + " ", property.properties(), entry, found);
                });
            }
        }
    }

    private static void words(
            ObjectId from,
            String at,
            PropertyDescriptor property,
            PropertyType type,
            List<String> words,
            List<Reference> found) {
        if (type != PropertyType.REFERENCE && type != PropertyType.RULE) {
            return;
        }
        boolean parent = property.references().isEmpty() && property.name().equals(Inheritance.DEFAULTS_FROM);
        List<String> kinds = parent ? List.of(from.kind()) : property.references();
        for (String word : words) {
            for (String name : word.split("[\\s{}]+")) {
                // The other words of a rule (and, min, of, numbers, none) are no full names.
                if (name.startsWith("/") && !kinds.isEmpty()) {
                    found.add(new Reference(from, at, kinds, name));
                }
            }
        }
    }

    private Optional<ObjectId> target(ConfigTree tree, Reference reference) {
        return kinds(reference).stream()
                .map(kind -> new ObjectId(kind.name(), reference.name()))
                .filter(id -> tree.get(id).isPresent())
                .findFirst();
    }

    private List<KindDescriptor> kinds(Reference reference) {
        return catalog.kinds().stream()
                .filter(kind -> kind.matches(reference.kinds()))
                .toList();
    }

    private ConfigException notFound(ConfigTree tree, Reference reference) {
        List<KindDescriptor> kinds = kinds(reference);
        String title = kinds.size() == 1 ? kinds.get(0).title() : lastWord(reference.kinds());
        return ConfigException.notFound(
                title, reference.name(), "It is named by " + referrer(reference) + ". " + Existing.hint(tree, kinds));
    }

    private ConfigException inUse(ObjectId removed, Reference reference) {
        return new ConfigException("01070083:3: " + catalog.title(removed.kind()) + " " + removed.name()
                + " is in use. It is named by " + referrer(reference) + ".");
    }

    private String referrer(Reference reference) {
        String title = catalog.title(reference.from().kind());
        String name =
                reference.from().name().isEmpty() ? "" : " " + reference.from().name();
        return title + name + ", property " + reference.property();
    }

    private String lastWord(List<String> kinds) {
        String kind = kinds.get(0);
        return catalog.kind(kind).map(KindDescriptor::title).orElse(kind.substring(kind.lastIndexOf(' ') + 1));
    }
}
