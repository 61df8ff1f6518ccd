package org.ferrule.system.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.Principal;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.LoginException;
import org.ferrule.shell.Account;
import org.ferrule.shell.Users;
import org.junit.jupiter.api.Test;

class RealmLoginTest {
    private final Users users = new Users() {
        @Override
        public Optional<Account> authenticate(String user, char[] password) {
            return String.valueOf(password).equals("right")
                    ? Optional.of(new Account(user, Account.Role.valueOf(user.toUpperCase()), "tmsh"))
                    : Optional.empty();
        }

        @Override
        public Optional<Account> authenticate(String user, PublicKey key) {
            return Optional.empty();
        }

        @Override
        public Optional<Account> account(String user) {
            return Optional.empty();
        }

        @Override
        public AutoCloseable onChange(Runnable listener) {
            return () -> {};
        }
    };

    private static CallbackHandler answers(String name, String password) {
        return callbacks -> {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback asked) {
                    asked.setName(name);
                } else {
                    ((PasswordCallback) callback).setPassword(password == null ? null : password.toCharArray());
                }
            }
        };
    }

    private Set<String> roles(String user, String password) throws LoginException {
        Subject subject = new Subject();
        RealmLogin login = new RealmLogin();
        login.initialize(subject, answers(user, password), Map.of(), Map.of(RealmLogin.USERS, users));
        login.login();
        assertTrue(login.commit());
        Set<String> names =
                subject.getPrincipals().stream().map(Principal::getName).collect(Collectors.toSet());
        login.logout();
        assertTrue(subject.getPrincipals().isEmpty());
        return names;
    }

    @Test
    void rolesBecomeKarafs() throws LoginException {
        assertEquals(Set.of("admin", "manager", "viewer", "systembundles", "ssh"), roles("admin", "right"));
        assertEquals(Set.of("operator", "viewer"), roles("operator", "right"));
        assertEquals(Set.of("guest", "viewer"), roles("guest", "right"));
    }

    @Test
    void aWrongPasswordFails() {
        assertThrows(LoginException.class, () -> roles("admin", "wrong"));
        assertThrows(LoginException.class, () -> roles("admin", null));
    }

    @Test
    void theRealmIsKarafsOwnWithAHigherRank() {
        KarafRealm realm = new KarafRealm(users, 42);
        assertEquals("karaf", realm.getName());
        assertTrue(realm.getRank() > 0);
        AppConfigurationEntry entry = realm.getEntries()[0];
        assertEquals("42", entry.getOptions().get("org.apache.karaf.jaas.bundle"));
        assertEquals(RealmLogin.class.getName(), entry.getOptions().get("org.apache.karaf.jaas.module"));
        assertEquals(users, entry.getOptions().get(RealmLogin.USERS));
    }
}
