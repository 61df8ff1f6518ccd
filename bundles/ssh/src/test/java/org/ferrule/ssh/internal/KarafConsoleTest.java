package org.ferrule.ssh.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.felix.service.threadio.ThreadIO;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.ferrule.shell.Account;
import org.ferrule.ssh.internal.Rig.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real console of Karaf behind the server. */
class KarafConsoleTest {
    private static final String CTRL_D = "\u0004";

    @TempDir
    static Path home;

    private static Rig rig;

    static SessionFactory factory() {
        System.setProperty("karaf.home", home == null ? "." : home.toString());
        System.setProperty("karaf.etc", System.getProperty("karaf.home"));
        System.setProperty("karaf.history", System.getProperty("karaf.home") + "/karaf.history");
        SessionFactoryImpl factory = new SessionFactoryImpl(new NoThreadIo());
        factory.register(new WhoAmI());
        return factory;
    }

    /** Leaves the streams of the JVM that tests run in alone. */
    private static final class NoThreadIo implements ThreadIO {
        @Override
        public void setStreams(InputStream in, PrintStream out, PrintStream err) {
            // Nothing here prints to System.out.
        }

        @Override
        public void close() {
            // Nothing was set.
        }
    }

    /** A command that tells as whom it runs. */
    private static final class WhoAmI implements Command {
        @Override
        public Object execute(Session session, List<Object> arguments) {
            Subject subject = (Subject) session.get(Subjects.KEY);
            session.getConsole().println("I am " + Subjects.account(subject).orElseThrow());
            return null;
        }

        @Override
        public String getScope() {
            return "shell";
        }

        @Override
        public String getName() {
            return "me";
        }

        @Override
        public String getDescription() {
            return "who I am";
        }

        @Override
        public Completer getCompleter(boolean scoped) {
            return null;
        }

        @Override
        public Parser getParser() {
            return null;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        rig = new Rig(home).started();
        SessionFactory factory = factory();
        factory.getRegistry().register(new TmshService(rig.service.tmsh()));
        new ManagerImpl(factory.getRegistry(), factory.getRegistry()).register(TmshCommand.class);
        Fakes.provide(rig.others.consoles(), factory);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void aCommandRunsThere() throws IOException {
        assertEquals(
                new Result("I am Account[name=karl, role=ADMIN, shell=karaf]\n", "", 0), rig.exec("karl", "shell:me"));
    }

    @Test
    void aCommandThatFailsSaysSo() throws IOException {
        Result result = rig.exec("karl", "no-such-command");
        assertEquals(1, result.code());
        assertTrue(result.err().contains("no-such-command"), result.err());
    }

    @Test
    void aScriptRunsThere() throws IOException {
        Result result = rig.script("karl", "shell:me\nno-such-command\nshell:echo end\n");
        assertEquals(1, result.code());
        assertTrue(result.out().startsWith("I am Account[name=karl"), result.out());
        assertTrue(result.out().endsWith("end\n"), result.out());
    }

    @Test
    void tmshLeadsThereAndBack() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("karaf\r").sees("> ").types("me\r").sees("I am Account[name=admin");
            person.sees("> ").types("exit\r").sees("admin# ");
            person.types("echo back\r").sees("\nback\r\n").sees("admin# ");
            person.types("karaf\r").sees("> ").types(CTRL_D).sees("admin# ");
            person.types("echo again\r").sees("\nagain\r\n");
        }
    }

    @Test
    void aLoginMayLandThere() throws Exception {
        try (Person person = new Person(rig, "karl")) {
            person.sees("> ").types("me\r").sees("I am Account[name=karl").sees("> ");
            person.types("exit\r").leaves(0);
        }
    }

    @Test
    void karafLeadsToTmshAndBack() throws Exception {
        try (Person person = new Person(rig, "karl")) {
            person.sees("> ")
                    .types("tmsh\r")
                    .sees("karl# ")
                    .types("echo hello\r")
                    .sees("\nhello\r\n");
            person.sees("karl# ").types("quit\r").sees("> ").types("me\r").sees("I am Account[name=karl");
            person.sees("> ").types(CTRL_D).leaves(0);
        }
    }

    @Test
    void karafRunsACommandOfTmsh() throws IOException {
        assertEquals(new Result("{ a b }\n", "", 0), rig.exec("karl", "tmsh 'echo { a b }'"));
        Result failed = rig.exec("karl", "tmsh bogus");
        assertEquals(1, failed.code());
        assertTrue(failed.out().contains("unexpected argument \"bogus\""), failed.out());
    }

    @Test
    void aPeerThatGoesLeavesNoThreadBehind() throws Exception {
        try (Person person = new Person(rig, "admin")) {
            person.sees("admin# ").types("karaf\r").sees("> ").types("half a li");
        }
        Rig.await(() -> rig.service.running() == 0);
    }

    @Test
    void subjectsStandForAccounts() {
        Subject subject = new Subject();
        assertEquals(Optional.empty(), Subjects.account(subject));
        subject.getPrincipals().add(new UserPrincipal("ann"));
        assertEquals(Optional.empty(), Subjects.account(subject));
        subject.getPrincipals().add(new RolePrincipal("viewer"));
        assertEquals(Optional.of(new Account("ann", Account.Role.GUEST, "karaf")), Subjects.account(subject));
        subject.getPrincipals().add(new RolePrincipal("admin"));
        assertEquals(Optional.of(new Account("ann", Account.Role.ADMIN, "karaf")), Subjects.account(subject));
    }
}
