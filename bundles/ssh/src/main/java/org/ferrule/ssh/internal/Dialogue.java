package org.ferrule.ssh.internal;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account;
import org.ferrule.shell.Shell;
import org.ferrule.shell.ShellSession;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/**
 * Somebody at a terminal and tmsh: editing, history, completion, and help where {@code ?} is typed.
 *
 * <p>When the module tmsh is replaced, the dialogue goes on with the new one at the next prompt.
 */
final class Dialogue {
    private final Providers<Shell> shells;
    private final Account account;
    private final Terminal terminal;
    private final Charset characters;
    private final LineReader reader;
    private Shell shell;
    private ShellSession session;

    Dialogue(Providers<Shell> shells, Account account, Terminal terminal, Charset characters, History history) {
        this.shells = shells;
        this.account = account;
        this.terminal = terminal;
        this.characters = characters;
        this.reader = reader(history);
    }

    private LineReader reader(History history) {
        LineReader made = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("tmsh")
                .parser(new LineParser(() -> session))
                .completer(new LineCompleter(() -> session))
                .completionMatcher(new PrefixMatcher())
                .history(history)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "> ")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.AUTO_MENU, false)
                .option(LineReader.Option.AUTO_PARAM_SLASH, false)
                .option(LineReader.Option.AUTO_REMOVE_SLASH, false)
                .option(LineReader.Option.INSERT_TAB, false)
                .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
                .build();
        history.file().ifPresent(file -> made.setVariable(LineReader.HISTORY_FILE, file));
        history.attach(made);
        new HelpKey(made, () -> session).bind();
        return made;
    }

    /** Talks until one side has had enough; gives the exit code. */
    int run() {
        PrintWriter out = terminal.writer();
        while (follow() && !session.ended()) {
            Optional<String> line = read();
            if (line.isEmpty()) {
                return 0;
            }
            if (line.get().isBlank()) {
                continue;
            }
            if (!follow()) {
                break;
            }
            session.execute(line.get(), out, out);
            out.flush();
        }
        if (session == null || !session.ended()) {
            out.println(Tmsh.AWAY);
            out.flush();
            return 1;
        }
        return 0;
    }

    /** Makes sure that the shell talked with is one that runs; whether there is one. */
    private boolean follow() {
        if (shell == null || !shells.all().contains(shell)) {
            shell = shells.best().orElse(null);
            session = shell == null
                    ? null
                    : shell.open(account, Map.of(Terminal.class, terminal, Charset.class, characters));
        }
        return session != null;
    }

    private Optional<String> read() {
        while (true) {
            try {
                return Optional.of(reader.readLine(session.prompt()));
            } catch (UserInterruptException e) {
                // ctrl-C: the line is forgotten, and nothing else. But a terminal that is gone interrupts, too.
                if (terminal.writer().checkError()) {
                    return Optional.empty();
                }
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }
}
