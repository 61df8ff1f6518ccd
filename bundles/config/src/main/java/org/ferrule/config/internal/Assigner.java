package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Values;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;

/**
 * Applies what a command or a text says of properties to the properties that are explicitly set. Pure: no tree, no state.
 *
 * <p>A text says what is explicitly set, whole: its lists and groups stand for themselves. A command changes what holds.
 */
record Assigner(Origin origin) {
    private static final String NONE = "none";

    /**
     * One set of properties: an object's, an entry's or a group's.
     *
     * @param place how messages name it
     * @param properties what there may be
     * @param explicit what is explicitly set
     * @param inherited what holds where nothing is set, or null
     * @param fresh whether it is being made, so that immutable properties may be set
     */
    record Target(
            Place place,
            List<PropertyDescriptor> properties,
            Map<String, Object> explicit,
            Function<PropertyDescriptor, Object> inherited,
            boolean fresh) {
        Object effective(PropertyDescriptor property) {
            Object own = explicit.get(property.name());
            return own != null ? own : inherited.apply(property);
        }
    }

    /** The properties explicitly set afterwards, sorted by name as files have them. */
    Map<String, Object> apply(Target target, List<Assign> assigns) throws ConfigException {
        Map<String, Object> result = new TreeMap<>(target.explicit());
        for (Assign assign : assigns) {
            PropertyDescriptor property = find(target, assign.property());
            Target now = new Target(target.place(), target.properties(), result, target.inherited(), target.fresh());
            Optional<Object> value = value(now, property, assign);
            checkSettable(now, property, value);
            if (value.isPresent()) {
                result.put(property.name(), value.get());
            } else {
                result.remove(property.name());
            }
        }
        return result;
    }

    /** Refuses what is made without a property that it must have. */
    void checkRequired(Target target, Map<String, Object> result) throws ConfigException {
        if (origin == Origin.SEALED) {
            return;
        }
        List<String> missing = new ArrayList<>();
        for (PropertyDescriptor property : target.properties()) {
            Object value = result.containsKey(property.name())
                    ? result.get(property.name())
                    : target.inherited().apply(property);
            boolean empty = value == null || value.equals(List.of()) || value.equals(Map.of());
            if (property.required() && empty) {
                missing.add(target.place().path() + property.name() + " (" + property.help() + ")");
            }
        }
        if (!missing.isEmpty()) {
            throw new ConfigException("one or more properties must be specified: " + String.join(", ", missing) + " of "
                    + target.place());
        }
    }

    private static PropertyDescriptor find(Target target, String name) throws ConfigException {
        for (PropertyDescriptor property : target.properties()) {
            boolean flag = property.type() == PropertyType.FLAG && property.hasChoice(name);
            if (property.name().equals(name) || flag) {
                return property;
            }
        }
        List<String> known =
                target.properties().stream().map(PropertyDescriptor::name).toList();
        throw target.place()
                .invalid("there is no property " + target.place().path() + name + "; there are: "
                        + String.join(", ", known));
    }

    private void checkSettable(Target target, PropertyDescriptor property, Optional<Object> value)
            throws ConfigException {
        Object before = target.effective(property);
        Object after = value.orElseGet(() -> target.inherited().apply(property));
        if (Same.values(before, after)) {
            return;
        }
        if (property.readOnly() && !origin.text()) {
            throw target.place().invalid(property, "is read-only: only the appliance itself sets it");
        }
        if (property.immutable() && !target.fresh() && origin != Origin.SEALED) {
            throw target.place()
                    .invalid(property, "can be set by create only; delete the object and create it again to change it");
        }
    }

    /** The value afterwards, or empty if the property is explicitly set no longer. */
    private Optional<Object> value(Target target, PropertyDescriptor property, Assign assign) throws ConfigException {
        if (assign instanceof Assign.Value value) {
            return Optional.of(scalar(target.place(), property, value.value()));
        }
        if (assign instanceof Assign.Words words) {
            expect(target.place(), property, PropertyType.LIST);
            return Optional.of(words(target, property, words));
        }
        if (assign instanceof Assign.Entries entries) {
            expect(target.place(), property, PropertyType.ENTRIES);
            return Optional.of(entries(target, property, entries));
        }
        if (assign instanceof Assign.Group group) {
            expect(target.place(), property, PropertyType.GROUP);
            return Optional.of(group(target, property, group));
        }
        return none(target, property);
    }

    private static void expect(Place place, PropertyDescriptor property, PropertyType type) throws ConfigException {
        if (property.type() != type) {
            throw place.invalid(property, "must be " + property.expectation());
        }
    }

    private static Object scalar(Place place, PropertyDescriptor property, String value) throws ConfigException {
        Optional<String> problem = ValueCheck.problem(property, property.type(), value);
        if (problem.isPresent()) {
            throw place.invalid(property, problem.get());
        }
        return value;
    }

