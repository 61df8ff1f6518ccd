package org.ferrule.ssh.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.ferrule.shell.ShellSession;

/**
 * Runs the lines of a script as they become complete, without prompt or echo. A command that fails does not stop it; the
 * exit code is 1 if any failed.
 */
final class Script {
    private static final int MAX_COMMAND = 4 * 1024 * 1024;

    private final ShellSession session;
    private final Activity activity;
    private final BufferedReader in;
    private final PrintWriter out;
    private final PrintWriter err;
    private int code;

    Script(ShellSession session, Talk talk) {
        this.session = session;
        this.activity = talk.activity();
        this.in = new BufferedReader(new InputStreamReader(talk.in(), StandardCharsets.UTF_8));
        this.out = talk.out();
        this.err = talk.err();
    }

    /** Runs it to its end or to {@code quit}; gives the exit code. */
    int run() throws IOException {
        StringBuilder command = new StringBuilder();
        while (!session.ended()) {
            boolean more = line(command);
            if (command.length() > MAX_COMMAND) {
                return fail("a command is longer than " + MAX_COMMAND + " characters");
            }
            String text = command.toString();
            if (session.incomplete(text)) {
                if (!more) {
                    return fail("the script ends within braces or quotes: a closing } or \" is missing");
                }
                command.append('\n');
                continue;
            }
            execute(text);
            if (!more) {
                break;
            }
            command.setLength(0);
        }
        return code;
    }

    private void execute(String text) {
        if (text.isBlank()) {
            return;
        }
        if (activity.during(() -> session.execute(text, out, err)) != 0) {
            code = 1;
        }
        out.flush();
        err.flush();
    }

    private int fail(String reason) {
        err.println("Syntax Error: " + reason);
        err.flush();
        return 1;
    }

    /** Appends the next line, or as much of it as is bearable; whether there is more behind it. */
    private boolean line(StringBuilder command) throws IOException {
        int c;
        while ((c = in.read()) >= 0) {
            if (c == '\n') {
                return true;
            }
            if (command.length() > MAX_COMMAND) {
                return true;
            }
            command.append((char) c);
        }
        return false;
    }
}
