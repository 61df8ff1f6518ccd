package org.ferrule.ssh.internal;

import java.security.Principal;
import java.util.List;
import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.ferrule.shell.Account;

/** Says in Karaf's terms who somebody is, and back. */
final class Subjects {
    /** Under this name a console's session keeps its subject: the same as Karaf's own SSH server. */
    static final String KEY = Subject.class.getName();

    // What Karaf's own administrator has.
    private static final List<String> ADMIN = List.of("admin", "manager", "viewer", "systembundles", "ssh");

    private Subjects() {}

    /** The subject of an administrator's account; nobody else may use Karaf's console. */
    static Subject of(Account account) {
        Subject subject = new Subject();
        subject.getPrincipals().add(new UserPrincipal(account.name()));
        ADMIN.forEach(role -> subject.getPrincipals().add(new RolePrincipal(role)));
        subject.setReadOnly();
        return subject;
    }

    /** The account that a subject stands for; empty if it has no user, or no role that means anything here. */
    static Optional<Account> account(Subject subject) {
        Optional<String> user = subject.getPrincipals(UserPrincipal.class).stream()
                .map(Principal::getName)
                .findFirst();
        return user.flatMap(name -> role(subject).map(role -> new Account(name, role, "karaf")));
    }

    private static Optional<Account.Role> role(Subject subject) {
        List<String> roles = subject.getPrincipals(RolePrincipal.class).stream()
                .map(Principal::getName)
                .toList();
        if (roles.contains("admin")) {
            return Optional.of(Account.Role.ADMIN);
        }
        if (roles.contains("manager")) {
            return Optional.of(Account.Role.OPERATOR);
        }
        return roles.contains("viewer") ? Optional.of(Account.Role.GUEST) : Optional.empty();
    }
}
