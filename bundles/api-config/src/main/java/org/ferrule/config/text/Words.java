package org.ferrule.config.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits text into words as the shell and the configuration file have them: blanks part words, braces are words of their
 * own, quotes join, {@code #} at the start of a line begins a comment.
 *
 * <p>Within quotes {@code \"}, {@code \\} and {@code \?} stand for the character; any other backslash stays as it is, so
 * that {@code "GET /\r\n"} keeps its two-character escapes (a monitor reads those). {@code \x0a} and {@code \x0d} stand for
 * real ends of lines, where a text has to stay on one line. Outside quotes {@code \?} and {@code \"} stand for the
 * character.
 */
public final class Words {
    private Words() {}

    /** What a word is. */
    public enum Type {
        WORD,
        OPEN,
        CLOSE,
        /** The end of a line or a semicolon outside braces; parts commands. */
        END
    }

    /**
     * A word and where it stands.
     *
     * @param type what it is
     * @param text without quotes and escapes
     * @param start offset of its first character
     * @param end offset behind its last
     * @param line its line, from 1
     * @param quoted whether it stood in quotes
     */
    public record Word(Type type, String text, int start, int end, int line, boolean quoted) {
        /** Whether it is this unquoted word. */
        public boolean is(String wanted) {
            return type == Type.WORD && !quoted && text.equals(wanted);
        }
    }

    /**
     * The words of a text.
     *
     * @param words in order
     * @param depth braces left open at the end; negative if one was closed too many
     * @param openQuote whether the text ends within quotes
     */
    public record Split(List<Word> words, int depth, boolean openQuote) {}

    /** Splits the text. Never fails: what is left open is told in the result. */
    public static Split split(String text) {
        return new Splitter(text).split();
    }

    /** The text as a word that {@link #split} reads back: in quotes where it needs them. */
    public static String quote(String text) {
        if (!text.isEmpty() && text.chars().allMatch(Words::plain) && text.charAt(0) != '#') {
            return text;
        }
        return inQuotes(text, false);
    }

    /** The text in quotes, without a line's end in it, as a word that {@link #split} reads back. */
    public static String quoteOnOneLine(String text) {
        return inQuotes(text, true);
    }

    private static String inQuotes(String text, boolean oneLine) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (oneLine && (c == '\n' || c == '\r')) {
                quoted.append(c == '\n' ? "\\x0a" : "\\x0d");
                continue;
            }
            if (c == '"' || c == '?' || c == '\\' && wouldEscape(text, i + 1, oneLine)) {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    /** Whether a backslash before what stands there would be taken for the beginning of an escape. */
    private static boolean wouldEscape(String text, int at, boolean oneLine) {
        return at == text.length()
                || "\"\\?".indexOf(text.charAt(at)) >= 0
                || lineEnd(text, at) != 0
                || oneLine && (text.charAt(at) == '\n' || text.charAt(at) == '\r');
    }

    /** The end of a line that the three characters behind a backslash stand for, or 0. */
    private static char lineEnd(String text, int at) {
        return text.startsWith("x0a", at) ? '\n' : text.startsWith("x0d", at) ? '\r' : 0;
    }

    private static boolean plain(int c) {
        return c > ' '
                && c != '"'
                && c != '{'
                && c != '}'
                && c != ';'
                && c != '\\'
                && c != '?'
                && c != 0x7f
                && !Character.isWhitespace(c);
    }

    private static final class Splitter {
        private final String text;
        private final List<Word> words = new ArrayList<>();
        private int at;
        private int line = 1;
        private int depth;
        private boolean openQuote;

        Splitter(String text) {
            this.text = text;
        }

        Split split() {
            while (at < text.length()) {
                step();
            }
            return new Split(List.copyOf(words), depth, openQuote);
        }

        private void step() {
            char c = text.charAt(at);
            if (c == '\n' || c == ';') {
                if (depth <= 0) {
                    mark(Type.END);
                } else {
                    at++;
                }
                line += c == '\n' ? 1 : 0;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#' && atLineStart()) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == '{') {
                depth++;
                mark(Type.OPEN);
            } else if (c == '}') {
                depth--;
                mark(Type.CLOSE);
            } else if (c == '"') {
                quoted();
            } else {
                bare();
            }
        }

        private boolean atLineStart() {
            int i = at - 1;
            while (i >= 0 && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
                i--;
            }
            return i < 0 || text.charAt(i) == '\n';
        }

        private void mark(Type type) {
            words.add(new Word(type, text.substring(at, at + 1), at, at + 1, line, false));
            at++;
        }

        private void quoted() {
            int start = at++;
            int startLine = line;
            StringBuilder word = new StringBuilder();
            openQuote = true;
            while (at < text.length() && openQuote) {
                char c = text.charAt(at++);
                if (c == '"') {
                    openQuote = false;
                } else if (c == '\\' && at < text.length() && "\"\\?".indexOf(text.charAt(at)) >= 0) {
                    word.append(text.charAt(at++));
                } else if (c == '\\' && lineEnd(text, at) != 0) {
                    word.append(lineEnd(text, at));
                    at += 3;
                } else {
                    line += c == '\n' ? 1 : 0;
                    word.append(c);
                }
            }
            words.add(new Word(Type.WORD, word.toString(), start, at, startLine, true));
        }

        private void bare() {
            int start = at;
            StringBuilder word = new StringBuilder();
            while (at < text.length() && !ends(text.charAt(at))) {
                char c = text.charAt(at++);
                if (c == '\\' && at < text.length() && "\"?".indexOf(text.charAt(at)) >= 0) {
                    c = text.charAt(at++);
                }
                word.append(c);
            }
            words.add(new Word(Type.WORD, word.toString(), start, at, line, false));
        }

        private static boolean ends(char c) {
            return Character.isWhitespace(c) || c == '{' || c == '}' || c == '"' || c == ';';
        }
    }
}
