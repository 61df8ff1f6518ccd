package org.ferrule.ssh.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedAction;
import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.felix.service.command.Function;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account;
import org.jline.terminal.Terminal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets an administrator talk with Karaf's console: at a terminal, by a script, or with one command. */
final class KarafConsole {
    /** What is said while it is away. */
    static final String AWAY = "Karaf's console is not running";

    private static final Logger LOG = LoggerFactory.getLogger(KarafConsole.class);

    private final Providers<SessionFactory> factories;

    KarafConsole(Providers<SessionFactory> factories) {
        this.factories = factories;
    }

    /** Whether it is there. */
    boolean available() {
        return factories.best().isPresent();
    }

    /** Talks; gives the exit code. */
    int talk(Talk talk) {
        if (talk.command().isEmpty() && talk.terminal().isPresent()) {
            return interact(talk.account(), talk.terminal().get());
        }
        Optional<SessionFactory> factory = factories.best();
        if (factory.isEmpty()) {
            return talk.refuse(AWAY);
        }
        PrintStream out = print(talk.terminal().map(Terminal::output).orElse(talk.output()));
        PrintStream err = print(talk.terminal().map(Terminal::output).orElse(talk.error()));
        try {
            return as(talk.account(), subject -> batch(factory.get(), subject, talk, out, err));
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static int batch(SessionFactory factory, Subject subject, Talk talk, PrintStream out, PrintStream err) {
        Session session = factory.create(InputStream.nullInputStream(), out, err);
        try {
            session.put(Subjects.KEY, subject);
            if (talk.command().isPresent()) {
                return talk.activity()
                        .during(() -> execute(session, talk.command().get(), err));
            }
            return script(session, talk, err);
        } finally {
            session.close();
        }
    }

    private static int script(Session session, Talk talk, PrintStream err) {
        int code = 0;
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(talk.in(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null && !talk.over().getAsBoolean(); line = lines.readLine()) {
                String command = line;
                if (!line.isBlank() && talk.activity().during(() -> execute(session, command, err)) != 0) {
                    code = 1;
                }
            }
        } catch (IOException e) {
            LOG.debug("SSH: a script's peer has gone", e);
            code = 1;
        }
        return code;
    }

    private static int execute(Session session, String command, PrintStream err) {
        try {
            Object result = session.execute(command);
            return result instanceof Integer code ? code : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (Exception e) {
            LOG.debug("A command of Karaf's console failed: {}", command, e);
            err.println("Error executing command: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            err.flush();
            return 1;
        }
    }

    /**
     * A conversation at a terminal, until {@code exit}, {@code logout}, ctrl-D or the terminal's end; the terminal stays
     * open. Gives the exit code.
     */
    int interact(Account account, Terminal terminal) {
        Optional<SessionFactory> factory = factories.best();
        if (factory.isEmpty()) {
            terminal.writer().println(AWAY);
            terminal.flush();
            return 1;
        }
        return as(account, subject -> console(factory.get(), subject, terminal));
    }

    private static int console(SessionFactory factory, Subject subject, Terminal terminal) {
        try (LentSshTerminal lent = new LentSshTerminal(terminal);
                PrintStream out = print(lent.output())) {
            Session session = factory.create(lent.input(), out, out, lent, StandardCharsets.UTF_8.name(), () -> {});
            session.put(Subjects.KEY, subject);
            session.put("exit", exit(session));
            try {
                session.run();
            } finally {
                session.close();
                out.flush();
                // The console's own close may have interrupted this thread, which goes on.
                Thread.interrupted();
            }
        }
        return 0;
    }

    /** Karaf's own {@code exit} leaves a subshell, and does nothing where there is none. */
    private static Function exit(Session session) {
        return (command, arguments) -> {
            if ("".equals(session.get(Session.SUBSHELL))) {
                session.close();
                return null;
            }
            return session.execute("shell:exit");
        };
    }

    @FunctionalInterface
    private interface Work {
        int run(Subject subject);
    }

    /** Runs it as Karaf's guards want to see it: in the name of the account. */
    private static int as(Account account, Work work) {
        Subject subject = Subjects.of(account);
        return Subject.doAs(subject, (PrivilegedAction<Integer>) () -> work.run(subject));
    }

    private static PrintStream print(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
