package org.ferrule.ssh.internal;

import java.io.IOException;
import java.util.List;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.server.channel.ChannelSession;

/**
 * A session's channel that takes of its client's environment only what tells which characters it can show: nothing else is
 * read here, and so {@code TERM} is set if and only if the client asked for a terminal.
 *
 * <p>It tells the exit status before the end of output: a client whose own input has ended closes the channel at that end,
 * and what comes after is not sent to it any more.
 */
final class AdminChannel extends ChannelSession {
    AdminChannel() {
        super(List.of());
    }

    @Override
    protected RequestHandler.Result handleEnvParsed(String name, String value) throws IOException {
        boolean taken = Characters.LOCALE.contains(name) && value.length() <= Characters.LONGEST;
        return taken ? super.handleEnvParsed(name, value) : RequestHandler.Result.ReplyFailure;
    }

    @Override
    protected void closeShell(int exitValue, boolean closeImmediately) throws IOException {
        if (!isClosing()) {
            sendExitStatus(exitValue);
        }
        super.closeShell(exitValue, closeImmediately);
    }
}
