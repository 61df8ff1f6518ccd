package org.ferrule.ssh.internal;

import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.ferrule.shell.Account;
import org.jline.terminal.Terminal;
import org.osgi.annotation.bundle.Header;

/** {@code tmsh} in Karaf's console: the way back, or one command. Karaf makes one for each call. */
@Header(name = "Karaf-Commands", value = "*")
@Service
@Command(scope = "ferrule", name = "tmsh", description = "The appliance's shell, or one command of it")
public final class TmshCommand implements Action {
    @Argument(
            name = "command",
            description = "A command of tmsh, in quotes: tmsh 'list ltm pool'; without it the shell itself is opened",
            required = false)
    String command;

    @Reference
    Session session;

    @Reference
    TmshService tmsh;

    @Override
    public Object execute() throws Exception {
        Account account = account()
                .orElseThrow(() -> new IllegalStateException("this console does not say which user it belongs to"));
        if (command != null) {
            int code = tmsh.run(account, session.getConsole(), command);
            return code == 0 ? null : code;
        }
        if (!(session.get(".jline.terminal") instanceof Terminal terminal)) {
            throw new IllegalStateException("tmsh needs a terminal here, or a command: tmsh 'list ltm pool'");
        }
        tmsh.interact(account, terminal);
        return null;
    }

    private Optional<Account> account() {
        if (session.get(Subjects.KEY) instanceof Subject subject) {
            return Subjects.account(subject);
        }
        return Optional.empty();
    }
}
