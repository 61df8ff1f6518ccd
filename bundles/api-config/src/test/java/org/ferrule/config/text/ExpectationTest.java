package org.ferrule.config.text;

import static org.ferrule.config.text.PropertyParser.Form.CREATE;
import static org.ferrule.config.text.PropertyParser.Form.MODIFY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpectationTest {
    private static List<Expectation> after(PropertyParser.Form form, String text) {
        return PropertyParser.expect(
                Things.THING,
                Words.split(text).words(),
                form,
                "/Common",
                kinds -> List.of("/Common/" + kinds.get(0)),
                p -> Map.of());
    }

    private static List<String> texts(PropertyParser.Form form, String text) {
        return after(form, text).stream().map(Expectation::text).toList();
    }

    @Test
    void propertiesThatAreLeftMayCome() {
        List<String> left = texts(CREATE, "limit 1 enabled");
        assertTrue(left.containsAll(List.of("description", "destination", "words")));
        assertFalse(left.contains("limit") || left.contains("enabled") || left.contains("disabled"));
        assertFalse(left.contains("seen"));
        assertFalse(texts(MODIFY, "").contains("destination"));
    }

    @Test
    void everyPropertyHasALineOfHelp() {
        after(CREATE, "").forEach(e -> assertFalse(e.help().isEmpty(), e.text()));
    }

    @Test
    void choicesMayCome() {
        assertEquals(List.of("round-robin", "least-connections"), texts(MODIFY, "mode"));
        assertEquals("One after the other", after(MODIFY, "mode").get(0).help());
    }

    @Test
    void namesOfTheReferencedKindMayComeInQuotesWhereTheyNeedThem() {
        assertEquals(List.of("\"ltm thing\"", "none"), texts(MODIFY, "other"));
        assertEquals(List.of("none"), texts(MODIFY, "monitor a and"), "a rule takes no name that needs them");
    }

    @Test
    void operatorsAndThenABraceMayCome() {
        assertEquals(List.of("add", "delete", "replace-all-with", "none"), texts(MODIFY, "words"));
        assertEquals(List.of("add", "delete", "modify", "replace-all-with", "none"), texts(MODIFY, "members"));
        assertEquals(List.of("{"), texts(MODIFY, "members add"));
    }

    @Test
    void propertiesOfAnEntryMayCome() {
        assertEquals(List.of("ratio", "}"), texts(MODIFY, "members add { web:80 { description x"));
        assertEquals(
                List.of("type", "pool", "}").stream().sorted().toList(),
                texts(MODIFY, "translation {").stream().sorted().toList());
    }

    @Test
    void aTextOfSomeFormIsDescribed() {
        Expectation limit = after(MODIFY, "limit").get(0);
        assertEquals(new Expectation("", "Limit: a whole number from -5 to 10 (seconds)", "Values", false), limit);
    }

    @Test
    void valuesThatDependOnWhatRunsComeFirst() {
        assertEquals(
                List.of(
                        new Expectation("\"a b\"", "Both", "Values", true),
                        new Expectation("", "Words: a list in braces of text", "Values", false),
                        new Expectation("}", "", "Braces", true)),
                PropertyParser.expect(
                        Things.THING,
                        Words.split("words add { x").words(),
                        MODIFY,
                        "/Common",
                        kinds -> List.of(),
                        property -> property.name().equals("words") ? Map.of("a b", "Both") : Map.of()));
    }

    @Test
    void nothingMayComeAfterAMistake() {
        assertEquals(List.of(), texts(MODIFY, "foo 1"));
        assertEquals(List.of(), texts(CREATE, "{ limit 1 }"));
    }
}
