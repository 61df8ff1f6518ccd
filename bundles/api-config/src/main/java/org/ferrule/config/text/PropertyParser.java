package org.ferrule.config.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;

/**
 * Reads properties as they are typed or stored, by the declaration of their kind; the same walk tells what may come next.
 *
 * <p>For one thread, for one text.
 */
public final class PropertyParser {
    /** Where the words come from. */
    public enum Form {
        /** {@code create}: everything may be set but what is read-only; outer braces are optional. */
        CREATE,
        /** {@code modify}: what is immutable may not be set. */
        MODIFY,
        /** A file: everything may be set; lists and entries have no operator. */
        FILE
    }

    private static final Map<String, Operator> OPERATORS = new LinkedHashMap<>();

    static {
        OPERATORS.put("add", Operator.ADD);
        OPERATORS.put("delete", Operator.DELETE);
        OPERATORS.put("modify", Operator.MODIFY);
        OPERATORS.put("replace-all-with", Operator.REPLACE_ALL_WITH);
    }

    private final String what;
    private final List<PropertyDescriptor> properties;
    private final List<Word> words;
    private final Form form;
    private final String folder;
    private final Function<List<String>, List<String>> names;
    private final boolean completing;
    private int at;

    private PropertyParser(
            KindDescriptor kind,
            List<Word> words,
            Form form,
            String folder,
            Function<List<String>, List<String>> names,
            boolean completing) {
        this.what = kind.name();
        this.properties = kind.properties();
        this.words = words;
        this.form = form;
        this.folder = folder;
        this.names = names;
        this.completing = completing;
    }

    /**
     * Reads all the words as properties.
     *
     * @param folder completes names that are not full
     * @throws ConfigException naming the kind, the property and what would be right
     */
    public static List<Assign> parse(KindDescriptor kind, List<Word> words, Form form, String folder)
            throws ConfigException {
        return new PropertyParser(kind, words, form, folder, kinds -> List.of(), false).all();
    }

    /**
     * What may follow the words.
     *
     * @param names gives the names of existing objects of some kinds
     */
    public static List<Expectation> expect(
            KindDescriptor kind,
            List<Word> words,
            Form form,
            String folder,
            Function<List<String>, List<String>> names) {
        try {
            new PropertyParser(kind, words, form, folder, names, true).all();
            return List.of();
        } catch (Expected expected) {
            return expected.what;
        } catch (ConfigException wrongBefore) {
            return List.of();
        }
    }

    /** The words ended where these were possible. */
    private static final class Expected extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Expectation> what;

