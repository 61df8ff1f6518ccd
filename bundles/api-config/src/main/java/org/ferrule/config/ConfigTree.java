package org.ferrule.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;
import org.ferrule.config.kind.PropertyDescriptor;

/**
 * The whole configuration at one moment: an immutable value.
 *
 * <p>It has two layers. <em>Shipped</em> objects come with the modules (the profile {@code tcp}, the single {@code wom
 * local-endpoint}); <em>own</em> objects are what people created or changed. An own object with the name of a shipped one
 * holds only what differs from it. Safe for use by any thread.
 */
public final class ConfigTree {
    /** Nothing at all. */
    public static final ConfigTree EMPTY = new ConfigTree(new TreeMap<>(), new TreeMap<>());

    private static final String DEFAULTS_FROM = "defaults-from";

    private final NavigableMap<ObjectId, ConfigObject> shipped;
    private final NavigableMap<ObjectId, ConfigObject> own;

    private ConfigTree(NavigableMap<ObjectId, ConfigObject> shipped, NavigableMap<ObjectId, ConfigObject> own) {
        this.shipped = Collections.unmodifiableNavigableMap(shipped);
        this.own = Collections.unmodifiableNavigableMap(own);
    }

    /** A tree of these two layers. */
    public static ConfigTree of(Collection<ConfigObject> shipped, Collection<ConfigObject> own) {
        return new ConfigTree(byId(shipped), byId(own));
    }

    private static NavigableMap<ObjectId, ConfigObject> byId(Collection<ConfigObject> objects) {
        NavigableMap<ObjectId, ConfigObject> map = new TreeMap<>();
        objects.forEach(object -> map.put(object.id(), object));
        return map;
    }

    /** What the modules brought, by kind and name. */
    public NavigableMap<ObjectId, ConfigObject> shipped() {
        return shipped;
    }

    /** What people set: this layer is what {@code save} writes. */
    public NavigableMap<ObjectId, ConfigObject> own() {
        return own;
    }

    /** This tree with the own object put in or replaced. */
    public ConfigTree with(ConfigObject object) {
        NavigableMap<ObjectId, ConfigObject> changed = new TreeMap<>(own);
        changed.put(object.id(), object);
        return new ConfigTree(shipped, changed);
    }

    /** This tree without the own object of that name; what is shipped under the name shows again. */
    public ConfigTree without(ObjectId id) {
        NavigableMap<ObjectId, ConfigObject> changed = new TreeMap<>(own);
        changed.remove(id);
        return new ConfigTree(shipped, changed);
    }

    /** This tree with other shipped objects. */
    public ConfigTree withShipped(Collection<ConfigObject> objects) {
        return new ConfigTree(byId(objects), own);
    }

    /** What is explicitly set for the object, in either layer; empty if there is no such object. */
    public Optional<ConfigObject> get(ObjectId id) {
        ConfigObject below = shipped.get(id);
        ConfigObject above = own.get(id);
        if (below == null || above == null) {
            return Optional.ofNullable(below == null ? above : below);
        }
        Map<String, Object> both = new LinkedHashMap<>(below.properties());
        both.putAll(above.properties());
        return Optional.of(new ConfigObject(id, above.schema(), both));
    }

    /** The ids of all objects of a kind, sorted by name. */
    public List<ObjectId> ids(String kind) {
        Set<ObjectId> ids = new HashSet<>();
        collect(shipped, kind, ids);
        collect(own, kind, ids);
        return ids.stream().sorted().toList();
    }

    private static void collect(NavigableMap<ObjectId, ConfigObject> layer, String kind, Set<ObjectId> ids) {
        for (ObjectId id : layer.tailMap(ObjectId.singleton(kind), true).keySet()) {
            if (!id.kind().equals(kind)) {
                return;
            }
            ids.add(id);
        }
    }

