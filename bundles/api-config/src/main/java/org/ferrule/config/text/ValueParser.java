package org.ferrule.config.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;

/**
 * Reads the values that a property has within one pair of braces or none: a word, words, a rule of monitors.
 *
 * @param words where they are read from
 * @param folder completes names that are not full
 * @param names gives the names of existing objects of some kinds
 * @param live gives values, with a line of help each, of properties whose values depend on what runs
 */
record ValueParser(
        WordReader words,
        String folder,
        Function<List<String>, List<String>> names,
        Function<PropertyDescriptor, Map<String, String>> live) {
    Assign scalar(PropertyDescriptor property, String where) throws ConfigException {
        Word word = words.next(property, where, () -> expected(property, property.type()));
        if (property.type() == PropertyType.RULE) {
            return new Assign.Value(property.name(), rule(property, where, word));
        }
        if (word.type() != Type.WORD) {
            throw invalid(property, where, word);
        }
        boolean clears = word.is("none")
                && switch (property.type()) {
                    case STRING, SECRET, INTEGER, PORT, ADDRESS, ENDPOINT, SERVICE -> true;
                    default -> false;
                };
        if (clears) {
            return new Assign.None(property.name());
        }
        return new Assign.Value(property.name(), value(property, property.type(), where, word));
    }

    /** Words in braces; one that comes twice counts once. */
    List<String> list(PropertyDescriptor property, String where, PropertyType element) throws ConfigException {
        words.open(property, where);
        List<String> list = new ArrayList<>();
        for (Optional<String> value = element(property, where, element);
                value.isPresent();
                value = element(property, where, element)) {
            if (!list.contains(value.get())) {
                list.add(value.get());
            }
        }
        return List.copyOf(list);
    }

    /** The next word within braces; empty at the closing one, which is taken. */
    Optional<String> element(PropertyDescriptor property, String where, PropertyType element) throws ConfigException {
        Word word = words.next(property, where, () -> {
            List<Expectation> values = expected(property, element);
            values.add(new Expectation("}", "", "Braces", true));
            return values;
        });
        if (word.type() == Type.CLOSE) {
            return Optional.empty();
        }
        if (word.type() != Type.WORD) {
            throw invalid(property, where, word);
        }
        return Optional.of(value(property, element, where, word));
    }

    private List<Expectation> expected(PropertyDescriptor property, PropertyType type) {
        List<Expectation> values = new ArrayList<>();
        switch (type) {
            case CHOICE, FLAG ->
                property.choices().forEach(c -> values.add(new Expectation(c.name(), c.help(), "Values", true)));
            case REFERENCE, RULE -> {
                for (String name : names.apply(property.references())) {
                    String word = Words.quote(ObjectId.relativeName(folder, name));
                    // A rule takes no name that needs quotes.
                    if (property.type() != PropertyType.RULE || !word.startsWith("\"")) {
                        values.add(new Expectation(word, "", "Names", true));
                    }
                }
                values.add(new Expectation("none", "", "Values", true));
            }
            default -> {
                live.apply(property)
                        .forEach(
                                (value, help) -> values.add(new Expectation(Words.quote(value), help, "Values", true)));
                values.add(new Expectation("", property.help() + ": " + property.expectation(), "Values", false));
            }
        }
        return values;
    }

    private String value(PropertyDescriptor property, PropertyType type, String where, Word word)
            throws ConfigException {
        Optional<String> canonical = Canonical.of(property, type, word.text(), folder);
        if (canonical.isEmpty()) {
            throw invalid(property, where, word);
        }
        return canonical.get();
    }

    private String rule(PropertyDescriptor property, String where, Word first) throws ConfigException {
        if (first.is("none")) {
            return "none";
        }
        if (first.is("min")) {
            return minimum(property, where);
        }
        if (first.type() != Type.WORD) {
            throw invalid(property, where, first);
        }
        if (first.quoted()) {
            return quotedRule(property, where, first);
        }
        StringBuilder rule = new StringBuilder(ruleName(property, where, first));
        while (words.skip("and")) {
            Word word = words.next(property, where, () -> expected(property, PropertyType.REFERENCE));
            rule.append(" and ").append(ruleName(property, where, word));
        }
        return rule.toString();
    }

    /** A rule is stored as one text: a name in it that needs quotes would be read back as several words. */
    private String ruleName(PropertyDescriptor property, String where, Word word) throws ConfigException {
        String name = value(property, PropertyType.REFERENCE, where, word);
        if (needsQuotes(name)) {
            throw invalid(property, where, word);
        }
        return name;
    }

    private static boolean needsQuotes(String name) {
        return !Words.quote(name).equals(name);
    }

    private String quotedRule(PropertyDescriptor property, String where, Word quoted) throws ConfigException {
        List<Word> split = Words.split(quoted.text()).words();
        if (split.isEmpty() || split.get(0).quoted()) {
            throw invalid(property, where, quoted);
        }
        WordReader inner = new WordReader(split, words.form(), false);
        String rule = new ValueParser(inner, folder, names, live).rule(property, where, inner.take());
        if (!inner.ended(List::of)) {
            throw invalid(property, where, quoted);
        }
        return rule;
    }

    private String minimum(PropertyDescriptor property, String where) throws ConfigException {
        Word count = words.next(property, where, () -> List.of(new Expectation("", "how many", "Values", false)));
        Word of = words.next(property, where, () -> List.of(new Expectation("of", "", "Values", true)));
        if (!count.text().matches("[1-9][0-9]{0,3}") || !of.is("of")) {
            throw invalid(property, where, count);
        }
        List<String> monitors = list(property, where, PropertyType.REFERENCE);
        if (monitors.isEmpty() || monitors.stream().anyMatch(ValueParser::needsQuotes)) {
            throw invalid(property, where, count);
        }
        return "min " + count.text() + " of { " + String.join(" ", monitors) + " }";
    }

    private ConfigException invalid(PropertyDescriptor property, String where, Word word) {
        if (property.type() == PropertyType.SECRET) {
            return new ConfigException(
                    "Syntax Error: the value of '" + property.name() + "' in '" + where + "' must be text");
        }
        String requested = "Syntax Error: The requested value (" + word.text() + ") is invalid ";
        String of = "for '" + property.name() + "' in '" + where + "'" + words.line(word);
        if (property.type() == PropertyType.CHOICE) {
            return new ConfigException(
                    requested + "(" + String.join(" | ", PropertyNames.choices(property)) + ") " + of);
        }
        return new ConfigException(requested + of + "; it must be " + property.expectation());
    }
}
