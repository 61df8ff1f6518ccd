package org.ferrule.config.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ferrule.config.text.Words.Split;
import org.ferrule.config.text.Words.Type;
import org.ferrule.config.text.Words.Word;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static List<String> texts(String text) {
        return Words.split(text).words().stream().map(Word::text).toList();
    }

    private static List<Type> types(String text) {
        return Words.split(text).words().stream().map(Word::type).toList();
    }

    @Test
    void blanksPartWordsAndBracesAreWordsOfTheirOwn() {
        assertEquals(List.of("a", "{", "b", "}", "c"), texts(" a{b}\tc "));
        assertEquals(List.of(Type.WORD, Type.OPEN, Type.WORD, Type.CLOSE, Type.WORD), types("a{b}c"));
    }

    @Test
    void linesAndSemicolonsEndCommandsOutsideBracesOnly() {
        assertEquals(List.of(Type.WORD, Type.END, Type.WORD, Type.END, Type.WORD), types("a;b\nc"));
        assertEquals(List.of("{", "a", "b", "c", "}"), texts("{ a; b\nc }"));
    }

    @Test
    void quotesJoinBlanksBracesAndSemicolons() {
        assertEquals(List.of("x", "a { b } ; c"), texts("x \"a { b } ; c\""));
        assertTrue(Words.split("\"a\"").words().get(0).quoted());
        assertFalse(Words.split("a").words().get(0).quoted());
        assertEquals(List.of(""), texts("\"\""));
    }

    @Test
    void escapesWithinQuotesStandForQuoteBackslashAndQuestionMark() {
        assertEquals(List.of("a\"b\\c?"), texts("\"a\\\"b\\\\c\\?\""));
    }

    @Test
    void escapesWithinQuotesStandForEndsOfLines() {
        assertEquals(List.of("a\nb\rc"), texts("\"a\\x0ab\\x0dc\""));
        assertEquals(List.of("\\x0a"), texts("\"\\\\x0a\""));
        assertEquals(List.of("\\x0a"), texts("\\x0a"), "outside quotes they stay");
        assertEquals("\"\\\\x0a\"", Words.quote("\\x0a"));
        assertEquals("\"\\x0b\"", Words.quote("\\x0b"));
    }

    @Test
    void otherBackslashesWithinQuotesStay() {
        assertEquals(List.of("GET /\\r\\n"), texts("\"GET /\\r\\n\""));
    }

    @Test
    void escapesOutsideQuotesStandForQuoteAndQuestionMark() {
        assertEquals(List.of("a?\"b\\\\c"), texts("a\\?\\\"b\\\\c"));
    }

    @Test
    void aHashBeginsACommentAtTheStartOfALineOnly() {
        assertEquals(
                List.of("a", "#b"),
                texts("  # x } \" y\na #b").stream()
                        .filter(t -> !t.equals("\n"))
                        .toList());
        assertEquals(List.of("{", "a", "}"), texts("{\n# }\na }"));
    }

    @Test
    void aQuotedTextMayRunOverLinesAndLinesAreCounted() {
        List<Word> words = Words.split("\"a\n#b\"\nc").words();
        assertEquals("a\n#b", words.get(0).text());
        assertEquals(1, words.get(0).line());
        assertEquals(3, words.get(2).line());
    }

    @Test
    void whatIsLeftOpenIsTold() {
        assertEquals(2, Words.split("a { b {").depth());
        assertEquals(-1, Words.split("a }").depth());
        assertTrue(Words.split("a \"b { ").openQuote());
        assertEquals(0, Words.split("a \"b { ").depth());
        assertTrue(Words.split("\"a\\\"").openQuote());
        assertFalse(Words.split("\"a\\\\\"").openQuote());
    }

    @Test
    void onlyAnUnquotedWordIsAKeyword() {
        assertTrue(Words.split("none").words().get(0).is("none"));
        assertFalse(Words.split("\"none\"").words().get(0).is("none"));
        assertFalse(Words.split("{").words().get(0).is("{"));
    }

    @Test
    void quotesAreWrittenOnlyWhereTheyAreNeeded() {
        assertEquals("a-b:1/c", Words.quote("a-b:1/c"));
        assertEquals("a#", Words.quote("a#"));
        assertEquals("\"#a\"", Words.quote("#a"));
        assertEquals("\"\"", Words.quote(""));
        assertEquals("\"a b\"", Words.quote("a b"));
        assertEquals("\"what\\?\"", Words.quote("what?"));
        assertEquals("\"GET /\\r\\n\"", Words.quote("GET /\\r\\n"));
        assertEquals("\"a\\\\\"", Words.quote("a\\"));
    }

    @Property(tries = 1000, seed = "1")
    void aQuotedTextIsReadBack(@ForAll("soup") String text) {
        Split split = Words.split(Words.quote(text));
        assertEquals(1, split.words().size());
        assertEquals(text, split.words().get(0).text());
        assertFalse(split.openQuote());
    }

    @Property(tries = 1000, seed = "4")
    void aTextQuotedOnOneLineIsReadBack(@ForAll("soup") String text) {
        String quoted = Words.quoteOnOneLine(text);
        assertEquals(List.of(text), texts(quoted));
        assertTrue(quoted.indexOf('\n') < 0 && quoted.indexOf('\r') < 0, quoted);
    }

    @Property(tries = 300, seed = "2")
    void quotedTextsInARowStayApart(@ForAll("soups") List<String> texts) {
        String line = String.join(" ", texts.stream().map(Words::quote).toList());
        assertEquals(texts, texts(line));
    }

    @Property(tries = 1000, seed = "3")
    void everyTextIsSplitIntoWordsThatStandWhereTheySay(@ForAll("soup") String text) {
        int behind = 0;
        for (Word word : Words.split(text).words()) {
            assertTrue(word.start() >= behind && word.end() > word.start() && word.end() <= text.length());
            assertEquals(
                    1
                            + text.substring(0, word.start())
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count(),
                    word.line());
            behind = word.end();
        }
    }

    @Provide
    Arbitrary<List<String>> soups() {
        return soup().list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> soup() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars(" \t\n\r{}\"\\?;#abx0d").ofMaxLength(20),
                Arbitraries.strings().ofMaxLength(20));
    }
}
