package org.ferrule.system.internal;

import java.io.IOException;
import java.security.Principal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.ferrule.shell.Account;
import org.ferrule.shell.Users;

/** Logs into Karaf's realm by the appliance's own users. Public, with a public constructor, because JAAS makes it. */
public final class RealmLogin implements LoginModule {
    /** The option that holds the {@link Users}. */
    static final String USERS = "ferrule.users";

    private Subject subject;
    private CallbackHandler handler;
    private Users users;
    private Set<Principal> principals = Set.of();

    @Override
    public void initialize(Subject whom, CallbackHandler callbacks, Map<String, ?> shared, Map<String, ?> options) {
        subject = whom;
        handler = callbacks;
        users = (Users) options.get(USERS);
    }

    @Override
    public boolean login() throws LoginException {
        NameCallback name = new NameCallback("Username: ");
        PasswordCallback password = new PasswordCallback("Password: ", false);
        try {
            handler.handle(new Callback[] {name, password});
        } catch (IOException | UnsupportedCallbackException e) {
            throw failed("the user's name and password cannot be asked for: " + e.getMessage());
        }
        char[] typed = password.getPassword() == null ? new char[0] : password.getPassword();
        password.clearPassword();
        Optional<Account> account = users.authenticate(String.valueOf(name.getName()), typed);
        Arrays.fill(typed, ' ');
        principals = principals(account.orElseThrow(() -> failed("login failed")));
        return true;
    }

    private static LoginException failed(String message) {
        return new FailedLoginException(message);
    }

    /** Who the account is in Karaf, with Karaf's roles. */
    static Set<Principal> principals(Account account) {
        Set<Principal> principals = new HashSet<>();
        principals.add(new UserPrincipal(account.name()));
        List<String> roles =
                switch (account.role()) {
                    case ADMIN -> List.of("admin", "manager", "viewer", "systembundles", "ssh");
                    case OPERATOR, GUEST -> List.of("viewer");
                    case NO_ACCESS -> List.of();
                };
        roles.forEach(role -> principals.add(new RolePrincipal(role)));
        return principals;
    }

    @Override
    public boolean commit() {
        subject.getPrincipals().addAll(principals);
        return !principals.isEmpty();
    }

    @Override
    public boolean abort() {
        return logout();
    }

    @Override
    public boolean logout() {
        subject.getPrincipals().removeAll(principals);
        principals = Set.of();
        return true;
    }
}
