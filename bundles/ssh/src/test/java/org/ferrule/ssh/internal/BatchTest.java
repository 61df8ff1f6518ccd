package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.ferrule.ssh.internal.Rig.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and scripts without a terminal. */
class BatchTest {
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
    void aCommandArrivesAsItWasTyped() throws IOException {
        rig.shell.commands.clear();
        String command = "echo ltm pool \"a b\" members add { 10.0.0.1%1:80 [::1] } ; $x > y # ü";
        Result result = rig.exec("admin", command);
        assertEquals(command.substring(5) + "\n", result.out());
        assertEquals(List.of(command), List.copyOf(rig.shell.commands));
    }

    @Test
    void aFailureHasItsCodeAndItsOwnStream() throws IOException {
        assertEquals(
                new Result("", "Syntax Error: unexpected argument \"bogus\"\n", 1), rig.exec("admin", "bogus command"));
    }

    @Test
    void aScriptRunsLineByLine() throws IOException {
        assertEquals(new Result("one\ntwo\n", "", 0), rig.script("admin", "echo one\n\necho two\n"));
    }

    @Test
    void aScriptMayLackItsLastLineEnd() throws IOException {
        assertEquals(new Result("one\n", "", 0), rig.script("admin", "echo one"));
    }

    @Test
    void aCommandOfAScriptMaySpanLines() throws IOException {
        rig.shell.commands.clear();
        assertEquals(
                "{\n  a\n}\ntwo\n",
                rig.script("admin", "echo {\n  a\n}\necho two\n").out());
        assertEquals(List.of("echo {\n  a\n}", "echo two"), List.copyOf(rig.shell.commands));
    }

    @Test
    void aScriptGoesOnAfterAFailureAndTellsIt() throws IOException {
        assertEquals(
                new Result("one\n", "Syntax Error: unexpected argument \"bogus\"\n", 1),
                rig.script("admin", "bogus\necho one\n"));
    }

    @Test
    void aScriptEndsAtQuit() throws IOException {
        assertEquals(new Result("one\n", "", 0), rig.script("admin", "echo one\nquit\necho two\n"));
    }

    @Test
    void aScriptThatEndsInBracesIsRefused() throws IOException {
        Result result = rig.script("admin", "echo one\necho { two\n");
        assertEquals(1, result.code());
        assertEquals("one\n", result.out());
        assertTrue(result.err().contains("a closing } or \" is missing"), result.err());
    }

    @Test
    void anEmptyScriptIsNoFailure() throws IOException {
        assertEquals(new Result("", "", 0), rig.script("admin", ""));
    }

    @Test
    void withoutTmshPeopleAreTold() throws IOException {
        rig.others.shells().remove(rig.shellReference);
        try {
            assertEquals(new Result("", "module tmsh is not running\n", 1), rig.exec("admin", "echo hello"));
        } finally {
            rig.others.shells().add(rig.shellReference, rig.shell);
        }
    }

    @Test
    void aPeerThatGoesEndsItsCommand() throws Exception {
        rig.shell.events.clear();
        try (ClientSession session = rig.login("admin");
                ChannelExec channel = session.createExecChannel("block")) {
            channel.open().verify(Rig.PATIENCE);
            assertEquals("blocked", rig.shell.events.poll(10, TimeUnit.SECONDS));
            session.close(true);
        }
        assertEquals("interrupted", rig.shell.events.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void karafNeedsATerminal() throws IOException {
        Fakes.provide(rig.others.consoles(), KarafConsoleTest.factory());
        Result result = rig.exec("admin", "karaf");
        assertEquals(1, result.code());
        assertTrue(result.err().contains("needs a terminal"), result.err());
    }
}