    /** Nothing for a list or a reference, even where something would be inherited; else back to what is inherited. */
    private Optional<Object> none(Target target, PropertyDescriptor property) {
        Object inherited = target.inherited().apply(property);
        return switch (property.type()) {
            case LIST -> nothing(inherited, List.of());
            case ENTRIES -> nothing(inherited, Map.of());
            case REFERENCE, RULE -> nothing(inherited, NONE);
            default -> Optional.empty();
        };
    }

    /** A text would not say "none" if that were not explicitly set; a command says what shall hold. */
    private Optional<Object> nothing(Object inherited, Object nothing) {
        boolean holdsAnyway = inherited == null || inherited.equals(nothing);
        return holdsAnyway && !origin.text() ? Optional.empty() : Optional.of(nothing);
    }

    private Object words(Target target, PropertyDescriptor property, Assign.Words assign) throws ConfigException {
        Place place = target.place();
        Operator operator = assign.operator();
        Object before = base(target, property);
        List<String> result = new ArrayList<>(
                operator == Operator.REPLACE_ALL_WITH || before == null ? List.of() : Values.words(before));
        for (String word : assign.words()) {
            Optional<String> problem = ValueCheck.problem(property, property.element(), word);
            if (problem.isPresent() && operator != Operator.DELETE) {
                throw place.invalid(property, problem.get());
            }
            change(place.entry(property, word), property, operator, result, word);
        }
        return List.copyOf(result);
    }

    private Object base(Target target, PropertyDescriptor property) {
        return origin.text() ? null : target.effective(property);
    }

    private static void change(
            Place place, PropertyDescriptor property, Operator operator, List<String> words, String word)
            throws ConfigException {
        switch (operator) {
            case DELETE -> {
                if (!words.remove(word)) {
                    throw place.notFound(there(property, words));
                }
            }
            case ADD, REPLACE_ALL_WITH -> {
                if (words.contains(word)) {
                    throw place.exists();
                }
                words.add(word);
            }
            case MODIFY -> throw place.invalid(property, "is a plain list: use add, delete or replace-all-with");
        }
    }

    private Object entries(Target target, PropertyDescriptor property, Assign.Entries assign) throws ConfigException {
        Operator operator = assign.operator();
        Object before = base(target, property);
        Map<String, Map<String, Object>> result = new LinkedHashMap<>(
                operator == Operator.REPLACE_ALL_WITH || before == null ? Map.of() : Values.entries(before));
        for (Map.Entry<String, List<Assign>> entry : assign.entries().entrySet()) {
            String key = entry.getKey();
            Place place = target.place().entry(property, key);
            boolean wanted = operator == Operator.DELETE || operator == Operator.MODIFY;
            if (wanted && !result.containsKey(key)) {
                throw place.notFound(there(property, result.keySet()));
            }
            if (!wanted && result.containsKey(key)) {
                throw place.exists();
            }
            if (operator == Operator.DELETE) {
                result.remove(key);
            } else {
                result.put(key, entry(place, property, key, result.get(key), entry.getValue()));
            }
        }
        return Values.copy(result);
    }

    private Map<String, Object> entry(
            Place place, PropertyDescriptor property, String key, Map<String, Object> before, List<Assign> assigns)
            throws ConfigException {
        Optional<String> problem = ValueCheck.problem(property, property.element(), key);
        if (problem.isPresent()) {
            throw place.invalid(property, problem.get());
        }
        Target target = new Target(
                place,
                property.properties(),
                before == null ? Map.of() : before,
                PropertyDescriptor::initialValue,
                before == null);
        Map<String, Object> result = apply(target, assigns);
        if (before == null) {
            checkRequired(target, result);
        }
        return result;
    }

    private Object group(Target target, PropertyDescriptor property, Assign.Group assign) throws ConfigException {
        Object below = base(target, property);
        // The default of a group has every default in it: building on that would set them all explicitly.
        boolean nothingSet = below == null || below.equals(property.initialValue());
        Map<String, Object> explicit = nothingSet ? Map.of() : Values.map(below);
        Target group = new Target(
                target.place().group(property),
                property.properties(),
                explicit,
                PropertyDescriptor::initialValue,
                target.fresh());
        return Values.copy(apply(group, assign.assigns()));
    }

    private static String there(PropertyDescriptor property, Iterable<String> names) {
        String there = String.join(", ", names);
        return there.isEmpty() ? "There are no " + property.name() + "." : "There are: " + there + ".";
    }

    /** The assignments, with {@code defaults-from} first: what the others add to depends on it. */
    static List<Assign> ordered(List<Assign> assigns) {
        List<Assign> ordered = new ArrayList<>();
        assigns.stream()
                .filter(a -> a.property().equals(Inheritance.DEFAULTS_FROM))
                .forEach(ordered::add);
        assigns.stream()
                .filter(a -> !a.property().equals(Inheritance.DEFAULTS_FROM))
                .forEach(ordered::add);
        return ordered;
    }
}
