package org.ferrule.ssh.internal;

import java.util.List;
import java.util.function.Supplier;
import org.ferrule.shell.ShellSession;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Leaves tmsh's grammar to tmsh: tells JLine whether a line is complete, and which word the cursor is at the end of. */
final class LineParser implements Parser {
    private final Supplier<ShellSession> session;

    LineParser(Supplier<ShellSession> session) {
        this.session = session;
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && session.get().incomplete(line)) {
            throw new EOFError(-1, -1, "more is wanted", "");
        }
        return new Line(line, cursor, wordBefore(line, cursor));
    }

    @Override
    public boolean isEscapeChar(char c) {
        return false;
    }

    /** The word that ends at the cursor; in quotes, with its opening quote. */
    static String wordBefore(String line, int cursor) {
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < cursor; i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < cursor) {
                i++;
            } else if (c == '"') {
                start = quoted ? i + 1 : i;
                quoted = !quoted;
            } else if (!quoted && (Character.isWhitespace(c) || c == '{' || c == '}' || c == ';')) {
                start = i + 1;
            }
        }
        return line.substring(start, cursor);
    }

    /** Whether the cursor stands in quotes. */
    static boolean inQuotes(String line, int cursor) {
        return wordBefore(line, cursor).startsWith("\"");
    }

    private record Line(String line, int cursor, String word) implements CompletingParsedLine {
        @Override
        public int wordCursor() {
            return word.length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return word.length();
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }
    }
}
