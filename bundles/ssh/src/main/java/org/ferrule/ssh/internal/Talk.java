package org.ferrule.ssh.internal;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.ferrule.shell.Account;
import org.jline.terminal.Terminal;

/**
 * What a logged-in user and the appliance say to each other over one channel.
 *
 * @param account who it is
 * @param command what is to be run; without it, a shell is wanted
 * @param terminal the terminal, if the client has one
 * @param in from the client; the terminal's concern if there is one
 * @param output to the client; text is UTF-8
 * @param error the same, apart where there is no terminal
 * @param characters what the client can show
 * @param activity is told when something runs
 * @param over whether the peer has gone, or has lost the right to go on: what was sent before must not run after it
 */
record Talk(
        Account account,
        Optional<String> command,
        Optional<Terminal> terminal,
        InputStream in,
        OutputStream output,
        OutputStream error,
        Charset characters,
        Activity activity,
        BooleanSupplier over) {
    /** Where results go; to be flushed after a command, since every flush is a packet. */
    PrintWriter out() {
        return terminal.map(Terminal::writer).orElseGet(() -> writer(output, false));
    }

    /** Where errors go. */
    PrintWriter err() {
        return terminal.map(Terminal::writer).orElseGet(() -> writer(error, true));
    }

    private static PrintWriter writer(OutputStream stream, boolean byLine) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), byLine);
    }

    /** What commands may use of this way in. */
    Map<Class<?>, Object> facilities() {
        return terminal.<Map<Class<?>, Object>>map(here -> Map.of(Terminal.class, here, Charset.class, characters))
                .orElse(Map.of(Charset.class, characters));
    }

    /** Says one line of error and gives the exit code for it. */
    int refuse(String line) {
        PrintWriter err = err();
        err.println(line);
        err.flush();
        return 1;
    }
}
