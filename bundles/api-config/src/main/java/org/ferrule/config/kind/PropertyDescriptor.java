package org.ferrule.config.kind;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.Values;

/**
 * What others know of a property.
 *
 * @param name as typed
 * @param type what its text looks like
 * @param element for a list the type of its words, for entries the type of their keys; otherwise equal to {@code type}
 * @param help one line
 * @param initial the default as typed, or ""
 * @param unit of a number, or ""
 * @param min the least number
 * @param max the greatest number
 * @param choices what it may be, for a choice or a flag
 * @param references the kinds that a reference, a rule, or a word or key of that type may name
 * @param properties of a group, or of each entry
 * @param required whether {@code create} must set it
 * @param immutable whether only {@code create} may set it
 * @param readOnly whether only modules set it
 */
public record PropertyDescriptor(
        String name,
        PropertyType type,
        PropertyType element,
        String help,
        String initial,
        String unit,
        long min,
        long max,
        List<ChoiceDescriptor> choices,
        List<String> references,
        List<PropertyDescriptor> properties,
        boolean required,
        boolean immutable,
        boolean readOnly) {
    /**
     * One of the values that a property may have.
     *
     * @param name as typed
     * @param help one line, or ""
     */
    public record ChoiceDescriptor(String name, String help) {}

    /** The property of a group or entry that has this name; a flag is found by each of its choices too. */
    public Optional<PropertyDescriptor> property(String wanted) {
        return find(properties, wanted);
    }

    static Optional<PropertyDescriptor> find(List<PropertyDescriptor> properties, String wanted) {
        return properties.stream()
                .filter(p -> p.name().equals(wanted) || p.type() == PropertyType.FLAG && p.hasChoice(wanted))
                .findFirst();
    }

    /** Whether the property may have this value, for a choice or a flag. */
    public boolean hasChoice(String value) {
        return choices.stream().anyMatch(choice -> choice.name().equals(value));
    }

    /** The default in the form that the tree stores, or null if there is none. */
    public Object initialValue() {
        return switch (type) {
            case LIST -> initial.isEmpty() ? List.of() : List.of(initial.split(" "));
            case ENTRIES -> Map.of();
            case GROUP -> completeGroup(Map.of());
            default -> initial.isEmpty() ? null : initial;
        };
    }

    /** The value with the defaults of what it leaves unset, in groups and entries. */
    public Object complete(Object value) {
        return switch (type) {
            case GROUP -> completeGroup(Values.map(value));
            case ENTRIES -> {
                Map<String, Object> completed = new LinkedHashMap<>();
                Values.entries(value).forEach((key, entry) -> completed.put(key, completeGroup(entry)));
                yield Collections.unmodifiableMap(completed);
            }
            default -> value;
        };
    }

    private Map<String, Object> completeGroup(Map<String, Object> set) {
        Map<String, Object> completed = new LinkedHashMap<>();
        for (PropertyDescriptor property : properties) {
            Object value = set.containsKey(property.name()) ? set.get(property.name()) : property.initialValue();
            if (value != null) {
                completed.put(property.name(), property.complete(value));
            }
        }
        return Collections.unmodifiableMap(completed);
    }

    /** What the value may be, in words, for messages and help: {@code an integer from 1 to 9}. */
    public String expectation() {
        return describe(type);
    }

    private String describe(PropertyType of) {
        return switch (of) {
            case STRING, SECRET -> "text";
            case INTEGER -> "a whole number from " + min + " to " + max + (unit.isEmpty() ? "" : " (" + unit + ")");
            case CHOICE, FLAG -> "one of: " + String.join(", ", names());
            case ADDRESS -> "an IPv4 or IPv6 address";
            case PORT -> "a port number from 0 to 65535 or a service name";
            case ENDPOINT -> "an address and a port up to 65535, such as 10.0.0.1:80 or 2001:db8::1.80";
            case SERVICE -> "a node's name or address and a port up to 65535, such as 10.0.0.1:80 or 2001:db8::1.80";
            case REFERENCE -> "the name of a " + named();
            case RULE -> "names of a " + named() + ", such as: http, http and tcp, min 1 of { http tcp }";
            case LIST -> "a list in braces of " + describe(element);
            case ENTRIES -> "entries in braces, each named by " + describe(element);
            case GROUP -> "properties in braces";
        };
    }

    private String named() {
        return references.isEmpty() ? "configuration object" : String.join(" or ", references);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        choices.forEach(choice -> names.add(choice.name()));
        return names;
    }
}
