package org.ferrule.config.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.PropertyParser.Form;
import org.ferrule.config.text.Words.Word;

/**
 * Tells which property a word means.
 *
 * @param known the properties of a kind, a group or an entry
 * @param where what has them, as messages name it
 * @param form where the words come from
 */
record PropertyNames(List<PropertyDescriptor> known, String where, Form form) {
    /** The property that the word names: in full, or in a command by a beginning that no other has. */
    PropertyDescriptor find(Word word, WordReader words) throws ConfigException {
        Set<PropertyDescriptor> beginning = new LinkedHashSet<>();
        List<String> candidates = new ArrayList<>();
        for (PropertyDescriptor property : known) {
            for (String spelling : spellings(property)) {
                if (spelling.equals(word.text())) {
                    return settable(property);
                }
                if (form != Form.FILE && maySet(property) && spelling.startsWith(word.text())) {
                    beginning.add(property);
                    candidates.add(spelling);
                }
            }
        }
        if (candidates.size() == 1) {
            return beginning.iterator().next();
        }
        if (candidates.size() > 1) {
            throw new ConfigException("Syntax Error: \"" + word.text() + "\" is an ambiguous property of " + where
                    + ": it may be " + String.join(", ", candidates));
        }
        List<String> all = known.stream()
                .filter(this::maySet)
                .map(PropertyDescriptor::name)
                .toList();
        throw new ConfigException("Syntax Error: \"" + word.text() + "\" unknown property of " + where
                + words.line(word) + "; it has: " + String.join(", ", all));
    }

    /** A flag has no name: its choices are typed. */
    private static List<String> spellings(PropertyDescriptor property) {
        return property.type() == PropertyType.FLAG ? choices(property) : List.of(property.name());
    }

    static List<String> choices(PropertyDescriptor property) {
        return property.choices().stream()
                .map(PropertyDescriptor.ChoiceDescriptor::name)
                .toList();
    }

    private boolean maySet(PropertyDescriptor property) {
        return switch (form) {
            case FILE -> true;
            case CREATE -> !property.readOnly();
            case MODIFY -> !property.readOnly() && !property.immutable();
        };
    }

    private PropertyDescriptor settable(PropertyDescriptor property) throws ConfigException {
        if (!maySet(property)) {
            throw new ConfigException("Syntax Error: \"" + property.name() + "\" of " + where + " "
                    + (property.readOnly() ? "is read-only" : "can be set by create only"));
        }
        return property;
    }

    /** The properties that may still be given, and the closing brace if there is one to come. */
    List<Expectation> left(Set<String> used, boolean braces) {
        List<Expectation> left = new ArrayList<>();
        for (PropertyDescriptor property : known) {
            if (used.contains(property.name()) || !maySet(property)) {
                continue;
            }
            if (property.type() == PropertyType.FLAG) {
                property.choices()
                        .forEach(c -> left.add(new Expectation(
                                c.name(), c.help().isEmpty() ? property.help() : c.help(), "Properties", true)));
            } else {
                left.add(new Expectation(property.name(), property.help(), "Properties", true));
            }
        }
        if (braces) {
            left.add(new Expectation("}", "", "Braces", true));
        }
        return left;
    }
}
