package org.ferrule.ssh.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.shell.ShellFactory;
import org.ferrule.shell.Account;

/** Decides where a login lands: in tmsh, in Karaf's console, or nowhere. */
final class Landing implements ShellFactory, CommandFactory {
    private final SessionThreads threads;
    private final Tmsh tmsh;
    private final KarafConsole karaf;
    private final Supplier<List<String>> notices;
    private final LongSupplier nanos;
    private final Told told = new Told();

    /** @param notices what to tell whoever logs in */
    Landing(SessionThreads threads, Tmsh tmsh, KarafConsole karaf, Supplier<List<String>> notices, LongSupplier nanos) {
        this.threads = threads;
        this.tmsh = tmsh;
        this.karaf = karaf;
        this.notices = notices;
        this.nanos = nanos;
    }

    @Override
    public Command createShell(ChannelSession channel) {
        return command(channel, Optional.empty());
    }

    @Override
    public Command createCommand(ChannelSession channel, String command) {
        return command(channel, Optional.of(command));
    }

    private Command command(ChannelSession channel, Optional<String> command) {
        Activity activity = Activity.of(channel.getServerSession(), nanos);
        activity.touch();
        return new SessionCommand(command, activity, threads, this::receive);
    }

    private int receive(Talk talk) throws IOException {
        Account account = talk.account();
        if (account.role() == Account.Role.NO_ACCESS) {
            return talk.refuse("User " + account.name() + " has no access to this appliance (auth user, role).");
        }
        if (talk.command().filter(Landing::isOldScp).isPresent()) {
            return talk.refuse("The old scp protocol is not spoken here: use sftp, or scp without -O.");
        }
        return switch (account.shell()) {
            case "tmsh" -> {
                greet(talk);
                yield tmsh.talk(talk);
            }
            case "karaf" -> karaf(talk);
            default -> talk.refuse("User " + account.name() + " has no shell here (auth user, shell).");
        };
    }

    /** What scp runs at the far end, where it does not speak SFTP. */
    private static boolean isOldScp(String command) {
        return command.matches("scp( -[A-Za-z]+)* -[tf]( .*)?");
    }

    private int karaf(Talk talk) {
        if (!talk.account().may(Account.Role.ADMIN)) {
            return talk.refuse("User " + talk.account().name()
                    + " has Karaf's console as shell, which is for role admin only (auth user, shell).");
        }
        greet(talk);
        return karaf.talk(talk);
    }

    private void greet(Talk talk) {
        if (talk.command().isEmpty() && talk.terminal().isPresent()) {
            PrintWriter out = talk.out();
            told.news(talk.account().name(), notices.get()).forEach(out::println);
            out.flush();
        }
    }
}
