package org.ferrule.ssh.internal;

import java.io.BufferedOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.ferrule.shell.Account;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One shell or command of a session, from its start on SSHD's thread to its exit code on its own. */
final class SessionCommand implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(SessionCommand.class);

    /** What is said, once who speaks is known. */
    @FunctionalInterface
    interface Host {
        /** Talks until one side has had enough; gives the exit code. */
        int receive(Talk talk) throws IOException;
    }

    private final Optional<String> command;
    private final Activity activity;
    private final SessionThreads threads;
    private final Host host;
    private InputStream in;
    private OutputStream out;
    private OutputStream err;
    private ExitCallback exit;
    private volatile ChannelTerminal terminal;
    private volatile Future<?> task;
    private volatile boolean gone;

    SessionCommand(Optional<String> command, Activity activity, SessionThreads threads, Host host) {
        this.command = command;
        this.activity = activity;
        this.threads = threads;
        this.host = host;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
        Account account = channel.getServerSession().getAttribute(Authenticator.ACCOUNT);
        InputStream watched = activity.watch(in);
        if (ChannelTerminal.wanted(environment)) {
            terminal = new ChannelTerminal(environment, watched, out);
        }
        Talk talk = new Talk(
                account,
                command,
                Optional.ofNullable(terminal),
                watched,
                new BufferedOutputStream(out),
                err,
                Characters.of(environment.getEnv()),
                activity,
                () -> gone);
        try {
            task = threads.start(() -> run(talk));
        } catch (RejectedExecutionException e) {
            talk.refuse("Too many shells and commands are running; try again later.");
            exit.onExit(1);
        }
        if (gone) {
            destroy(channel);
        }
    }

    private void run(Talk talk) {
        int code = 1;
        try {
            code = host.receive(talk);
        } catch (IOException | IOError e) {
            LOG.debug("SSH: the peer of {} has gone", talk.account().name(), e);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("SSH: the shell of {} failed", talk.account().name(), e);
            talk.refuse("The shell failed; the appliance's log says why.");
        } finally {
            finish(talk, code);
        }
    }

    private void finish(Talk talk, int code) {
        // Interrupted or not, the peer is told.
        boolean interrupted = Thread.interrupted();
        try {
            talk.output().flush();
            talk.terminal().ifPresent(org.jline.terminal.Terminal::flush);
            closeTerminal();
        } catch (IOException e) {
            LOG.debug("SSH: the peer of {} has gone", talk.account().name(), e);
        }
        exit.onExit(code);
        if (interrupted) {
            LOG.debug("SSH: the command of {} was interrupted", talk.account().name());
        }
    }

    private void closeTerminal() throws IOException {
        ChannelTerminal open = terminal;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        gone = true;
        try {
            closeTerminal();
        } catch (IOException e) {
            LOG.debug("SSH: a terminal was closed already", e);
        }
        Future<?> running = task;
        if (running != null) {
            threads.end(running);
        }
    }
}
