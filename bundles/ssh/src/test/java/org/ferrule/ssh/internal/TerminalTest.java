package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** tmsh at a terminal. */
class TerminalTest {
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    @TempDir
    static Path home;

    private static Rig rig;

    @BeforeAll
    static void start() throws IOException {
        rig = new Rig(home).started();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void linesAreReadAndAnswered() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ");
            person.types("echo grüß dich\r").sees("\ngrüß dich\r\n").sees("admin# ");
            person.types("quit\r").leaves(0);
        }
    }

    @Test
    void aNoticeIsReadAtTheFirstLoginOnly() throws Exception {
        rig.users.add("fresh", org.ferrule.shell.Account.Role.GUEST, "tmsh");
        try (Person person = new Person(rig, "fresh")) {
            person.sees("The saved file was damaged.\r\n").sees("fresh# ");
        }
        try (Person person = new Person(rig, "fresh")) {
            person.sees("fresh# ").hasNotSeen("The saved file was damaged.");
        }
    }

    @Test
    void aTabCompletesAndLists() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("ec\t").sees("echo ");
            person.types("p\t").sees("Kinds").sees("policy").sees("Pools of members");
            person.types("o\t\r").sees("\npool\r\n");
        }
    }

    @Test
    void aTabPutsAWordInQuotesThatNeedsThem() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("echo a\t\r").sees("\n\"a b\"").sees("admin# ");
            person.types("echo \"a\t\r").sees("\n\"a b\"").sees("admin# ");
        }
    }

    @Test
    void aTabOnAnEmptyLineIsHarmless() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("\t").sees("echo ").types("x\r").sees("\nx\r\n");
        }
    }

    @Test
    void aQuestionMarkHelpsAtTheCursor() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("echo p?");
            person.sees("admin# echo p?\r\n")
                    .sees("Kinds:\r\n")
                    .sees("  pool    Pools of members\r\n")
                    .sees("  <text>  any other text\r\n")
                    .sees("echo p");
            person.types("ool\r").sees("\npool\r\n");
        }
    }

    @Test
    void aQuestionMarkInQuotesOrAfterABackslashIsText() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("echo \"a?b\" c\\?d\r").sees("\n\"a?b\" c\\?d\r\n");
        }
    }

    @Test
    void anOpenBraceWantsAnotherLine() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("echo {\r").sees("> ").types("a }\r").sees("\n{\r\na }\r\n");
        }
    }

    @Test
    void nothingIsExpanded() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("echo !! $x `y`\r").sees("\n!! $x `y`\r\n");
        }
    }

    @Test
    void ctrlCForgetsTheLineAndCtrlDLeaves() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ");
            for (int i = 0; i < 100; i++) {
                person.types("echo abc" + CTRL_C).sees("admin# ");
                person.types("echo xyz\r").sees("\nxyz\r\n").sees("admin# ");
            }
            person.types(CTRL_D).leaves(0);
        }
    }

    @Test
    void theWindowHasASizeAndMayChangeIt() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("size\r").sees("cols=100, rows=30");
            person.sees("admin# ").resizes(120, 40).types("size\r").sees("cols=120, rows=40");
        }
    }

    @Test
    void historyIsKeptPrivateAndWithoutSecrets() throws Exception {
        rig.users.add("hist", org.ferrule.shell.Account.Role.ADMIN, "tmsh");
        try (Person person = new Person(rig, "hist")) {
            person.sees("hist# ").types("echo first\r").sees("\nfirst\r\n").sees("hist# ");
            person.types("echo password hush\r").sees("hist# ");
            person.types("echo auth user x pas hush\r")
                    .sees("hist# ")
                    .types(CTRL_D)
                    .leaves(0);
        }
        Path file = home.resolve("history/hist");
        assertEquals("echo first\n", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        try (Person person = new Person(rig, "hist")) {
            person.sees("hist# ").types("\u001b[A\r").sees("\nfirst\r\n");
        }
    }

    @Test
    void aReplacedTmshIsFollowed() throws Exception {
        rig.users.add("busy", org.ferrule.shell.Account.Role.ADMIN, "tmsh");
        try (Person person = new Person(rig, "busy")) {
            person.sees("busy# ").types("echo one\r").sees("\none\r\n");
            FakeShell next = new FakeShell();
            rig.others.shells().remove(rig.shellReference);
            var reference = Fakes.provide(rig.others.shells(), next);
            try {
                person.sees("busy# ").types("echo two\r").sees("\ntwo\r\n").sees("busy# ");
                assertTrue(next.commands.contains("echo two"));
            } finally {
                rig.others.shells().remove(reference);
            }
            person.types("echo three\r").sees("module tmsh is not running\r\n").leaves(1);
        } finally {
            rig.others.shells().add(rig.shellReference, rig.shell);
        }
    }

    @Test
    void aPeerThatGoesLeavesNoThreadBehind() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("echo half a li");
            assertTrue(rig.service.running() > 0);
        }
        Rig.await(() -> rig.service.running() == 0);
    }

    @Test
    void unknownTerminalsAreTakenForPlainOnes() {
        assertEquals("xterm-256color", ChannelTerminal.type("xterm-kitty"));
        assertEquals("screen-256color", ChannelTerminal.type("tmux-256color"));
        assertEquals("ansi", ChannelTerminal.type("-V; rm"));
        assertFalse(ChannelTerminal.type("weird").equals("weird"));
    }
}
