package org.ferrule.ssh.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.server.session.ServerSession;
import org.ferrule.shell.Account;
import org.ferrule.shell.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the sessions of users who were deleted, or who may do less now than when they logged in. */
final class Standing {
    private static final Logger LOG = LoggerFactory.getLogger(Standing.class);

    private final Supplier<Optional<Users>> users;

    Standing(Supplier<Optional<Users>> users) {
        this.users = users;
    }

    /** Looks at all sessions, those too that are about to log in. */
    void review(AdminServer server) {
        server.getActiveSessions().forEach(session -> review(session));
    }

    /** Ends the session if its user has lost the right to it; whether that was so. */
    boolean review(AbstractSession session) {
        Account then = session.getAttribute(Authenticator.ACCOUNT);
        Optional<Users> known = users.get();
        if (then == null || known.isEmpty() || session.isClosing()) {
            return false;
        }
        Optional<Account> now = known.get().account(then.name());
        if (now.isPresent() && keeps(then, now.get())) {
            return false;
        }
        String why = now.isEmpty() ? "the user was deleted or may not log in any more" : "the user may do less now";
        LOG.info(
                "SSH: the session of {} from {} is ended: {}",
                then.name(),
                Authenticator.from((ServerSession) session),
                why);
        Gate.end(
                (ServerSession) session,
                SshConstants.SSH2_DISCONNECT_BY_APPLICATION,
                why + " (auth user); log in again");
        return true;
    }

    private static boolean keeps(Account then, Account now) {
        return now.may(then.role())
                && (!now.shell().equals("none") || then.shell().equals("none"));
    }
}
