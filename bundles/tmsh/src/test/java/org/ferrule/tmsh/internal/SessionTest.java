package org.ferrule.tmsh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ferrule.shell.Account.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    private final Bench bench = new Bench();

    @Test
    void whatIsCreatedIsListed() {
        assertEquals("", bench.ok("create ltm pool web { members add { 10.0.0.1:http { ratio 2 } } monitor http }"));
        assertEquals("""
                ltm pool web {
                    members {
                        10.0.0.1:80 {
                            ratio 2
                        }
                    }
                    monitor http
                }
                """, bench.ok("list ltm pool web"));
    }

    @Test
    void whatIsModifiedIsChanged() {
        bench.ok("create ltm pool web description a monitor http");
        bench.ok("modify ltm pool web description b");
        assertEquals(
                "ltm pool web { description b monitor http }",
                bench.ok("list ltm pool web one-line").strip());
        bench.ok("modify sys global-settings hostname x");
        assertEquals("ann@(x)(/Common)(tmos)# ", bench.session().prompt());
    }

    @Test
    void whatIsDeletedIsGone() {
        bench.ok("create ltm pool web");
        bench.ok("delete ltm pool web");
        assertEquals(
                "01020036:3: The requested Pool (/Common/web) was not found. There is none.",
                bench.refused("list ltm pool web"));
    }

    @Test
    void everyWordMayBeShortened() {
        bench.ok("cr lt po web des a");
        assertEquals(bench.ok("list ltm pool"), bench.ok("li l p web"));
    }

    @Test
    void valuesThatMeanNothingNowAreWarnedOf() {
        bench.teams(new TreeMap<>(Map.of("red", "Those in red", "blue", "Those in blue")));
        String warning = "teams: no team \"x\" or \"y z\" is installed; installed are blue, red\n";
        assertEquals(new Bench.Result(0, "", warning), bench.run("create auth user a teams { x red \"y z\" }"));
        assertEquals(
                new Bench.Result(0, "", warning), bench.run("modify auth user a teams replace-all-with { x \"y z\" }"));
        bench.ok("modify auth user a teams add { red blue }");
        bench.ok("modify auth user a teams delete { x }");
        bench.ok("modify auth user a teams none description x");
        bench.ok("delete auth user a");
        bench.teams(Map.of());
        assertEquals(
                "teams: no team \"red\" is installed; none is\n",
                bench.run("create auth user a teams { red }").err());
    }

    @Test
    void aChangeThatIsRefusedIsNotWarnedOf() {
        bench.teams(Map.of("red", "Those in red"));
        assertEquals(
                "01020036:3: The requested user (/Common/a) was not found.",
                bench.refused("modify auth user a teams add { x }"));
    }

    @Test
    void commandsAreParted() {
        bench.ok("create ltm pool a; create ltm pool b\ncreate ltm pool c;;");
        assertEquals(3, bench.ok("list ltm pool").lines().count());
    }

    @Test
    void theFirstCommandThatFailsEndsTheLine() {
        assertEquals(1, bench.run("create ltm pool a; foo; create ltm pool b").code());
        assertEquals("ltm pool a { }\n", bench.ok("list ltm pool"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "list foo",
                "list ltm foo",
                "show foo",
                "create foo x",
                "save foo config",
                "load sys config foo",
                "delete ltm pool web foo",
                "help foo",
                "help ltm pool foo",
                "pwd foo",
                "quit foo",
                "cd /Common foo",
                "save sys config foo",
                "run cm pair foo x",
                "help ltm { foo",
                "list ltm one-line foo"
            })
    void whatIsUnexpectedIsNamed(String command) {
        bench.ok("create ltm pool web");
        String closed = command.contains("{") ? command + " }" : command;
        String unexpected = command.contains("{") ? "{" : "foo";
        assertEquals("Syntax Error: unexpected argument \"" + unexpected + "\"", bench.refused(closed));
        assertFalse(bench.session().ended());
    }

    @Test
    void errorsAreThoseOfTmos() {
        bench.ok("create ltm pool web");
        assertEquals(
                "01020066:3: The requested Pool (/Common/web) already exists in partition Common.",
                bench.refused("create ltm pool web"));
        assertEquals(
                "01020036:3: The requested Pool (/Common/x) was not found.",
                bench.refused("modify ltm pool x description a"));
        assertEquals("01020036:3: The requested Pool (/Common/x) was not found.", bench.refused("delete ltm pool x"));
        assertEquals("one or more properties must be specified", bench.refused("modify ltm pool web"));
        assertTrue(bench.refused("modify ltm pool web members x")
                .endsWith("one of the following must be specified:\nadd, delete, modify, replace-all-with, none"));
        assertEquals("Syntax Error: quotes are not balanced", bench.refused("list \"ltm"));
        assertEquals("Syntax Error: braces are not balanced", bench.refused("create ltm pool a {"));
        assertTrue(bench.refused("cd /foo").startsWith("The requested folder (/foo) was not found."));
    }

    @Test
    void whatIsMissingOrAmbiguousIsSaid() {
        assertEquals(
                "Syntax Error: the name of the Pool is missing: create ltm pool NAME",
                bench.refused("create ltm pool"));
        assertEquals(
                "Syntax Error: \"ltm\" is incomplete; it may be followed by: monitor, pool",
                bench.refused("create ltm"));
        assertEquals("Syntax Error: \"l\" is ambiguous: it may be list, load", bench.refused("l"));
        assertEquals("Syntax Error: what to save is missing: save sys config", bench.refused("save"));
    }

    @Test
    void withoutAConfigurationEveryCommandSaysSo() {
        Bench empty = new Bench(Role.ADMIN, false);
        for (String command : List.of("list", "show", "help", "create ltm pool a", "save sys config", "list ?")) {
            assertEquals("module config is not running: try again when it is", empty.refused(command));
        }
        assertEquals("ann@(ferrule)(/Common)(tmos)# ", empty.session().prompt());
        assertEquals(List.of(), empty.complete("list "));
    }

    @Test
    void guestsMayLookOnly() {
        Bench guest = new Bench(Role.GUEST);
        for (String command : List.of(
                "create ltm pool a",
                "modify ltm pool a description b",
                "delete ltm pool a",
                "save sys config",
                "load sys config",
                "run cm pair")) {
            assertTrue(guest.refused(command).startsWith("01070822:3: Access Denied: "), command);
        }
        guest.ok("list");
        guest.ok("show");
        guest.ok("help");
        assertEquals(List.of(), guest.configuration.asked);
    }

    @Test
    void operatorsMaySwitchMembersOnly() {
        Bench operator = new Bench(Role.OPERATOR);
        for (String command : List.of(
                "modify ltm pool a description b",
                "modify ltm pool a members none",
                "modify ltm pool a members add { 10.0.0.1:80 { session user-disabled } }",
                "modify ltm pool a members modify { 10.0.0.1:80 { ratio 2 } }",
                "modify auth user ann password x",
                "create ltm pool b")) {
            assertTrue(operator.refused(command).startsWith("01070822:3: Access Denied: "), command);
        }
        assertTrue(operator.refused("modify ltm pool a members modify { 10.0.0.1:80 { session user-disabled } }")
                .contains("was not found"));
    }

    @Test
    void thereIsOneFolder() {
        assertEquals("/Common\n", bench.ok("cd /; cd; cd /Common; cd Common; pwd"));
    }

    @Test
    void quitAndExitEndTheSessionAndTheLine() {
        bench.ok("quit; create ltm pool a");
        assertTrue(bench.session().ended());
        assertEquals(0, bench.configuration.running().ids("ltm pool").size());
        Bench other = new Bench();
        other.ok("exit");
        assertTrue(other.session().ended());
    }

    @Test
    void savingNamesTheFiles() {
        assertEquals("Saving running configuration...\n  saved.conf\n", bench.ok("save sys config"));
        assertEquals(List.of("save"), bench.configuration.asked);
    }

    @Test
    void loadingTakesTheSavedFileOrAnother(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.conf"), "text");
        assertEquals("Loading configuration...\n", bench.ok("load sys config"));
        assertEquals("Loading configuration...\n  " + file + "\n", bench.ok("load sys config file " + file + " merge"));
        assertEquals("Validating configuration...\n  " + file + "\n", bench.ok("load sys conf verify file " + file));
        bench.ok("load sys config file " + file);
        assertEquals(List.of("load", "load text merge", "load text verify", "load text"), bench.configuration.asked);
    }

    @Test
    void aFileThatCannotBeLoadedIsNamed(@TempDir Path folder) throws IOException {
        Path bad = Files.writeString(folder.resolve("a.conf"), "bad");
        assertEquals(bad + ", line 1: bad", bench.refused("load sys config file " + bad));
        assertTrue(
                bench.refused("load sys config file " + folder.resolve("none")).contains("cannot be read"));
        assertTrue(bench.refused("load sys config file \"a\0b\"").contains("cannot be read"));
        assertTrue(bench.refused("load sys config merge").contains("need a file"));
        assertTrue(bench.refused("load sys config file").contains("needs the path"));
    }

    @Test
    void aCommandIsRunWithItsParameters() {
        assertEquals("ran cm pair\n", bench.ok("run cm pair peer \"a b\" tok x"));
        assertEquals(List.of(Map.of("peer", "a b", "token", "x")), bench.ran);
        assertEquals("There is nobody", bench.refused("run cm pair peer nobody"));
        assertEquals("Syntax Error: peer of run cm pair needs a value", bench.refused("run cm pair peer"));
        assertEquals("Syntax Error: there is no command \"x\"; there are: cm pair, cm part", bench.refused("run x"));
    }

    @Test
    void aTextThatGoesOnIsIncomplete() {
        assertTrue(bench.session().incomplete("create ltm pool a {"));
        assertTrue(bench.session().incomplete("create ltm pool a description \"x"));
        assertFalse(bench.session().incomplete("list"));
    }

    @Test
    void anEscapedQuestionMarkIsAValueAndAsksForNoHelp() {
        bench.ok("create ltm pool a description \\?");
        assertEquals("ltm pool a { description \"\\?\" }\n", bench.ok("list ltm pool one-line"));
    }

    @Test
    void aPatternOfManyStarsIsMatchedAtOnce() {
        bench.ok("create ltm pool " + "a".repeat(200));
        assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> assertEquals("", bench.ok("list ltm pool " + "*a".repeat(30) + "b")));
    }

    @Property(tries = 1500, seed = "8")
    void aSoupOfTokensPrintsAnErrorAndFailsOrSucceeds(@ForAll("soup") List<String> tokens) {
        Bench fresh = new Bench();
        String line = String.join(" ", tokens);
        Bench.Result result = fresh.run(line);
        assertEquals(result.code() != 0, !result.err().isBlank(), line);
        assertFalse(result.err().contains("Unexpected Error"), result.err());
        fresh.complete(line);
    }

    @Property(tries = 500, seed = "9")
    void randomCharactersPrintAnErrorAndFail(@ForAll String text) {
        Bench fresh = new Bench();
        Bench.Result result = fresh.run("x" + text);
        assertEquals(1, result.code());
        assertTrue(result.err().startsWith("Syntax Error: ") || result.err().startsWith("Commands"), result.err());
        fresh.complete(text);
    }

    @Provide
    Arbitrary<List<String>> soup() {
        return Arbitraries.of(
                        "create",
                        "modify",
                        "delete",
                        "list",
                        "show",
                        "run",
                        "help",
                        "cd",
                        "load",
                        "save",
                        "ltm",
                        "pool",
                        "monitor",
                        "http",
                        "sys",
                        "global-settings",
                        "config",
                        "file",
                        "merge",
                        "auth",
                        "user",
                        "web",
                        "*",
                        "a?",
                        "{",
                        "}",
                        "\"",
                        "\\",
                        "?",
                        "\\?",
                        ";",
                        "\n",
                        "#",
                        "all",
                        "one-line",
                        "json",
                        "raw",
                        "field-fmt",
                        "members",
                        "add",
                        "10.0.0.1:80",
                        "none",
                        "password",
                        "cm",
                        "pair",
                        "\"\"",
                        "hostname",
                        "description",
                        "\"a\0b\"")
                .list()
                .ofMaxSize(8);
    }

    @Test
    void whoIsDemotedOrDeletedLosesTheRightsWithinTheSession() {
        bench.ok("create ltm pool web");
        bench.now(Optional.of(Role.GUEST));
        bench.ok("list ltm pool web");
        assertTrue(bench.refused("delete ltm pool web").contains("with role guest may not delete"));
        bench.now(Optional.empty());
        assertTrue(bench.refused("list ltm pool web").contains("has no access to this appliance any more"));
    }

    @Test
    void whoIsPromotedHasTheOldRightsUntilTheNextLogin() {
        Bench guest = new Bench(Role.GUEST);
        guest.now(Optional.of(Role.ADMIN));
        assertTrue(guest.refused("create ltm pool web").contains("with role guest may not create"));
    }
}
