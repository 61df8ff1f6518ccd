package org.ferrule.tmsh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ferrule.config.text.Words;
import org.ferrule.shell.ShellSession.Suggestion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskingTest {
    private final Bench bench = new Bench();

    @BeforeEach
    void aPool() {
        bench.ok("create ltm pool web; create ltm pool wide");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'cr' | create",
                "'list' | list",
                "'list; sho' | show",
                "'list ' | auth ltm sys",
                "'list lt' | ltm",
                "'list l' | ltm",
                "'create ltm ' | monitor pool",
                "'create ltm monitor ' | http",
                "'create l po' | pool",
                "'list ltm pool ' | web wide",
                "'modify ltm pool we' | web",
                "'delete ltm pool wi' | wide",
                "'modify ltm pool web ' | description load-balancing-mode members monitor",
                "'modify ltm pool web description x mo' | monitor",
                "'create ltm pool new { ' | description load-balancing-mode members monitor }",
                "'modify ltm pool web load-balancing-mode ' | round-robin least-connections",
                "'modify ltm pool web monitor ' | http none",
                "'modify ltm pool web members ' | add delete modify replace-all-with none",
                "'modify ltm pool web members add ' | {",
                "'modify ltm pool web members add { 10.0.0.1:80 { ' | ratio session }",
                "'modify ltm pool web members add { 10.0.0.1:80 { session user-d' | user-disabled",
                "'modify sys global-settings ' | hostname",
                "'list ltm pool web non' | non-default-properties",
                "'show ltm pool web j' | json",
                "'help ltm pool ' | description load-balancing-mode members monitor",
                "'help ltm pool members ' | ratio session",
                "'save ' | sys",
                "'save sys ' | config",
                "'load sys config ' | file merge verify",
                "'run ' | cm",
                "'run cm ' | pair part",
                "'run cm pair ' | peer token",
                "'run cm pair peer x ' | token",
                "'cd ' | /Common",
            })
    void whatMayStandAtTheCursorIsSuggested(String line, String expected) {
        assertEquals(List.of(expected.split(" ")), bench.complete(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo ",
                "list foo ",
                "quit ",
                "pwd ",
                "save sys config ",
                "delete ltm pool web ",
                "load sys config file ",
                "run cm pair peer ",
                "modify ltm pool web foo ",
                "list x",
                "help ltm pool monitor "
            })
    void nothingIsSuggestedWhereNothingCanBeSaid(String line) {
        assertEquals(List.of(), bench.complete(line));
    }

    @Test
    void aTextOfSomeFormIsDescribed() {
        Suggestion name = bench.session().complete("create ltm pool ").get(0);
        assertEquals(new Suggestion("", "The name of the new Pool", "Names", false), name);
        Suggestion member =
                bench.session().complete("modify ltm pool web members add { ").get(0);
        assertTrue(member.text().isEmpty() && member.help().startsWith("Members: "), member.help());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "create ltm monitor ",
                "modify ltm pool web ",
                "modify ltm pool web load-balancing-mode ",
                "create ltm pool web members add { a:80 { rat",
                "run cm ",
                "run cm pair ",
                "load sys config "
            })
    void everySuggestionHasALineOfHelp(String line) {
        List<Suggestion> all = bench.session().complete(line);
        assertFalse(all.isEmpty());
        all.forEach(s -> assertTrue(!s.help().isBlank() && s.help().lines().count() == 1, s.text()));
    }

    @Test
    void valuesThatDependOnWhatRunsAreSuggestedWithTheirHelp() {
        assertEquals(List.of("", "}"), bench.complete("create auth user bob teams { "));
        Map<String, String> teams = new TreeMap<>(Map.of("red", "Those in red", "blue", "Those in blue"));
        bench.teams(teams);
        assertEquals(List.of("blue", "red", "", "}"), bench.complete("create auth user bob teams { "));
        assertEquals(List.of("red", ""), bench.complete("create auth user bob teams add { blue re"));
        assertTrue(bench.ok("create auth user bob teams { ?").contains("  red     Those in red\n"));
        teams.put("green", "Those in green");
        assertTrue(bench.complete("create auth user bob teams { ").contains("green"), "it came a moment ago");
        assertEquals(List.of(""), bench.complete("create auth user bob description "), "that is another property");
        bench.teams(Map.of("black", "Those in black"));
        assertEquals(List.of("black", "", "}"), bench.complete("create auth user bob teams { "), "the newest tells");
    }

    /** A name of an entry is a value, too. */
    @Test
    void entriesThatMeanNothingNowAreWarnedOf() {
        bench.live("ltm pool", "members", "member", Map.of("web:80", "The web"));
        assertTrue(bench.complete("create ltm pool p members add { ").contains("web:80"));
        assertEquals("", bench.ok("create ltm pool p members add { web:80 }"));
        assertEquals(
                "members: no member \"wbe:80\" is installed; installed are web:80\n",
                bench.run("modify ltm pool p members add { wbe:80 }").err());
        assertEquals("", bench.ok("modify ltm pool p members delete { wbe:80 }"));
    }

    @Test
    void everyVerbIsSuggestedAndExplained() {
        assertEquals(Arrays.stream(Verb.values()).map(Verb::word).toList(), bench.complete(""));
        for (Verb verb : Verb.values()) {
            assertTrue(bench.ok("help").contains("  " + verb.word() + " "), verb.word());
            assertTrue(bench.ok("?").contains(verb.help()));
        }
    }

    @Test
    void aNameThatNeedsQuotesIsSuggestedInQuotes() {
        bench.ok("create ltm pool \"a b\"");
        assertTrue(bench.complete("list ltm pool ").contains("\"a b\""));
        assertEquals(List.of("\"a b\""), bench.complete("list ltm pool \"a"));
        assertEquals(List.of("\"a b\""), bench.complete("list ltm pool a"));
    }

    @Test
    void aNameThatNeedsEscapesIsFoundByWhatItIs() {
        bench.ok("create ltm pool \"why\\? \\\"b\"");
        assertEquals(List.of("\"why\\? \\\"b\""), bench.complete("list ltm pool \"why\\? "));
    }

    @Test
    void aNameThatCannotBeReferredToIsNotSuggested() {
        bench.ok("create ltm monitor http \"a b\"");
        assertEquals(List.of("http", "none"), bench.complete("modify ltm pool web monitor "));
    }

    @Test
    void whoBeginsWithAQuoteGoesOnInQuotes() {
        assertEquals(List.of("\"web\""), bench.complete("list ltm pool \"we"));
    }

    @Test
    void theQuestionMarkPrintsALineForEachCandidate() {
        assertEquals("""
                Values:
                  round-robin        One after the other
                  least-connections  The least busy
                """, bench.ok("modify ltm pool web load-balancing-mode ?"));
        assertTrue(bench.ok("create ltm pool ?").contains("  <text>  The name of the new Pool\n"));
        assertTrue(bench.ok("delete ltm pool web ?").startsWith("Nothing is expected here"));
        assertEquals("Syntax Error: unexpected argument \"foo\"", bench.refused("foo ?"));
    }

    @Test
    void helpTellsKindsPropertiesAndChoices() {
        assertTrue(bench.ok("help").contains("  ltm pool             Where requests are served\n"));
        assertTrue(bench.ok("help ltm").contains("  ltm monitor http  Asks over HTTP\n"));
        String pool = bench.ok("help l po");
        assertTrue(pool.startsWith("ltm pool: Where requests are served\n"), pool);
        assertTrue(
                pool.contains("How a member is chosen (one of: round-robin, least-connections; default round-robin)"));
        assertTrue(bench.ok("help ltm pool members")
                .contains("  ratio    Weight (a whole number from 1 to 100; default 1)"));
        assertTrue(bench.ok("help ltm pool load-balancing-mode").endsWith("  least-connections  The least busy\n"));
        assertTrue(bench.ok("help run").contains("  cm pair  Runs cm pair\n"));
    }

    private static String audited(String command, String... secrets) {
        return Audit.readable(command, Words.split(command).words(), Set.of(secrets));
    }

    @Test
    void theAuditLineIsTheCommandOnOneLine() {
        assertEquals(
                "create ltm pool a { description \"x y\" }", audited("create ltm pool a   {\n description \"x\ny\" }"));
    }

    @Test
    void theAuditLineHasNoSecrets() {
        assertEquals("modify auth user a password ****", audited("modify auth user a password \"x y\""));
        assertEquals("run cm pair token **** peer b", audited("run cm pair token x peer b"));
        assertEquals("create x y api-token ****", audited("create x y api-token z"));
    }

    @Test
    void aShortFormOfASecretIsOneToo() {
        for (String command : List.of("modify auth user bob pass hunter2", "run cm pair tok hunter2")) {
            Services services = new Services(
                    () -> java.util.Optional.of(bench.configuration),
                    bench::commands,
                    List::of,
                    List::of,
                    java.util.Optional::empty,
                    bench.absent);
            List<Words.Word> words = Words.split(command).words();
            String line = Audit.readable(command, words, services.secrets(words.subList(1, words.size())));
            assertTrue(line.endsWith(" ****"), line);
        }
        assertEquals("modify auth user bob pass ****", audited("modify auth user bob pass x", "password"));
    }
}
