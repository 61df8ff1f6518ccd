package org.ferrule.config.text;

import static org.ferrule.config.text.Things.SINGLE;
import static org.ferrule.config.text.Things.THING;
import static org.ferrule.config.text.Things.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.KindDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormTest {
    private static final ObjectId WEB = new ObjectId("ltm thing", "/Common/web");
    private static final Map<String, Object> VALUES = Map.of(
            "description",
            "it's \"ours\"",
            "enabled",
            "disabled",
            "monitor",
            "min 1 of { /Common/a /Common/b }",
            "members",
            Map.of("10.0.0.1:80", Map.of("ratio", "2")),
            "translation",
            Map.of("pool", "/Common/p"),
            "words",
            List.of("a", "b c"));

    private static Optional<KindDescriptor> kind(String name) {
        return Stream.of(THING, SINGLE).filter(k -> k.name().equals(name)).findFirst();
    }

    private static List<Edit.Create> parse(String text) throws ConfigException {
        return TextForm.parse(text, "a.conf", TextFormTest::kind);
    }

    @Test
    void propertiesAreSortedIndentedAndNamedFromTheFolder() {
        assertEquals("""
                ltm thing web {
                    description "it's \\"ours\\""
                    disabled
                    members {
                        10.0.0.1:80 {
                            ratio 2
                        }
                    }
                    monitor min 1 of { a b }
                    translation {
                        pool p
                    }
                    words {
                        a
                        "b c"
                    }
                }
                """, TextForm.write(THING, WEB, VALUES, "/Common"));
    }

    @Test
    void namesAreFullWithoutAFolder() {
        assertEquals(
                "ltm thing /Common/web {\n    other /Common/x\n}\n",
                TextForm.write(THING, WEB, Map.of("other", "/Common/x"), ""));
    }

    @Test
    void anObjectWithoutPropertiesIsOneLine() {
        assertEquals("ltm thing web { }\n", TextForm.write(THING, WEB, Map.of(), "/Common"));
        assertEquals("sys single { }\n", TextForm.write(SINGLE, ObjectId.singleton("sys single"), Map.of(), ""));
    }

    @Test
    void oneLineIsTheSameOnOneLine() throws ConfigException {
        String line = TextForm.oneLine(THING, WEB, VALUES, "/Common");
        assertTrue(line.startsWith("ltm thing web { description \"it's \\\"ours\\\"\" disabled members {"), line);
        assertEquals(1, line.lines().count());
        assertEquals(parse(TextForm.write(THING, WEB, VALUES, "")), parse(line));
    }

    @Test
    void linesWithinATextAreEscapedWhereItStaysOnOneLine() {
        Map<String, Object> values = Map.of("description", "first\r\nsecond");
        assertEquals(
                "ltm thing web { description \"first\\x0d\\x0asecond\" }",
                TextForm.oneLine(THING, WEB, values, "/Common"));
        assertEquals(
                "ltm thing web {\n    description \"first\r\nsecond\"\n}\n",
                TextForm.write(THING, WEB, values, "/Common"));
    }

    @Test
    void theTextNoneIsToldFromNothing() throws ConfigException {
        String text = TextForm.write(THING, WEB, Map.of("description", "none", "words", List.of()), "");
        assertEquals(
                List.of(value("description", "none"), new Assign.None("words")),
                parse(text).get(0).assigns());
    }

    @Test
    void relativeNamesUnindentedBodiesAndCommentsAreRead() throws ConfigException {
        assertEquals(
                List.of(
                        new Edit.Create(WEB, List.of(value("limit", "3"))),
                        new Edit.Create(ObjectId.singleton("sys single"), List.of())),
                parse("# begin }\nltm thing web {\nlimit 3\n# more {\n}\nsys single { }\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ltm thing",
                "ltm thing a b { }",
                "ltm thing { }",
                "ltm thing a",
                "sys single x { }",
                "ltm other a { }",
                "ltm thing a { foo 1 }",
                "ltm thing a { } x",
                "ltm thing a { } }\nltm thing b {",
                "} ltm thing a {",
            })
    void aMistakeIsToldWithSourceAndLine(String text) {
        String message =
                assertThrows(ConfigException.class, () -> parse("\n" + text)).getMessage();
        assertTrue(message.startsWith("a.conf, line 2: "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ltm thing a {", "ltm thing \"a", "ltm thing a { } }"})
    void aTextThatEndsInTheMiddleIsRefused(String text) {
        String message = assertThrows(ConfigException.class, () -> parse(text)).getMessage();
        assertTrue(message.startsWith("a.conf: the text ends within "), message);
    }

    @Property(tries = 500, seed = "6")
    void whatIsWrittenIsRead(
            @ForAll("texts") String description, @ForAll("texts") String word, @ForAll("texts") String name)
            throws ConfigException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("description", description);
        values.put("password", word);
        values.put("words", List.of(word));
        ObjectId id = new ObjectId("ltm thing", "/Common/" + name);
        List<Edit.Create> expected = List.of(new Edit.Create(
                id,
                List.of(
                        value("description", description),
                        value("password", word),
                        new Assign.Words("words", Assign.Operator.REPLACE_ALL_WITH, List.of(word)))));
        assertEquals(expected, parse(TextForm.write(THING, id, values, "")));
        assertEquals(expected, parse(TextForm.write(THING, id, values, "/Common")));
        String oneLine = TextForm.oneLine(THING, id, values, "");
        assertTrue(oneLine.indexOf('\n') < 0 && oneLine.indexOf('\r') < 0, oneLine);
        assertEquals(expected, parse(oneLine));
    }

    @Property(tries = 500, seed = "7")
    void randomBytesAreRefusedOrRead(@ForAll byte[] bytes) {
        String text = "ltm thing a { " + new String(bytes, StandardCharsets.ISO_8859_1);
        for (String fuzz : List.of(text, text + " }", new String(bytes, StandardCharsets.UTF_8))) {
            try {
                parse(fuzz);
            } catch (ConfigException refused) {
                assertTrue(refused.getMessage().startsWith("a.conf"), refused.getMessage());
            }
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.of("none", "{", "}", "\"", "\\", "#x", "x\n}\nltm thing y {", "?", ";", "a/b"),
                Arbitraries.of("a\nb", "a\r\nb", "\\\n", "\\x0a", "\\\\x0d", "\\\nx0a", "\n"),
                Arbitraries.strings().withChars("\n\r\\x0ad\"").ofMinLength(1).ofMaxLength(12),
                Arbitraries.strings().ofMinLength(1).ofMaxLength(12));
    }
}
