package org.ferrule.config.text;

import static org.ferrule.config.text.PropertyParser.Form.CREATE;
import static org.ferrule.config.text.PropertyParser.Form.FILE;
import static org.ferrule.config.text.PropertyParser.Form.MODIFY;
import static org.ferrule.config.text.Things.parse;
import static org.ferrule.config.text.Things.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ferrule.config.Assign;
import org.ferrule.config.Assign.Operator;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.PropertyDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PropertyParserTest {
    private static String refusal(PropertyParser.Form form, String text) {
        return assertThrows(ConfigException.class, () -> parse(form, text), text)
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "address 10.0.0.1, address, 10.0.0.1",
        "address 2001:DB8:0::1, address, 2001:db8::1",
        "address 010.0.0.1, address, 10.0.0.1",
        "address any, address, any",
        "description \"a b\", description, a b",
        "destination 10.0.0.1:http, destination, 10.0.0.1:80",
        "destination 2001:db8:0::1.https, destination, 2001:db8::1.443",
        "destination any:any, destination, any:0",
        "destination *:*, destination, any:0",
        "destination 0.0.0.0:0, destination, any:0",
        "destination any6.any, destination, any6.0",
        "destination any6:http, destination, any6.80",
        "destination ::.80, destination, any6.80",
        "disabled, enabled, disabled",
        "limit 007, limit, 7",
        "limit -5, limit, -5",
        "mode least-connections, mode, least-connections",
        "monitor http, monitor, /Common/http",
        "monitor none, monitor, none",
        "other web, other, /Common/web",
        "other /Common/web, other, /Common/web",
        "other none, other, none",
        "password secret, password, secret",
        "port webcache, port, 8080",
        "port 65535, port, 65535",
        "server web01:ssh, server, web01:22",
        "server 2001:DB8::1.80, server, 2001:db8::1.80",
    })
    void aValueIsStoredInItsOneSpelling(String typed, String property, String stored) throws ConfigException {
        assertEquals(List.of(value(property, stored)), parse(CREATE, typed));
    }

    @ParameterizedTest
    @CsvSource({
        "address web",
        "address 10.0.0.256",
        "destination 10.0.0.1",
        "destination web:80",
        "destination *",
        "destination any6",
        "limit 11",
        "limit -6",
        "limit 99999999999999999999",
        "limit 1x",
        "port 65536",
        "port gopher",
        "server web01",
        "server :80",
        "server a/b:80",
        "other \"\"",
        "other {",
        "description }",
        "monitor \"\"",
        "monitor \"a b\"",
        "monitor http and",
        "monitor min 0 of { a }",
        "monitor min 1 or { a }",
        "words { a",
        "members { web }",
        "members add",
        "translation x",
        "description",
    })
    void aValueThatIsNoneIsRefusedAndTheMessageNamesThePropertyAndTheKind(String typed) {
        String message = refusal(CREATE, typed);
        assertTrue(message.startsWith("Syntax Error: "), message);
        assertTrue(message.contains(typed.split(" ")[0]) && message.contains("ltm thing"), message);
    }

    @Test
    void whatANumberMayBeIsSaid() {
        assertEquals(
                "Syntax Error: The requested value (11) is invalid for 'limit' in 'ltm thing';"
                        + " it must be a whole number from -5 to 10 (seconds)",
                refusal(MODIFY, "limit 11"));
    }

    @Test
    void whatAChoiceMayBeIsSaid() {
        assertEquals(
                "Syntax Error: The requested value (best) is invalid (round-robin | least-connections)"
                        + " for 'mode' in 'ltm thing'",
                refusal(MODIFY, "mode best"));
    }

    @Test
    void aSecretIsNotRepeatedInAMessage() {
        String message = refusal(CREATE, "password { hunter2 }");
        assertTrue(message.contains("password") && !message.contains("hunter2"), message);
    }

    @Test
    void anUnknownPropertyIsRefusedAndThoseThatExistAreNamed() {
        String message = refusal(CREATE, "foo 1");
        assertTrue(message.startsWith("Syntax Error: \"foo\" unknown property of ltm thing"), message);
        assertTrue(message.contains("description") && !message.contains("seen"), message);
    }

    @Test
    void aFileNamesTheLineOfAnUnknownProperty() {
        assertTrue(refusal(FILE, "{\ndescription x\nfoo 1 }").contains("(line 3)"));
    }

    @Test
    void aPropertyMayBeShortenedAsLongAsItIsUnambiguous() throws ConfigException {
        assertEquals(List.of(value("limit", "3")), parse(MODIFY, "lim 3"));
        assertEquals(List.of(value("enabled", "disabled")), parse(MODIFY, "dis"));
        assertEquals(
                "Syntax Error: \"m\" is an ambiguous property of ltm thing: it may be members, mode, monitor",
                refusal(MODIFY, "m x"));
    }

    @Test
    void whatCannotBeModifiedMakesNoShortFormAmbiguous() throws ConfigException {
        assertEquals(List.of(value("description", "x")), parse(MODIFY, "des x"));
        assertTrue(refusal(CREATE, "des x").contains("may be description, destination"));
    }

    @Test
    void aFileTakesNoShortForms() {
        assertTrue(refusal(FILE, "{ lim 3 }").contains("unknown property"));
    }

    @Test
    void aPropertyGivenTwiceIsRefused() {
        assertEquals("Syntax Error: \"limit\" is given twice for ltm thing", refusal(CREATE, "limit 1 limit 2"));
        assertTrue(refusal(CREATE, "enabled disabled").contains("given twice"));
    }

    @Test
    void whatIsReadOnlyIsReadFromAFileOnly() throws ConfigException {
        assertTrue(refusal(CREATE, "seen x").contains("is read-only"));
        assertTrue(refusal(MODIFY, "seen x").contains("is read-only"));
        assertEquals(List.of(value("seen", "x")), parse(FILE, "{ seen x }"));
    }

    @Test
    void whatIsImmutableIsSetByCreateOnly() throws ConfigException {
        assertEquals(List.of(value("destination", "10.0.0.1:80")), parse(CREATE, "destination 10.0.0.1:80"));
        assertTrue(refusal(MODIFY, "destination 10.0.0.1:80").contains("can be set by create only"));
    }

    @Test
    void bracesAroundAllPropertiesOfCreateAreOptional() throws ConfigException {
        assertEquals(parse(CREATE, "limit 1 mode round-robin"), parse(CREATE, "{ limit 1 mode round-robin }"));
        assertTrue(refusal(CREATE, "{ limit 1").contains("closing brace"));
        assertEquals("Syntax Error: unexpected argument \"x\"", refusal(CREATE, "{ limit 1 } x"));
        assertEquals("Syntax Error: unexpected argument \"}\"", refusal(CREATE, "limit 1 }"));
    }

    @ParameterizedTest
    @CsvSource({"add, ADD", "delete, DELETE", "replace-all-with, REPLACE_ALL_WITH"})
    void aListTakesAnOperator(String typed, Operator operator) throws ConfigException {
        assertEquals(
                List.of(new Assign.Words("words", operator, List.of("a", "b c"))),
                parse(MODIFY, "words " + typed + " { a \"b c\" a }"));
    }

    @Test
    void aListWithoutAnOperatorIsWholeInCreateAndInAFileOnly() throws ConfigException {
        List<Assign> whole = List.of(new Assign.Words("words", Operator.REPLACE_ALL_WITH, List.of("a")));
        assertEquals(whole, parse(CREATE, "words { a }"));
        assertEquals(whole, parse(FILE, "{ words { a } }"));
        assertEquals(
                "Syntax Error: \"words\" of ltm thing: one of the following must be specified:\n"
                        + "add, delete, replace-all-with, none",
                refusal(MODIFY, "words { a }"));
    }

    @Test
    void aListCannotBeModifiedWordByWord() {
        assertTrue(refusal(MODIFY, "words modify { a }").contains("one of the following must be specified"));
    }

    @ParameterizedTest
    @EnumSource(Operator.class)
    void entriesTakeEveryOperator(Operator operator) throws ConfigException {
        String typed = operator.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        Map<String, List<Assign>> entries = new LinkedHashMap<>();
        entries.put("10.0.0.1:80", List.of());
        entries.put("web:22", List.of());
        assertEquals(
                List.of(new Assign.Entries("members", operator, entries)),
                parse(MODIFY, "members " + typed + " { 10.0.0.1:http { } web:ssh }"));
    }

    @Test
    void anEntryHasPropertiesOfItsOwn() throws ConfigException {
        assertEquals(
                List.of(new Assign.Entries(
                        "members",
                        Operator.MODIFY,
                        Map.of("web:80", List.of(value("ratio", "7"), new Assign.None("description"))))),
                parse(MODIFY, "members modify { web:80 { rat 7 desc none } }"));
        String message = refusal(MODIFY, "members modify { web:80 { ratio 101 } }");
        assertTrue(message.contains("'ratio' in 'ltm thing members web:80'"), message);
    }

    @Test
    void entriesToDeleteHaveNoProperties() {
        assertTrue(refusal(MODIFY, "members delete { web:80 { ratio 1 } }").contains("members"));
    }

    @Test
    void twoSpellingsOfOneEntryAreGivenTwice() {
        assertTrue(refusal(MODIFY, "members add { web:80 web:http }").contains("\"web:80\" is given twice"));
        assertTrue(refusal(MODIFY, "members add { 2001:db8::1.80 2001:DB8:0::1.80 }")
                .contains("is given twice"));
    }

    @Test
    void noneClearsWhatHasNoChoices() throws ConfigException {
        for (String property : List.of("description", "limit", "port", "address", "password", "server")) {
            assertEquals(List.of(new Assign.None(property)), parse(MODIFY, property + " none"));
        }
        for (String property : List.of("words", "members", "translation")) {
            assertEquals(List.of(new Assign.None(property)), parse(MODIFY, property + " none"));
        }
        assertEquals(List.of(value("description", "none")), parse(MODIFY, "description \"none\""));
    }

    @Test
    void aGroupIsPropertiesInBraces() throws ConfigException {
        assertEquals(
                List.of(new Assign.Group("translation", List.of(value("type", "snat"), value("pool", "/Common/p")))),
                parse(MODIFY, "translation { type snat pool p }"));
        assertTrue(refusal(MODIFY, "translation { foo 1 }").contains("unknown property of ltm thing translation"));
    }

    @ParameterizedTest
    @CsvSource({
        "a and b, /Common/a and /Common/b",
        "\"a and /Common/b\", /Common/a and /Common/b",
        "min 1 of { a b }, min 1 of { /Common/a /Common/b }",
        "\"min 2 of { a b }\", min 2 of { /Common/a /Common/b }",
    })
    void monitorsAreJoined(String typed, String stored) throws ConfigException {
        assertEquals(List.of(value("monitor", stored)), parse(MODIFY, "monitor " + typed));
    }

    @ParameterizedTest
    @CsvSource({"a and \"b c\"", "min 1 of { \"b c\" }", "a and \"b }\"", "min 1 of { }"})
    void aMonitorWhoseNameWouldReadAsSeveralIsRefused(String typed) {
        assertTrue(refusal(MODIFY, "monitor " + typed).contains("is invalid for 'monitor'"));
    }

    @Property(tries = 2000, seed = "4")
    void onlyTheDeclaredExceptionComesOut(@ForAll("soup") List<String> tokens, @ForAll PropertyParser.Form form) {
        String text = String.join(" ", tokens);
        try {
            parse(form, text);
        } catch (ConfigException refused) {
            assertTrue(refused.getMessage().startsWith("Syntax Error: "), refused.getMessage());
        }
        for (Expectation e : PropertyParser.expect(
                Things.THING,
                Words.split(text).words(),
                form,
                "/Common",
                kinds -> List.of("/Common/a"),
                p -> Map.of("x y", "Both"))) {
            assertFalse(e.group().isEmpty());
        }
    }

    @Property(tries = 500, seed = "5")
    void randomCharactersAreRefusedOrRead(@ForAll String text, @ForAll PropertyParser.Form form) {
        try {
            parse(form, text);
        } catch (ConfigException refused) {
            assertTrue(refused.getMessage().startsWith("Syntax Error: "), refused.getMessage());
        }
    }

    @Provide
    Arbitrary<List<String>> soup() {
        List<String> tokens = new ArrayList<>(List.of(
                "{",
                "}",
                "{",
                "}",
                "\"",
                "\\",
                "none",
                "and",
                "min",
                "of",
                "add",
                "delete",
                "modify",
                "replace-all-with",
                "a:80",
                "10.0.0.1",
                "1",
                "::",
                "\"a b\"",
                ";",
                "\n",
                "d",
                "\"\""));
        Things.THING.properties().stream().map(PropertyDescriptor::name).forEach(tokens::add);
        return Arbitraries.of(tokens).list().ofMaxSize(10);
    }
}
