package org.ferrule.ssh.internal;

import org.ferrule.config.ConfigException;
import org.ferrule.shell.RunCommand;
import org.jline.terminal.Terminal;

/** {@code run /util karaf}: Karaf's console at the terminal of a tmsh session, until it is left again. */
final class KarafRun implements RunCommand {
    private final KarafConsole console;

    KarafRun(KarafConsole console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "/util karaf";
    }

    @Override
    public String help() {
        return "Karaf's console; exit or ctrl-D comes back";
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        if (!console.available()) {
            throw new ConfigException(KarafConsole.AWAY);
        }
        Terminal terminal = invocation
                .facility(Terminal.class)
                .orElseThrow(() -> new ConfigException(
                        "run /util karaf: Karaf's console needs a terminal here; log in with one (ssh -t)"));
        invocation.out().flush();
        console.interact(invocation.account(), terminal);
    }
}
