package org.ferrule.config.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
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

    private final Form form;
    private final WordReader words;
    private final ValueParser values;

    private PropertyParser(WordReader words, ValueParser values) {
        this.form = words.form();
        this.words = words;
        this.values = values;
    }

    /**
     * Reads all the words as properties.
     *
     * @param folder completes names that are not full
     * @throws ConfigException naming the kind, the property and what would be right
     */
    public static List<Assign> parse(KindDescriptor kind, List<Word> words, Form form, String folder)
            throws ConfigException {
        WordReader reader = new WordReader(words, form, false);
        return new PropertyParser(reader, new ValueParser(reader, folder, kinds -> List.of(), property -> Map.of()))
                .all(kind);
    }

    /**
     * What may follow the words.
     *
     * @param names gives the names of existing objects of some kinds
     * @param live gives values, with a line of help each, of properties of the kind whose values depend on what runs
     */
    public static List<Expectation> expect(
            KindDescriptor kind,
            List<Word> words,
            Form form,
            String folder,
            Function<List<String>, List<String>> names,
            Function<PropertyDescriptor, Map<String, String>> live) {
        WordReader reader = new WordReader(words, form, true);
        try {
            new PropertyParser(reader, new ValueParser(reader, folder, names, live)).all(kind);
            return List.of();
        } catch (WordReader.Expected expected) {
            return expected.what();
        } catch (ConfigException wrongBefore) {
            return List.of();
        }
    }

    private List<Assign> all(KindDescriptor kind) throws ConfigException {
        boolean braces = form != Form.MODIFY && words.skip(Type.OPEN);
        List<Assign> assigns = body(kind.properties(), kind.name(), braces);
        words.end();
        return assigns;
    }

    /** Properties up to the closing brace (which is taken), or up to the end of the words. */
    private List<Assign> body(List<PropertyDescriptor> known, String where, boolean braces) throws ConfigException {
        PropertyNames properties = new PropertyNames(known, where, form);
        List<Assign> assigns = new ArrayList<>();
        Set<String> used = new HashSet<>();
        while (!words.ended(() -> properties.left(used, braces))) {
            Word word = words.take();
            if (word.type() == Type.CLOSE && braces) {
                return assigns;
            }
            if (word.type() != Type.WORD) {
                throw words.unexpected(word);
            }
            Assign assign = property(properties.find(word, words), where, word);
            if (!used.add(assign.property())) {
                throw new ConfigException("Syntax Error: \"" + assign.property() + "\" is given twice for " + where);
            }
            assigns.add(assign);
        }
        if (braces) {
            throw new ConfigException("Syntax Error: \"" + where + "\": a closing brace } is missing");
        }
        return assigns;
    }

    private Assign property(PropertyDescriptor property, String where, Word word) throws ConfigException {
        return switch (property.type()) {
            case FLAG -> new Assign.Value(property.name(), flag(property, word.text()));
            case LIST -> list(property, where);
            case ENTRIES -> entries(property, where);
            case GROUP -> group(property, where);
            default -> values.scalar(property, where);
        };
    }

    private static String flag(PropertyDescriptor property, String typed) {
        return PropertyNames.choices(property).stream()
                .filter(name -> name.startsWith(typed))
                .findFirst()
                .orElse(typed);
    }

    private Operator operator(PropertyDescriptor property, String where, boolean modify) throws ConfigException {
        if (form == Form.FILE || form == Form.CREATE && words.peekIs(Type.OPEN)) {
            return Operator.REPLACE_ALL_WITH;
        }
        Word word = words.next(property, where, () -> {
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

    private Assign list(PropertyDescriptor property, String where) throws ConfigException {
        if (words.skip("none")) {
            return new Assign.None(property.name());
        }
        Operator operator = operator(property, where, false);
        return new Assign.Words(property.name(), operator, values.list(property, where, property.element()));
    }

    private Assign entries(PropertyDescriptor property, String where) throws ConfigException {
        if (words.skip("none")) {
            return new Assign.None(property.name());
        }
        Operator operator = operator(property, where, true);
        words.open(property, where);
        Map<String, List<Assign>> entries = new LinkedHashMap<>();
        while (true) {
            Optional<String> key = values.element(property, where, property.element());
            if (key.isEmpty()) {
                return new Assign.Entries(property.name(), operator, entries);
            }
            List<Assign> assigns = entry(property, where, key.get());
            if (operator == Operator.DELETE && !assigns.isEmpty()) {
                throw new ConfigException("Syntax Error: \"" + key.get() + "\" in " + property.name() + " of " + where
                        + " is to be deleted: it takes no properties");
            }
            if (entries.put(key.get(), assigns) != null) {
                throw new ConfigException(
                        "Syntax Error: \"" + key.get() + "\" is given twice in " + property.name() + " of " + where);
            }
        }
    }

    private List<Assign> entry(PropertyDescriptor property, String where, String key) throws ConfigException {
        return words.skip(Type.OPEN)
                ? body(property.properties(), where + " " + property.name() + " " + key, true)
                : List.of();
    }

    private Assign group(PropertyDescriptor property, String where) throws ConfigException {
        if (words.skip("none")) {
            return new Assign.None(property.name());
        }
        words.open(property, where);
        return new Assign.Group(property.name(), body(property.properties(), where + " " + property.name(), true));
    }
}
