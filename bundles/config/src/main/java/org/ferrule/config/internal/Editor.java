package org.ferrule.config.internal;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Values;
import org.ferrule.config.kind.KindDescriptor;

/**
 * Applies edits to a tree and gives the tree that results, or refuses. Pure.
 *
 * @param kinds finds the declaration under which a kind's objects are read and written
 * @param absent whether a kind's module is away, so that its objects cannot be changed
 * @param owner names the module of a kind
 * @param origin where the edits come from
 */
record Editor(KindLookup kinds, Predicate<String> absent, KindOwner owner, Origin origin) {
    private static final int MAX_NAME = 255;
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}{}\"\\\\;/]+");

    /** Finds declarations. */
    @FunctionalInterface
    interface KindLookup {
        KindDescriptor find(String kind) throws ConfigException;
    }

    /** Names the module that owns a kind. */
    @FunctionalInterface
    interface KindOwner {
        String of(String kind);
    }

    ConfigTree apply(ConfigTree tree, List<? extends Edit> edits) throws ConfigException {
        ConfigTree result = tree;
        for (Edit edit : edits) {
            KindDescriptor kind = kinds.find(edit.id().kind());
            if (absent.test(kind.name())) {
                throw notRunning(kind, edit.id(), owner.of(kind.name()));
            }
            if (edit instanceof Edit.Create create) {
                result = create(result, kind, create);
            } else if (edit instanceof Edit.Modify modify) {
                result = modify(result, kind, modify);
            } else {
                result = delete(result, kind, edit.id());
            }
        }
        return result;
    }

    /** "module pool is not running: Pool /Common/x cannot be changed now" */
    static ConfigException notRunning(KindDescriptor kind, ObjectId id, String module) {
        String name = id.name().isEmpty() ? "" : " " + id.name();
        return new ConfigException(
                "module " + module + " is not running: " + kind.title() + name + " cannot be changed now");
    }

    private ConfigTree create(ConfigTree tree, KindDescriptor kind, Edit.Create create) throws ConfigException {
        ObjectId id = create.id();
        checkName(kind, id);
        if (tree.get(id).isPresent()) {
            throw kind.singleton()
                    ? ConfigException.invalid("there is one " + kind.name() + " only, and always: modify it")
                    : ConfigException.exists(kind.title(), id.name());
        }
        ConfigTree with =
                assign(tree.with(new ConfigObject(id, kind.schema(), Map.of())), kind, id, create.assigns(), true);
        Assigner assigner = new Assigner(origin);
        assigner.checkRequired(target(with, kind, id, true), with.own().get(id).properties());
        return with;
    }

    private ConfigTree modify(ConfigTree tree, KindDescriptor kind, Edit.Modify modify) throws ConfigException {
        ObjectId id = modify.id();
        ConfigObject stored = tree.get(id).orElseThrow(() -> missing(tree, kind, id));
        boolean own = tree.own().containsKey(id);
        if (own && stored.schema() != kind.schema() && !origin.text()) {
            throw ConfigException.invalid(Place.of(kind, id) + " was stored by another version of module "
                    + owner.of(kind.name()) + ": install that version to change it");
        }
        return assign(tree, kind, id, modify.assigns(), false);
    }

    private ConfigTree delete(ConfigTree tree, KindDescriptor kind, ObjectId id) throws ConfigException {
        if (tree.get(id).isEmpty()) {
            throw missing(tree, kind, id);
        }
        if (kind.singleton()) {
            throw ConfigException.invalid("there is one " + kind.name() + " always: it cannot be deleted");
        }
        if (tree.shipped().containsKey(id)) {
            throw ConfigException.invalid(
                    Place.of(kind, id) + " is shipped with the appliance: it can be changed but not deleted");
        }
        return tree.without(id);
    }

    private ConfigTree assign(ConfigTree tree, KindDescriptor kind, ObjectId id, List<Assign> assigns, boolean fresh)
            throws ConfigException {
        ConfigTree result = tree;
        Assigner assigner = new Assigner(origin);
        // One by one: what a list adds to may come from the parent that the assignment before it named.
        for (Assign assign : Assigner.ordered(assigns)) {
            Map<String, Object> properties = assigner.apply(target(result, kind, id, fresh), List.of(assign));
            result = put(result, new ConfigObject(id, kind.schema(), Values.copy(properties)), fresh);
            if (assign.property().equals(Inheritance.DEFAULTS_FROM)) {
                Inheritance.check(result, kind, id);
            }
        }
        return result;
    }

    private static ConfigTree put(ConfigTree tree, ConfigObject object, boolean fresh) {
        return fresh ? tree.with(object) : Inheritance.put(tree, object);
    }

    private static Assigner.Target target(ConfigTree tree, KindDescriptor kind, ObjectId id, boolean fresh) {
        ConfigObject own = tree.own().get(id);
        return new Assigner.Target(
                Place.of(kind, id),
                kind.properties(),
                own == null ? Map.of() : own.properties(),
                property -> Inheritance.below(tree, kind, id, property),
                fresh);
    }

    private static void checkName(KindDescriptor kind, ObjectId id) throws ConfigException {
        String name = id.name();
        if (kind.singleton()) {
            if (!name.isEmpty()) {
                throw ConfigException.invalid(
                        "there is one " + kind.name() + " only: it has no name, not \"" + name + "\"");
            }
            return;
        }
        int slash = name.lastIndexOf('/');
        String folder = slash < 0 ? name : name.substring(0, slash);
        if (!folder.equals(ObjectId.COMMON)) {
            throw new ConfigException("The requested folder (" + (slash == 0 ? "/" : folder)
                    + ") was not found. Objects live in " + ObjectId.COMMON + ".");
        }
        if (name.length() > MAX_NAME || !NAME.matcher(id.shortName()).matches()) {
            throw ConfigException.invalid(
                    kind.title() + " name \"" + id.shortName() + "\" is not valid: expected at most " + MAX_NAME
                            + " characters with the folder, without quotes, braces, slashes and control characters");
        }
    }

    private static ConfigException missing(ConfigTree tree, KindDescriptor kind, ObjectId id) {
        if (kind.singleton()) {
            return ConfigException.invalid(
                    id.name().isEmpty()
                            ? "there is no " + kind.name() + " now"
                            : "there is one " + kind.name() + " only: it has no name, not \"" + id.name() + "\"");
        }
        return ConfigException.notFound(kind.title(), id.name(), Existing.hint(tree, List.of(kind)));
    }
}
