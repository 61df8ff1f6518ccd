package org.ferrule.ssh.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.auth.password.PasswordAuthenticator;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Account;
import org.ferrule.shell.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the appliance's users who somebody is.
 *
 * <p>A password is checked away from SSHD's threads, because hashing takes long on purpose, and a wrong one is answered
 * late. A key is checked on SSHD's own thread: SSHD verifies the signature after this has returned, and a late "yes" would
 * skip that.
 */
final class Authenticator implements PasswordAuthenticator, PublickeyAuthenticator {
    /** Who the session's user is; to be believed only once the session is authenticated. */
    static final AttributeKey<Account> ACCOUNT = new AttributeKey<>();

    private static final AttributeKey<AtomicInteger> FAILURES = new AttributeKey<>();
    private static final AttributeKey<String> TRIED = new AttributeKey<>();
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
    private static final int MAX_PASSWORD = 1024;
    private static final int MAX_DELAY_FACTOR = 5;

    private final Supplier<Optional<Users>> users;
    private final Executor hashing;
    private final ScheduledExecutorService timer;
    private final Duration delay;
    private final Lockout lockout;
    private final AtomicLong failed = new AtomicLong();

    /**
     * @param hashing where passwords are checked; bounded
     * @param timer gives late answers
     * @param delay the wait after the first wrong password of a connection
     * @param lockout who is not heard
     */
    Authenticator(
            Supplier<Optional<Users>> users,
            Executor hashing,
            ScheduledExecutorService timer,
            Duration delay,
            Lockout lockout) {
        this.users = users;
        this.hashing = hashing;
        this.timer = timer;
        this.delay = delay;
        this.lockout = lockout;
    }

    /** Passwords that were wrong since the start. */
    long failed() {
        return failed.get();
    }

    @Override
    public boolean authenticate(String user, String password, ServerSession session) {
        AsyncAuthException answer = new AsyncAuthException();
        try {
            hashing.execute(() -> check(user, password, session, answer));
        } catch (RejectedExecutionException e) {
            LOG.warn(
                    "SSH: {} from {} is refused: too many passwords are being checked", printable(user), from(session));
            return false;
        }
        throw answer;
    }

    private void check(String user, String password, ServerSession session, AsyncAuthException answer) {
        InetAddress peer = peer(session);
        boolean deaf = lockout.addressLocked(peer);
        // A user's lock is asked for after the hash was computed: time must not tell who is a user here.
        boolean right = !deaf
                && password.length() <= MAX_PASSWORD
                && ask(user, session, known -> known.authenticate(user, password.toCharArray()));
        boolean locked = deaf || lockout.userLocked(user, peer);
        if (right && !locked) {
            lockout.succeeded(user, peer);
            answer.setAuthed(true);
            return;
        }
        session.removeAttribute(ACCOUNT);
        int failures = counter(session).incrementAndGet();
        if (locked) {
            LOG.info("SSH: {} from {} is refused: locked out", printable(user), from(session));
        } else {
            wrong(user, peer, session, failures);
        }
        late(answer, failures);
    }

    private void wrong(String user, InetAddress peer, ServerSession session, int failures) {
        failed.incrementAndGet();
        LOG.warn(
                "SSH: a wrong password for {} from {} (failures on this connection: {})",
                printable(user),
                from(session),
                failures);
        boolean exists = users.get().flatMap(known -> known.account(user)).isPresent();
        lockout.failed(user, exists, peer);
    }

    private void late(AsyncAuthException answer, int failures) {
        try {
            timer.schedule(
                    () -> answer.setAuthed(false),
                    delay.toMillis() * Math.min(failures, MAX_DELAY_FACTOR),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("SSH: the server is being stopped");
            answer.setAuthed(false);
        }
    }

    @Override
    public boolean authenticate(String user, PublicKey key, ServerSession session) {
        boolean known = ask(user, session, all -> all.authenticate(user, key));
        if (!known) {
            counter(session).incrementAndGet();
        }
        return known;
    }

    private boolean ask(String user, ServerSession session, Function<Users, Optional<Account>> question) {
        session.setAttribute(TRIED, user);
        Optional<Users> known = users.get();
        if (known.isEmpty()) {
            LOG.warn("SSH: {} from {} cannot log in: module system is not running", printable(user), from(session));
            return false;
        }
        try {
            // SSHD ends a connection that changes its user's name, so that the account is always this user's.
            Optional<Account> account = question.apply(known.get());
            account.ifPresent(who -> session.setAttribute(ACCOUNT, who));
            return account.isPresent();
        } catch (RuntimeException e) {
            LOG.error("SSH: {} from {} could not be authenticated", printable(user), from(session), e);
            return false;
        }
    }

    private static AtomicInteger counter(ServerSession session) {
        return session.computeAttributeIfAbsent(FAILURES, key -> new AtomicInteger());
    }

    /** Passwords and keys of this connection that were not the user's. */
    static int failures(ServerSession session) {
        AtomicInteger counter = session.getAttribute(FAILURES);
        return counter == null ? 0 : counter.get();
    }

    /** Who this connection said it was, fit for a log. */
    static String tried(ServerSession session) {
        return printable(session.getAttribute(TRIED));
    }

    /** A user's name as a log may have it, whoever made it up. */
    static String printable(String user) {
        if (user == null) {
            return "somebody";
        }
        String plain = user.replaceAll("[^\\p{Alnum}._@+-]", "?");
        return plain.length() > 64 ? plain.substring(0, 64) + "..." : plain;
    }

    private static InetAddress peer(ServerSession session) {
        return session.getClientAddress() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    /** The peer's address. */
    static String from(ServerSession session) {
        return session.getClientAddress() instanceof InetSocketAddress address
                ? Addresses.text(address.getAddress())
                : "an unknown address";
    }
}
