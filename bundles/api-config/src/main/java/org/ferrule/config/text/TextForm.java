package org.ferrule.config.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Values;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;

/** Writes objects as text, as {@code list} shows them and {@code save} stores them, and reads such text. */
public final class TextForm {
    private static final String INDENT = "    ";

    private TextForm() {}

    /** The object with what is explicitly set; names relative to the folder, or in full if that is empty. */
    public static String write(KindDescriptor kind, ConfigObject object, String folder) {
        return write(kind, object.id(), object.properties(), folder);
    }

    /** An object with these properties. */
    public static String write(KindDescriptor kind, ObjectId id, Map<String, Object> values, String folder) {
        StringBuilder text = new StringBuilder(header(kind, id, folder)).append(" {");
        if (values.isEmpty()) {
            return text.append(" }\n").toString();
        }
        text.append('\n');
        new Writer(text, folder).properties(kind.properties(), values, INDENT);
        return text.append("}\n").toString();
    }

    /** The same on one line, whatever the values hold: a script may take it apart line by line, and type it again. */
    public static String oneLine(KindDescriptor kind, ObjectId id, Map<String, Object> values, String folder) {
        StringBuilder line = new StringBuilder();
        String text = write(kind, id, values, folder);
        List<Word> words = Words.split(text).words();
        for (Word word : words) {
            if (word.type() != Type.END) {
                line.append(line.isEmpty() ? "" : " ");
                line.append(
                        word.quoted() ? Words.quoteOnOneLine(word.text()) : text.substring(word.start(), word.end()));
            }
        }
        return line.toString();
    }

    private static String header(KindDescriptor kind, ObjectId id, String folder) {
        return id.name().isEmpty()
                ? kind.name()
                : kind.name() + " "
                        + Words.quote(folder.isEmpty() ? id.name() : ObjectId.relativeName(folder, id.name()));
    }

    private record Writer(StringBuilder text, String folder) {
        void properties(List<PropertyDescriptor> known, Map<String, Object> values, String indent) {
            Map<String, Object> sorted = new TreeMap<>(values);
            for (Map.Entry<String, Object> value : sorted.entrySet()) {
                Optional<PropertyDescriptor> property = known.stream()
                        .filter(p -> p.name().equals(value.getKey()))
                        .findFirst();
                if (property.isPresent()) {
                    property(property.get(), value.getValue(), indent);
                }
            }
        }

        private void property(PropertyDescriptor property, Object value, String indent) {
            text.append(indent);
            switch (property.type()) {
                case FLAG -> text.append(value);
                case LIST -> list(property, Values.words(value), indent);
                case ENTRIES -> entries(property, Values.entries(value), indent);
                case GROUP -> {
                    text.append(property.name()).append(" {\n");
                    properties(property.properties(), Values.map(value), indent + INDENT);
                    text.append(indent).append('}');
                }
                default -> text.append(property.name()).append(' ').append(scalar(property.type(), (String) value));
            }
            text.append('\n');
        }

        private void list(PropertyDescriptor property, List<String> words, String indent) {
            text.append(property.name());
            if (words.isEmpty()) {
                text.append(" none");
                return;
            }
            text.append(" {\n");
            for (String word : words) {
                text.append(indent)
                        .append(INDENT)
                        .append(scalar(property.element(), word))
                        .append('\n');
            }
            text.append(indent).append('}');
        }

        private void entries(PropertyDescriptor property, Map<String, Map<String, Object>> entries, String indent) {
            text.append(property.name());
            if (entries.isEmpty()) {
                text.append(" none");
                return;
            }
            text.append(" {\n");
            String inner = indent + INDENT;
            entries.forEach((name, values) -> {
                text.append(inner).append(scalar(property.element(), name)).append(" {");
                if (values.isEmpty()) {
                    text.append(" }\n");
                } else {
                    text.append('\n');
                    properties(property.properties(), values, inner + INDENT);
                    text.append(inner).append("}\n");
                }
            });
            text.append(indent).append('}');
        }

        private String scalar(PropertyType type, String value) {
            return switch (type) {
                case REFERENCE -> name(value);
                case RULE -> rule(value);
                // A text that reads as "nothing" must be told from nothing.
                case STRING, SECRET -> value.equals("none") ? "\"none\"" : Words.quote(value);
                default -> Words.quote(value);
            };
        }

        private String name(String name) {
            return Words.quote(folder.isEmpty() ? name : ObjectId.relativeName(folder, name));
        }

        private String rule(String rule) {
            List<String> words = new ArrayList<>();
            for (String word : rule.split(" ")) {
                words.add(word.startsWith("/") ? name(word) : word);
            }
            return String.join(" ", words);
        }
    }

    /**
     * Reads a whole text.
     *
     * @param source what messages call the text
     * @param kinds gives the declaration of a kind by name
     * @throws ConfigException naming the source, the line and what is wrong
     */
    public static List<Edit.Create> parse(String text, String source, Function<String, Optional<KindDescriptor>> kinds)
            throws ConfigException {
        Words.Split split = Words.split(text);
        if (split.openQuote() || split.depth() != 0) {
            throw new ConfigException(source + ": the text ends within "
                    + (split.openQuote() ? "quotes" : split.depth() > 0 ? "braces" : "one closing brace too many"));
        }
        List<Edit.Create> objects = new ArrayList<>();
        List<Word> object = new ArrayList<>();
        for (Word word : split.words()) {
            if (word.type() != Type.END) {
                object.add(word);
            } else if (!object.isEmpty()) {
                objects.add(object(object, source, kinds));
                object.clear();
            }
        }
        if (!object.isEmpty()) {
            objects.add(object(object, source, kinds));
        }
        return objects;
    }

    private static Edit.Create object(List<Word> words, String source, Function<String, Optional<KindDescriptor>> kinds)
            throws ConfigException {
        int open = 0;
        while (open < words.size() && words.get(open).type() == Type.WORD) {
            open++;
        }
        for (int length = open; length > 0; length--) {
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < length; i++) {
                name.append(i == 0 ? "" : " ").append(words.get(i).text());
            }
            Optional<KindDescriptor> kind = kinds.apply(name.toString());
            if (kind.isPresent()) {
                return object(kind.get(), words, length, open, source);
            }
        }
        throw new ConfigException(source + ", line " + words.get(0).line() + ": \""
                + words.get(0).text() + "\" begins no kind of object that is known");
    }

    private static Edit.Create object(KindDescriptor kind, List<Word> words, int named, int open, String source)
            throws ConfigException {
        String where = source + ", line " + words.get(0).line() + ": ";
        int names = open - named;
        if (names != (kind.singleton() ? 0 : 1)) {
            throw new ConfigException(where + kind.name() + (kind.singleton() ? " has no name" : " needs one name"));
        }
        if (open == words.size() || words.get(open).type() != Type.OPEN) {
            throw new ConfigException(where + "an opening brace { is expected");
        }
        String name = kind.singleton()
                ? ""
                : ObjectId.fullName(ObjectId.COMMON, words.get(named).text());
        try {
            return new Edit.Create(
                    new ObjectId(kind.name(), name),
                    PropertyParser.parse(
                            kind, words.subList(open, words.size()), PropertyParser.Form.FILE, ObjectId.COMMON));
        } catch (ConfigException e) {
            throw new ConfigException(where + e.getMessage(), e);
        }
    }
}
