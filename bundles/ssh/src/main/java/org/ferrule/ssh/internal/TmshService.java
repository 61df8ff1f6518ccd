package org.ferrule.ssh.internal;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.ferrule.shell.Account;
import org.jline.terminal.Terminal;

/** Offers tmsh to Karaf's console; registered as a service because Karaf, not DS, fills its commands' fields. */
public final class TmshService {
    private final Tmsh tmsh;

    TmshService(Tmsh tmsh) {
        this.tmsh = tmsh;
    }

    /** Runs one command, printing results and errors; gives its exit code. */
    int run(Account account, PrintStream console, String command) {
        PrintWriter out = new PrintWriter(console, true, StandardCharsets.UTF_8);
        return tmsh.run(account, out, command);
    }

    /** Opens the shell at a terminal, until it is left. */
    void interact(Account account, Terminal terminal) {
        tmsh.interact(account, terminal);
    }
}