    /** The ids of all objects, sorted by kind and name. */
    public List<ObjectId> ids() {
        Set<ObjectId> ids = new HashSet<>(shipped.keySet());
        ids.addAll(own.keySet());
        return ids.stream().sorted().toList();
    }

    /**
     * All properties that hold for the object: its own, then those of its parents ({@code defaults-from}), then the kind's
     * defaults. Entries and groups are completed with their defaults too. A property with no value at all is absent.
     *
     * @throws IllegalStateException if parents form a circle; a committed tree has none
     */
    public Optional<Map<String, Object>> resolve(KindDescriptor kind, ObjectId id) {
        if (get(id).isEmpty()) {
            return Optional.empty();
        }
        List<Map<String, Object>> chain = chain(kind, id);
        Map<String, Object> resolved = new LinkedHashMap<>();
        for (PropertyDescriptor property : kind.properties()) {
            Object value = nearest(chain, property);
            if (value != null) {
                resolved.put(property.name(), property.complete(value));
            }
        }
        return Optional.of(Collections.unmodifiableMap(resolved));
    }

    private static Object nearest(List<Map<String, Object>> chain, PropertyDescriptor property) {
        for (int i = 0; i < chain.size(); i++) {
            boolean inheritable = i == 0 || !property.name().equals(DEFAULTS_FROM);
            if (inheritable && chain.get(i).containsKey(property.name())) {
                return chain.get(i).get(property.name());
            }
        }
        return property.initialValue();
    }

    private List<Map<String, Object>> chain(KindDescriptor kind, ObjectId id) {
        List<Map<String, Object>> chain = new ArrayList<>();
        chain.add(get(id).orElseThrow().properties());
        for (ObjectId parent : parents(kind, id)) {
            get(parent).ifPresent(object -> chain.add(object.properties()));
        }
        return chain;
    }

    /** The objects that this one inherits from, nearest first. */
    public List<ObjectId> parents(KindDescriptor kind, ObjectId id) {
        List<ObjectId> parents = new ArrayList<>();
        ObjectId at = id;
        while (true) {
            Optional<ObjectId> parent = parent(kind, at);
            if (parent.isEmpty()) {
                return parents;
            }
            at = parent.get();
            if (at.equals(id) || parents.contains(at)) {
                throw new IllegalStateException(id + " inherits from itself through " + at);
            }
            parents.add(at);
        }
    }

    private Optional<ObjectId> parent(KindDescriptor kind, ObjectId id) {
        if (kind.property(DEFAULTS_FROM).isEmpty()) {
            return Optional.empty();
        }
        Object named =
                get(id).map(object -> object.properties().get(DEFAULTS_FROM)).orElse(null);
        String name = named != null
                ? (String) named
                : (String) kind.property(DEFAULTS_FROM).get().initialValue();
        boolean root = name == null || name.equals("none") || name.equals(id.name());
        return root ? Optional.empty() : Optional.of(new ObjectId(id.kind(), name));
    }

    /** The object as its kind's record, if it exists. */
    public <T extends Record> Optional<T> view(Class<T> type, String name) {
        return view(Kinds.describe(type), type, name);
    }

    private <T extends Record> Optional<T> view(KindDescriptor kind, Class<T> type, String name) {
        return resolve(kind, new ObjectId(kind.name(), name)).map(values -> Kinds.read(type, values));
    }

    /** All objects of the kind as its records, by full name, sorted. */
    public <T extends Record> Map<String, T> views(Class<T> type) {
        KindDescriptor kind = Kinds.describe(type);
        Map<String, T> views = new LinkedHashMap<>();
        for (ObjectId id : ids(kind.name())) {
            views.put(id.name(), view(kind, type, id.name()).orElseThrow());
        }
        return Collections.unmodifiableMap(views);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigTree tree && shipped.equals(tree.shipped) && own.equals(tree.own);
    }

    @Override
    public int hashCode() {
        return 31 * shipped.hashCode() + own.hashCode();
    }

    @Override
    public String toString() {
        return "ConfigTree" + own.keySet();
    }
}
