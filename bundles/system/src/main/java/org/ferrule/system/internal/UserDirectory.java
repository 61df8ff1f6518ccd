package org.ferrule.system.internal;

import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.module.Configured;
import org.ferrule.shell.Account;
import org.ferrule.shell.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may log in now, after the {@code auth user} objects of the configuration. */
final class UserDirectory implements Users, Configured {
    private static final Logger LOG = LoggerFactory.getLogger(UserDirectory.class);

    private record Entry(Account account, User user, List<PublicKey> keys) {}

    private final Unsealer unsealer;
    private final PasswordHash nobody = PasswordHash.ofNobody();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, Entry> entries = Map.of();
    private volatile boolean configured;

    UserDirectory(Unsealer unsealer) {
        this.unsealer = unsealer;
    }

    /** Follows the configuration, and tells listeners if an account changed. */
    void follow(ConfigTree tree) {
        Map<String, Entry> next = new HashMap<>();
        tree.views(User.class).forEach((name, user) -> {
            String login = new ObjectId(User.KIND, name).shortName();
            if (user.role() != User.Role.NO_ACCESS) {
                next.put(login, entry(login, user));
            }
        });
        Map<String, Account> before = accounts(entries);
        entries = Map.copyOf(next);
        configured = true;
        if (!accounts(entries).equals(before)) {
            listeners.forEach(UserDirectory::tell);
        }
    }

    private static Map<String, Account> accounts(Map<String, Entry> entries) {
        Map<String, Account> accounts = new HashMap<>();
        entries.forEach((login, entry) -> accounts.put(login, entry.account()));
        return accounts;
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("A listener of users failed", e);
        }
    }

    private Entry entry(String login, User user) {
        Account account =
                new Account(login, user.role().account(), user.shell().name().toLowerCase(java.util.Locale.ROOT));
        return new Entry(
                account,
                user,
                user.publicKeys().stream()
                        .flatMap(line -> key(login, line).stream())
                        .toList());
    }

    private Optional<PasswordHash> password(String login, User user) {
        try {
            return user.hasPassword()
                    ? PasswordHash.parse(unsealer.open(
                            ObjectId.fullName(ObjectId.COMMON, login), "encrypted-password", user.encryptedPassword()))
                    : Optional.empty();
        } catch (ConfigException e) {
            // The message is about the user; that it begins with TMOS's code lets it be found.
            LOG.warn("{}", e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> key(String login, String line) {
        try {
            return Optional.of(SshKeys.parse(line));
        } catch (IllegalArgumentException e) {
            LOG.warn("A public key of user {} cannot be used: {}", login, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public Optional<Account> authenticate(String user, char[] password) {
        Entry entry = entries.get(user);
        // A hash is computed in any case, so that the time taken does not tell which users exist or have a password.
        PasswordHash hash = Optional.ofNullable(entry)
                .flatMap(found -> password(user, found.user()))
                .orElse(nobody);
        boolean right = hash.matches(password);
        return right ? Optional.of(entry.account()) : Optional.empty();
    }

    @Override
    public Optional<Account> authenticate(String user, PublicKey key) {
        Entry entry = entries.get(user);
        boolean known = entry != null && key != null && entry.keys().stream().anyMatch(own -> SshKeys.same(own, key));
        return known ? Optional.of(entry.account()) : Optional.empty();
    }

    @Override
    public Optional<Account> account(String user) {
        return Optional.ofNullable(entries.get(user)).map(Entry::account);
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        // A wrapper, so that closing takes away this registration even if the same listener came twice.
        Runnable registration = listener::run;
        listeners.add(registration);
        return () -> listeners.remove(registration);
    }
}
