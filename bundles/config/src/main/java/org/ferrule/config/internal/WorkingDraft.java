package org.ferrule.config.internal;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;

/** The tree of one transaction while modules complete it. Used by one thread. */
final class WorkingDraft implements Draft {
    private final Catalog catalog;
    private final ConfigTree before;
    private final Set<ObjectId> changed;
    private ConfigTree now;

    /**
     * @param touched the objects that were asked for, changed or not
     */
    WorkingDraft(Catalog catalog, ConfigTree before, ConfigTree now, Collection<ObjectId> touched) {
        this.catalog = catalog;
        this.before = before;
        this.now = now;
        this.changed = new LinkedHashSet<>(touched);
        changed.addAll(differing(before, now));
    }

    /** The objects whose own layer is not the same in both trees. */
    static Set<ObjectId> differing(ConfigTree before, ConfigTree after) {
        Set<ObjectId> ids = new TreeSet<>(before.own().keySet());
        ids.addAll(after.own().keySet());
        ids.removeIf(id -> same(before.own().get(id), after.own().get(id)));
        return ids;
    }

    private static boolean same(ConfigObject one, ConfigObject other) {
        if (one == null || !one.equals(other)) {
            return one == other;
        }
        // The order of properties means nothing, that of the entries within one does.
        return one.properties().keySet().stream()
                .allMatch(name -> Same.values(
                        one.properties().get(name), other.properties().get(name)));
    }

    @Override
    public ConfigTree before() {
        return before;
    }

    @Override
    public ConfigTree now() {
        return now;
    }

    /** A copy: what a module walks through does not grow under it. */
    @Override
    public Set<ObjectId> changed() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(changed));
    }

    @Override
    public void put(ObjectId id, Map<String, Object> properties) {
        KindDescriptor kind = catalog.kind(id.kind())
                .orElseThrow(() -> new IllegalArgumentException("there is no kind " + id.kind() + " to put " + id));
        now = Inheritance.put(now, new ConfigObject(id, kind.schema(), properties));
        changed.add(id);
    }

    @Override
    public void remove(ObjectId id) {
        now = now.without(id);
        changed.add(id);
    }
}
