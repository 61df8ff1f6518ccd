package org.ferrule.ssh.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.server.session.ServerSession;
import org.ferrule.shell.Account;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bounds how many connections there are, before login and after, and tells the log who came and went. */
final class Gate implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final Limits limits;
    private final Supplier<Sshd> settings;
    private final Standing standing;
    private final AtomicBoolean refusing = new AtomicBoolean();
    private final AtomicLong logins = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile AdminServer server;

    Gate(Limits limits, Supplier<Sshd> settings, Standing standing) {
        this.limits = limits;
        this.settings = settings;
        this.standing = standing;
    }

    void guard(AdminServer guarded) {
        server = guarded;
        guarded.addSessionListener(this);
        guarded.admitIf(this::admits);
    }

    long logins() {
        return logins.get();
    }

    long refused() {
        return refused.get();
    }

    /** Whether one more connection from there may try to log in. */
    boolean admits(SocketAddress remote) {
        List<AbstractSession> waiting = server.getActiveSessions().stream()
                .filter(session -> !session.isAuthenticated())
                .toList();
        InetAddress from = address(remote);
        long same = waiting.stream()
                .filter(session -> from != null && from.equals(address(session.getRemoteAddress())))
                .count();
        if (waiting.size() < limits.maxUnauthenticated() && same < limits.maxUnauthenticatedPerAddress()) {
            refusing.set(false);
            return true;
        }
        refused.incrementAndGet();
        if (refusing.compareAndSet(false, true)) {
            LOG.warn(
                    "SSH: a connection from {} is refused: {} connections have not logged in yet, {} of them from there",
                    from,
                    waiting.size(),
                    same);
        }
        return false;
    }

    private static InetAddress address(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet ? internet.getAddress() : null;
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            authenticated((ServerSession) session);
        }
    }

    private void authenticated(ServerSession session) {
        Account account = session.getAttribute(Authenticator.ACCOUNT);
        if (account == null || !account.name().equals(session.getUsername())) {
            // Cannot be: whoever authenticated was given an account of the same name.
            LOG.error("SSH: {} was authenticated without an account", Authenticator.printable(session.getUsername()));
            end(session, SshConstants.SSH2_DISCONNECT_BY_APPLICATION, "there is no such account");
        } else if (!full(session, account) && !standing.review((AbstractSession) session)) {
            logins.incrementAndGet();
            LOG.info("SSH: {} logged in from {}", account.name(), Authenticator.from(session));
        }
    }

    /** Refuses a session that is too many; whether it was. */
    private boolean full(ServerSession session, Account account) {
        List<AbstractSession> open = server.getActiveSessions().stream()
                .filter(AbstractSession::isAuthenticated)
                .toList();
        long own = open.stream()
                .filter(other -> account.name().equals(other.getUsername()))
                .count();
        Sshd now = settings.get();
        return full(session, account, open.size(), "sessions", "max-sessions", now.maxSessions())
                || full(
                        session,
                        account,
                        own,
                        "sessions of " + account.name(),
                        "max-sessions-per-user",
                        now.maxSessionsPerUser());
    }

    private boolean full(ServerSession session, Account account, long open, String what, String limit, int max) {
        if (open <= max) {
            return false;
        }
        refused.incrementAndGet();
        LOG.warn(
                "SSH: {} from {} is refused: {} {} are open already (sys sshd {})",
                account.name(),
                Authenticator.from(session),
                open - 1,
                what,
                limit);
        end(
                session,
                SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS,
                "too many " + what + " are open (sys sshd " + limit + " " + max + ")");
        return true;
    }

    /** Ends a session with a reason that the peer reads. */
    static void end(ServerSession session, int reason, String message) {
        try {
            session.disconnect(reason, message);
        } catch (IOException e) {
            LOG.debug("SSH: the peer went away while it was being refused", e);
            session.close(true);
        }
    }

    @Override
    public void sessionClosed(Session session) {
        ServerSession closed = (ServerSession) session;
        if (closed.isAuthenticated()) {
            LOG.info(
                    "SSH: the session of {} from {} has ended",
                    Authenticator.printable(closed.getUsername()),
                    Authenticator.from(closed));
        } else if (Authenticator.failures(closed) > 0) {
            LOG.warn(
                    "SSH: {} from {} did not log in; passwords or keys that were not the user's: {}",
                    Authenticator.tried(closed),
                    Authenticator.from(closed),
                    Authenticator.failures(closed));
        }
    }
}