        Expected(List<Expectation> what) {
            super(null, null, false, false);
            this.what = what;
        }
    }

    private List<Assign> all() throws ConfigException {
        boolean braces = form != Form.MODIFY && peekIs(Type.OPEN);
        if (braces) {
            at++;
        }
        List<Assign> assigns = body(properties, what, braces);
        if (at < words.size()) {
            throw unexpected(words.get(at));
        }
        return assigns;
    }

    /** Properties up to the closing brace (which is taken), or up to the end of the words. */
    private List<Assign> body(List<PropertyDescriptor> known, String where, boolean braces) throws ConfigException {
        List<Assign> assigns = new ArrayList<>();
        Set<String> used = new HashSet<>();
        while (true) {
            if (at == words.size()) {
                if (completing) {
                    throw new Expected(propertiesLeft(known, used, braces));
                }
                if (braces) {
                    throw new ConfigException("Syntax Error: \"" + where + "\": a closing brace } is missing");
                }
                return assigns;
            }
            Word word = words.get(at++);
            if (word.type() == Type.CLOSE && braces) {
                return assigns;
            }
            Assign assign = property(known, where, word);
            if (!used.add(assign.property())) {
                throw new ConfigException("Syntax Error: \"" + assign.property() + "\" is given twice for " + where);
            }
            assigns.add(assign);
        }
    }

    private List<Expectation> propertiesLeft(List<PropertyDescriptor> known, Set<String> used, boolean braces) {
        List<Expectation> left = new ArrayList<>();
        for (PropertyDescriptor property : known) {
            if (used.contains(property.name()) || !settable(property)) {
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

    private boolean settable(PropertyDescriptor property) {
        return switch (form) {
            case FILE -> true;
            case CREATE -> !property.readOnly();
            case MODIFY -> !property.readOnly() && !property.immutable();
        };
    }

    private Assign property(List<PropertyDescriptor> known, String where, Word word) throws ConfigException {
        if (word.type() != Type.WORD) {
            throw unexpected(word);
        }
        PropertyDescriptor property = find(known, where, word);
        if (!settable(property)) {
            throw new ConfigException("Syntax Error: \"" + property.name() + "\" of " + where + " "
                    + (property.readOnly() ? "is read-only" : "can be set by create only"));
        }
        return switch (property.type()) {
            case FLAG -> new Assign.Value(property.name(), flag(property, word.text()));
            case LIST -> list(property, where);
            case ENTRIES -> entries(property, where);
            case GROUP -> group(property, where);
            default -> scalar(property, where);
        };
    }

    private static String flag(PropertyDescriptor property, String typed) {
        return property.choices().stream()
                .map(PropertyDescriptor.ChoiceDescriptor::name)
                .filter(name -> name.equals(typed) || name.startsWith(typed))
                .findFirst()
                .orElse(typed);
    }

    private PropertyDescriptor find(List<PropertyDescriptor> known, String where, Word word) throws ConfigException {
        Set<PropertyDescriptor> beginning = new LinkedHashSet<>();
        List<String> candidates = new ArrayList<>();
        for (PropertyDescriptor property : known) {
            List<String> spellings = property.type() == PropertyType.FLAG
                    ? property.choices().stream()
                            .map(PropertyDescriptor.ChoiceDescriptor::name)
                            .toList()
                    : List.of(property.name());
            for (String spelling : spellings) {
                if (spelling.equals(word.text())) {
                    return property;
                }
                if (form != Form.FILE && settable(property) && spelling.startsWith(word.text())) {
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
                .filter(this::settable)
                .map(PropertyDescriptor::name)
                .toList();
        throw new ConfigException("Syntax Error: \"" + word.text() + "\" unknown property of " + where + line(word)
                + "; it has: " + String.join(", ", all));
    }

    private String line(Word word) {
        return form == Form.FILE ? " (line " + word.line() + ")" : "";
    }

    private Word next(PropertyDescriptor property, String where, Supplier<List<Expectation>> expected)
            throws ConfigException {
        if (at == words.size()) {
            if (completing) {
                throw new Expected(expected.get());
            }
            throw new ConfigException(
                    "Syntax Error: \"" + property.name() + "\" of " + where + " needs " + property.expectation());
        }
        return words.get(at++);
    }

    private boolean peekIs(Type type) {
        return at < words.size() && words.get(at).type() == type;
    }

    private Assign scalar(PropertyDescriptor property, String where) throws ConfigException {
        Word word = next(property, where, () -> values(property, property.type()));
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

    private List<Expectation> values(PropertyDescriptor property, PropertyType type) {
        List<Expectation> values = new ArrayList<>();
        switch (type) {
            case CHOICE, FLAG ->
                property.choices().forEach(c -> values.add(new Expectation(c.name(), c.help(), "Values", true)));
            case REFERENCE, RULE -> {
                for (String name : names.apply(property.references())) {
                    String word = Words.quote(org.ferrule.config.ObjectId.relativeName(folder, name));
                    // A rule takes no name that needs quotes.
                    if (property.type() != PropertyType.RULE || !word.startsWith("\"")) {
                        values.add(new Expectation(word, "", "Names", true));
                    }
                }
                values.add(new Expectation("none", "", "Values", true));
            }
            default ->
                values.add(new Expectation("", property.help() + ": " + property.expectation(), "Values", false));
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
        while (at < words.size() && words.get(at).is("and")) {
            at++;
            Word word = next(property, where, () -> values(property, PropertyType.REFERENCE));
            rule.append(" and ").append(ruleName(property, where, word));
        }
        return rule.toString();
    }

    /** A rule is stored as one text: a name in it that needs quotes would be read back as several words. */
    private String ruleName(PropertyDescriptor property, String where, Word word) throws ConfigException {
        String name = value(property, PropertyType.REFERENCE, where, word);
        if (!Words.quote(name).equals(name)) {
            throw invalid(property, where, word);
        }
        return name;
    }

    private String quotedRule(PropertyDescriptor property, String where, Word quoted) throws ConfigException {
        List<Word> inner = Words.split(quoted.text()).words();
        if (inner.isEmpty() || inner.get(0).quoted()) {
            throw invalid(property, where, quoted);
        }
        PropertyParser nested = new PropertyParser(
                new KindDescriptor(what, what, "", false, 1, properties), inner, form, folder, names, false);
        nested.at = 1;
        String rule = nested.rule(property, where, inner.get(0));
        if (nested.at < inner.size()) {
            throw invalid(property, where, quoted);
        }
        return rule;
    }

    private String minimum(PropertyDescriptor property, String where) throws ConfigException {
        Word count = next(property, where, () -> List.of(new Expectation("", "how many", "Values", false)));
        Word of = next(property, where, () -> List.of(new Expectation("of", "", "Values", true)));
        if (!count.text().matches("[1-9][0-9]{0,3}") || !of.is("of")) {
            throw invalid(property, where, count);
        }
        List<String> monitors = words(property, where, PropertyType.REFERENCE);
        if (monitors.isEmpty()
                || monitors.stream().anyMatch(name -> !Words.quote(name).equals(name))) {
            throw invalid(property, where, count);
        }
        return "min " + count.text() + " of { " + String.join(" ", monitors) + " }";
    }

    private Operator operator(PropertyDescriptor property, String where, boolean modify) throws ConfigException {
        if (form == Form.FILE || form == Form.CREATE && peekIs(Type.OPEN)) {
            return Operator.REPLACE_ALL_WITH;
        }
        Word word = next(property, where, () -> {
            List<Expectation> operators = new ArrayList<>();
            OPERATORS.forEach((name, operator) -> {
                if (modify || operator != Operator.MODIFY) {
                    operators.add(new Expectation(name, "", "Operators", true));
                }
            });
            operators.add(new Expectation("none", "", "Operators", true));
            return operators;
        });
        Operator operator = word.type() == Type.WORD ? OPERATORS.get(word.text()) : null;
        if (operator == null || operator == Operator.MODIFY && !modify) {
            throw new ConfigException("Syntax Error: \"" + property.name() + "\" of " + where
                    + ": one of the following must be specified:\n"
                    + (modify ? "add, delete, modify, replace-all-with" : "add, delete, replace-all-with") + ", none");
        }
        return operator;
    }

    private boolean none() {
        if (at < words.size() && words.get(at).is("none")) {
            at++;
            return true;
        }
        return false;
    }

    private Assign list(PropertyDescriptor property, String where) throws ConfigException {
        if (none()) {
            return new Assign.None(property.name());
        }
        Operator operator = operator(property, where, false);
        return new Assign.Words(property.name(), operator, words(property, where, property.element()));
    }

    private List<String> words(PropertyDescriptor property, String where, PropertyType element) throws ConfigException {
        open(property, where);
        List<String> list = new ArrayList<>();
        while (true) {
            Word word = next(property, where, () -> {
                List<Expectation> values = values(property, element);
                values.add(new Expectation("}", "", "Braces", true));
                return values;
            });
            if (word.type() == Type.CLOSE) {
                return List.copyOf(list);
            }
            if (word.type() != Type.WORD) {
                throw invalid(property, where, word);
            }
            String value = value(property, element, where, word);
            if (!list.contains(value)) {
                list.add(value);
            }
        }
    }

    private void open(PropertyDescriptor property, String where) throws ConfigException {
        Word word = next(property, where, () -> List.of(new Expectation("{", property.help(), "Braces", true)));
        if (word.type() != Type.OPEN) {
            throw new ConfigException("Syntax Error: \"" + property.name() + "\" of " + where
                    + ": an opening brace { is expected, not \"" + word.text() + "\"");
        }
    }

    private Assign entries(PropertyDescriptor property, String where) throws ConfigException {
        if (none()) {
            return new Assign.None(property.name());
        }
        Operator operator = operator(property, where, true);
        open(property, where);
        Map<String, List<Assign>> entries = new LinkedHashMap<>();
        while (true) {
            Word word = next(property, where, () -> {
                List<Expectation> values = values(property, property.element());
                values.add(new Expectation("}", "", "Braces", true));
                return values;
            });
            if (word.type() == Type.CLOSE) {
                return new Assign.Entries(property.name(), operator, entries);
            }
            if (word.type() != Type.WORD) {
                throw invalid(property, where, word);
            }
            String key = value(property, property.element(), where, word);
            List<Assign> assigns = List.of();
            if (peekIs(Type.OPEN)) {
                at++;
                assigns = body(property.properties(), where + " " + property.name() + " " + key, true);
            }
            if (operator == Operator.DELETE && !assigns.isEmpty()) {
                throw new ConfigException("Syntax Error: \"" + key + "\" in " + property.name() + " of " + where
                        + " is to be deleted: it takes no properties");
            }
            if (entries.put(key, assigns) != null) {
                throw new ConfigException(
                        "Syntax Error: \"" + key + "\" is given twice in " + property.name() + " of " + where);
            }
        }
    }

    private Assign group(PropertyDescriptor property, String where) throws ConfigException {
        if (none()) {
            return new Assign.None(property.name());
        }
        open(property, where);
        return new Assign.Group(property.name(), body(property.properties(), where + " " + property.name(), true));
    }

    private ConfigException invalid(PropertyDescriptor property, String where, Word word) {
        if (property.type() == PropertyType.SECRET) {
            return new ConfigException(
                    "Syntax Error: the value of '" + property.name() + "' in '" + where + "' must be text");
        }
        if (property.type() == PropertyType.CHOICE) {
            String choices = String.join(
                    " | ",
                    property.choices().stream()
                            .map(PropertyDescriptor.ChoiceDescriptor::name)
                            .toList());
            return new ConfigException("Syntax Error: The requested value (" + word.text() + ") is invalid (" + choices
                    + ") for '" + property.name() + "' in '" + where + "'" + line(word));
        }
        return new ConfigException("Syntax Error: The requested value (" + word.text() + ") is invalid for '"
                + property.name() + "' in '" + where + "'" + line(word) + "; it must be " + property.expectation());
    }

    private ConfigException unexpected(Word word) {
        return new ConfigException("Syntax Error: unexpected argument \"" + word.text() + "\"" + line(word));
    }
}
