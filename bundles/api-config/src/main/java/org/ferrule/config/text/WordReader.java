package org.ferrule.config.text;

import java.util.List;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.PropertyDescriptor;
import org.ferrule.config.text.PropertyParser.Form;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;

/** Hands out the words of a text one after the other, and says so if one is missing or is not what it should be. */
final class WordReader {
    private final List<Word> words;
    private final Form form;
    private final boolean completing;
    private int at;

    /**
     * @param completing whether the end of the words is not a fault but the question
     */
    WordReader(List<Word> words, Form form, boolean completing) {
        this.words = words;
        this.form = form;
        this.completing = completing;
    }

    /** The words ended where these were possible. */
    static final class Expected extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Expectation> what;

        private Expected(List<Expectation> what) {
            super(null, null, false, false);
            this.what = what;
        }

        List<Expectation> what() {
            return what;
        }
    }

    Form form() {
        return form;
    }

    /** Whether all words are read; does not return from there if it was asked what may come. */
    boolean ended(Supplier<List<Expectation>> expected) {
        if (at < words.size()) {
            return false;
        }
        if (completing) {
            throw new Expected(expected.get());
        }
        return true;
    }

    /** The next word, of which there must be one. */
    Word take() {
        return words.get(at++);
    }

    /** The next word, which the property needs. */
    Word next(PropertyDescriptor property, String where, Supplier<List<Expectation>> expected) throws ConfigException {
        if (ended(expected)) {
            throw new ConfigException(
                    "Syntax Error: \"" + property.name() + "\" of " + where + " needs " + property.expectation());
        }
        return take();
    }

    boolean peekIs(Type type) {
        return at < words.size() && words.get(at).type() == type;
    }

    /** Takes the next word if it is of the type. */
    boolean skip(Type type) {
        boolean there = peekIs(type);
        at += there ? 1 : 0;
        return there;
    }

    /** Takes the next word if it is this one, unquoted. */
    boolean skip(String word) {
        boolean there = at < words.size() && words.get(at).is(word);
        at += there ? 1 : 0;
        return there;
    }

    /** Takes the brace that opens the property's value. */
    void open(PropertyDescriptor property, String where) throws ConfigException {
        Word word = next(property, where, () -> List.of(new Expectation("{", property.help(), "Braces", true)));
        if (word.type() != Type.OPEN) {
            throw new ConfigException("Syntax Error: \"" + property.name() + "\" of " + where
                    + ": an opening brace { is expected, not \"" + word.text() + "\"");
        }
    }

    /** Refuses words that are left. */
    void end() throws ConfigException {
        if (at < words.size()) {
            throw unexpected(words.get(at));
        }
    }

    /** Where a word of a file stands, in brackets; nothing of a command, which has one line. */
    String line(Word word) {
        return form == Form.FILE ? " (line " + word.line() + ")" : "";
    }

    ConfigException unexpected(Word word) {
        return new ConfigException("Syntax Error: unexpected argument \"" + word.text() + "\"" + line(word));
    }
}
