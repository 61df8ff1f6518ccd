package org.ferrule.ssh.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the sessions in which nothing was typed or run for the time that {@code inactivity-timeout} says. */
final class Inactivity implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Inactivity.class);

    private final AdminServer server;
    private final IntSupplier seconds;
    private final LongSupplier nanos;

    Inactivity(AdminServer server, IntSupplier seconds, LongSupplier nanos) {
        this.server = server;
        this.seconds = seconds;
        this.nanos = nanos;
    }

    /** Looks once. */
    @Override
    public void run() {
        int timeout = seconds.getAsInt();
        if (timeout == 0) {
            return;
        }
        for (AbstractSession session : server.getActiveSessions()) {
            long idle = Activity.of((ServerSession) session, nanos).idle();
            if (session.isAuthenticated() && !session.isClosing() && idle >= TimeUnit.SECONDS.toNanos(timeout)) {
                end(session, timeout);
            }
        }
    }

    private static void end(AbstractSession session, int timeout) {
        LOG.info(
                "SSH: the session of {} is closed after {} seconds without input",
                Authenticator.printable(session.getUsername()),
                timeout);
        Gate.end(
                (ServerSession) session,
                SshConstants.SSH2_DISCONNECT_BY_APPLICATION,
                "nothing was typed for " + timeout + " seconds (sys sshd inactivity-timeout)");
    }
}
