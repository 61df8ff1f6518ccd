package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ferrule.config.text.Words;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;

/**
 * One object of a configuration text, not yet read. A stanza whose kind nobody knows is kept as it is until the module
 * comes that does.
 *
 * @param text from its first word to its closing brace
 * @param start where it begins in the whole text
 * @param line the line on which it begins, from 1
 * @param schema of the declaration under which it was written; 0 for the present one
 * @param head the words before the first brace: kind and name
 */
record Stanza(String text, int start, int line, int schema, List<String> head) {
    private static final Pattern SCHEMA = Pattern.compile("#SCHEMA (\\d{1,6})[ \t\r]*\n[ \t]*$");
    private static final int SCHEMA_LINE_MOST = 64;

    /** The objects of a text; one that has a version line was written by an appliance, which marks other schemas than 1. */
    static List<Stanza> split(String text) {
        List<Stanza> stanzas = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        int usual = text.startsWith(Sealed.VERSION_LINE) ? 1 : 0;
        for (Word word : Words.split(text).words()) {
            if (word.type() != Type.END) {
                words.add(word);
            } else if (!words.isEmpty()) {
                stanzas.add(of(text, words, usual));
                words.clear();
            }
        }
        if (!words.isEmpty()) {
            stanzas.add(of(text, words, usual));
        }
        return List.copyOf(stanzas);
    }

    private static Stanza of(String text, List<Word> words, int usualSchema) {
        Word first = words.get(0);
        int end = words.get(words.size() - 1).end();
        List<String> head = words.stream()
                .takeWhile(word -> word.type() == Type.WORD)
                .map(Word::text)
                .toList();
        String before = text.substring(Math.max(0, first.start() - SCHEMA_LINE_MOST), first.start());
        Matcher schema = SCHEMA.matcher(before);
        return new Stanza(
                text.substring(first.start(), end),
                first.start(),
                first.line(),
                schema.find() ? Integer.parseInt(schema.group(1)) : usualSchema,
                head);
    }

    /** Whether its kind is one of those. */
    boolean isOfKnownKind(Predicate<String> known) {
        boolean nameless = known.test(String.join(" ", head));
        return nameless || head.size() > 1 && known.test(String.join(" ", head.subList(0, head.size() - 1)));
    }

    /** The stanza as it is written to a file. */
    String written() {
        return marked(schema, text + "\n");
    }

    /** The text of an object with the mark of its schema. */
    static String marked(int schema, String text) {
        return schema > 1 ? "#SCHEMA " + schema + "\n" + text : text;
    }

    /** The text in which only these stanzas are left, each where it was, so that messages name the right line. */
    static String only(String text, List<Stanza> stanzas) {
        StringBuilder left = new StringBuilder(text.length());
        int at = 0;
        for (Stanza stanza : stanzas) {
            blank(left, text, at, stanza.start());
            left.append(stanza.text());
            at = stanza.start() + stanza.text().length();
        }
        blank(left, text, at, text.length());
        return left.toString();
    }

    private static void blank(StringBuilder left, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            left.append(c == '\n' || c == ';' ? c : ' ');
        }
    }
}
