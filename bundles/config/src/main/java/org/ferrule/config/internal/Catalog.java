package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;

/**
 * What is known of every module that was ever seen: its kinds and the objects it ships. It outlives the modules, so that
 * text can be read and objects kept while their owner is away. Immutable.
 *
 * <p>Besides the present declaration of each kind there is one <em>archived</em> per schema, which has every property that
 * any declaration of that schema had: files are written and read by it, so that going back to an older version of a module
 * loses nothing.
 */
final class Catalog {
    static final Catalog EMPTY = new Catalog(new TreeMap<>(), new TreeMap<>());

    private final NavigableMap<String, Contribution> modules;
    private final NavigableMap<String, NavigableMap<Integer, KindDescriptor>> archive;

    /**
     * What one module brought.
     *
     * @param module its name
     * @param kinds the kinds it owns
     * @param shipped the objects it ships
     */
    record Contribution(String module, List<KindDescriptor> kinds, List<ConfigObject> shipped) {
        Contribution {
            kinds = List.copyOf(kinds);
            shipped = List.copyOf(shipped);
        }
    }

    private Catalog(
            NavigableMap<String, Contribution> modules,
            NavigableMap<String, NavigableMap<Integer, KindDescriptor>> archive) {
        this.modules = modules;
        this.archive = archive;
    }

    /** A catalog of these modules and archived declarations. */
    static Catalog of(Collection<Contribution> modules, Collection<KindDescriptor> archived) {
        Catalog catalog = EMPTY;
        for (KindDescriptor kind : archived) {
            catalog = new Catalog(catalog.modules, catalog.archived(kind));
        }
        for (Contribution module : modules) {
            catalog = catalog.with(module);
        }
        return catalog;
    }

    /** This catalog with what a module brings now in place of what it brought before. */
    Catalog with(Contribution contribution) {
        NavigableMap<String, Contribution> changed = new TreeMap<>(modules);
        changed.put(contribution.module(), contribution);
        Catalog catalog = this;
        for (KindDescriptor kind : contribution.kinds()) {
            catalog = new Catalog(modules, catalog.archived(kind));
        }
        return new Catalog(changed, catalog.archive);
    }

    private NavigableMap<String, NavigableMap<Integer, KindDescriptor>> archived(KindDescriptor kind) {
        NavigableMap<Integer, KindDescriptor> schemas =
                new TreeMap<>(archive.getOrDefault(kind.name(), new TreeMap<>()));
        schemas.merge(kind.schema(), kind, (old, now) -> union(now, old));
        NavigableMap<String, NavigableMap<Integer, KindDescriptor>> changed = new TreeMap<>(archive);
        changed.put(kind.name(), schemas);
        return changed;
    }

    private static KindDescriptor union(KindDescriptor now, KindDescriptor old) {
        NavigableMap<String, PropertyDescriptor> properties = new TreeMap<>();
        old.properties().forEach(property -> properties.put(property.name(), property));
        now.properties().forEach(property -> properties.put(property.name(), property));
        return new KindDescriptor(
                now.name(), now.title(), now.help(), now.singleton(), now.schema(), List.copyOf(properties.values()));
    }

    /** Every module, by name. */
    Collection<Contribution> modules() {
        return Collections.unmodifiableCollection(modules.values());
    }

    /** Every archived declaration, by kind and schema. */
    List<KindDescriptor> archive() {
        List<KindDescriptor> all = new ArrayList<>();
        archive.values().forEach(schemas -> all.addAll(schemas.values()));
        return all;
    }

    /** The present declarations, sorted by name. */
    List<KindDescriptor> kinds() {
        NavigableMap<String, KindDescriptor> kinds = new TreeMap<>();
        modules.values().forEach(module -> module.kinds().forEach(kind -> kinds.put(kind.name(), kind)));
        return List.copyOf(kinds.values());
    }

    /** The present declaration of a kind. */
    Optional<KindDescriptor> kind(String name) {
        return modules.values().stream()
                .flatMap(module -> module.kinds().stream())
                .filter(kind -> kind.name().equals(name))
                .findFirst();
    }

    /** The archived declaration of a kind in a schema. */
    Optional<KindDescriptor> archived(String kind, int schema) {
        return Optional.ofNullable(archive.getOrDefault(kind, new TreeMap<>()).get(schema));
    }

    /** The module that owns the kind. */
    Optional<String> owner(String kind) {
        return modules.values().stream()
                .filter(module -> module.kinds().stream().anyMatch(k -> k.name().equals(kind)))
                .map(Contribution::module)
                .findFirst();
    }

    /** What all modules ship. */
    List<ConfigObject> shipped() {
        return modules.values().stream()
                .flatMap(module -> module.shipped().stream())
                .toList();
    }

    /** The title of a kind as messages have it, or the kind itself if nothing is known of it. */
    String title(String kind) {
        Map<Integer, KindDescriptor> schemas = archive.getOrDefault(kind, new TreeMap<>());
        return kind(kind)
                .or(() -> schemas.values().stream().findFirst())
                .map(KindDescriptor::title)
                .orElse(kind);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Catalog catalog && modules.equals(catalog.modules) && archive.equals(catalog.archive);
    }

    @Override
    public int hashCode() {
        return modules.hashCode();
    }
}
