package org.ferrule.ssh.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account;
import org.ferrule.shell.Shell;
import org.ferrule.shell.ShellSession;
import org.jline.terminal.Terminal;

/** Lets somebody talk with tmsh: at a terminal, by a script, or with one command. */
final class Tmsh {
    /** What is said while the module is away. */
    static final String AWAY = "module tmsh is not running";

    private final Providers<Shell> shells;
    private final Path histories;

    /** @param histories the folder of users' command histories */
    Tmsh(Providers<Shell> shells, Path histories) {
        this.shells = shells;
        this.histories = histories;
    }

    /** Talks; gives the exit code. */
    int talk(Talk talk) throws IOException {
        Optional<Shell> shell = shells.best();
        if (shell.isEmpty()) {
            return talk.refuse(AWAY);
        }
        if (talk.command().isEmpty() && talk.terminal().isPresent()) {
            return interact(talk.account(), talk.terminal().get(), talk.characters());
        }
        ShellSession session = shell.get().open(talk.account(), talk.facilities());
        if (talk.command().isEmpty()) {
            return new Script(session, talk).run();
        }
        return talk.activity().during(() -> once(session, talk.command().get(), talk.out(), talk.err()));
    }

    private static int once(ShellSession session, String command, PrintWriter out, PrintWriter err) {
        int code = session.execute(command, out, err);
        out.flush();
        err.flush();
        return code;
    }

    /** A conversation at a terminal, until {@code quit}, ctrl-D or the terminal's end; gives the exit code. */
    int interact(Account account, Terminal terminal) {
        return interact(account, terminal, terminal.encoding());
    }

    private int interact(Account account, Terminal terminal, Charset characters) {
        return new Dialogue(shells, account, terminal, characters, History.of(histories, account.name())).run();
    }

    /** Runs one command for somebody who sees results and errors in one place; gives the exit code. */
    int run(Account account, PrintWriter out, String command) {
        Optional<Shell> shell = shells.best();
        if (shell.isEmpty()) {
            out.println(AWAY);
            out.flush();
            return 1;
        }
        return once(shell.get().open(account, Map.of()), command, out, out);
    }
}
