package org.ferrule.ssh.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.Reservation;
import org.ferrule.config.Secrets;
import org.ferrule.config.kind.KindDescriptor;
import org.ferrule.config.kind.Kinds;
import org.ferrule.module.Providers;
import org.ferrule.shell.Account;
import org.ferrule.shell.Users;
import org.ferrule.testing.References;
import org.osgi.framework.ServiceReference;

/** The other modules, in memory. */
final class Fakes {
    private Fakes() {}

    static <T> ServiceReference<T> provide(Providers<T> providers, T service) {
        ServiceReference<T> reference = References.reference();
        providers.add(reference, service);
        return reference;
    }

    /** Seals so that a test can see whether something was sealed. */
    static final class FakeSecrets implements Secrets {
        @Override
        public String seal(byte[] plain) {
            return PREFIX + Base64.getEncoder().encodeToString(plain);
        }

        @Override
        public byte[] open(String sealed) throws ConfigException {
            if (!sealed.startsWith(PREFIX)) {
                throw new ConfigException("it was not sealed here");
            }
            return Base64.getDecoder().decode(sealed.substring(PREFIX.length()).getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Users with one password for all. */
    static final class FakeUsers implements Users {
        static final String PASSWORD = "correct horse";
        final Map<String, Account> accounts = new ConcurrentHashMap<>();
        final Map<String, PublicKey> keys = new ConcurrentHashMap<>();
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

        FakeUsers() {
            add("admin", Account.Role.ADMIN, "tmsh");
            add("karl", Account.Role.ADMIN, "karaf");
            add("guest", Account.Role.GUEST, "tmsh");
            add("sly", Account.Role.GUEST, "karaf");
            add("nobody", Account.Role.ADMIN, "none");
        }

        void add(String name, Account.Role role, String shell) {
            accounts.put(name, new Account(name, role, shell));
            listeners.forEach(Runnable::run);
        }

        void remove(String name) {
            accounts.remove(name);
            listeners.forEach(Runnable::run);
        }

        @Override
        public Optional<Account> account(String user) {
            return Optional.ofNullable(accounts.get(user));
        }

        @Override
        public AutoCloseable onChange(Runnable listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public Optional<Account> authenticate(String user, char[] password) {
            return Optional.ofNullable(accounts.get(user)).filter(a -> PASSWORD.equals(new String(password)));
        }

        @Override
        public Optional<Account> authenticate(String user, PublicKey key) {
            PublicKey own = keys.get(user);
            return Optional.ofNullable(accounts.get(user)).filter(a -> own != null && KeyUtils.compareKeys(own, key));
        }
    }

    /** A configuration of this module alone; transactions go through it as they do on the appliance. */
    static final class FakeConfiguration implements Configuration {
        private final SshModule module;
        private ConfigTree running = ConfigTree.of(List.of(new ConfigObject(Sshd.ID, 1, Map.of())), List.of());

        FakeConfiguration(SshModule module) {
            this.module = module;
        }

        @Override
        public synchronized ConfigTree running() {
            return running;
        }

        /** As when the module appears. */
        void start() {
            module.reconcile(running());
        }

        void set(String property, Object value) throws ConfigException {
            commit(List.of(new Edit.Modify(Sshd.ID, List.of(new Assign.Value(property, value.toString())))));
        }

        @Override
        public synchronized ConfigTree commit(List<Edit> edits) throws ConfigException {
            Map<String, Object> values =
                    new LinkedHashMap<>(running.get(Sshd.ID).orElseThrow().properties());
            for (Edit edit : edits) {
                for (Assign assign : ((Edit.Modify) edit).assigns()) {
                    values.put(assign.property(), ((Assign.Value) assign).value());
                }
            }
            ConfigTree proposed = running.with(new ConfigObject(Sshd.ID, 1, new HashMap<>(values)));
            Reservation reserved = module.prepare(running, proposed);
            try {
                running = proposed;
                module.reconcile(running);
            } finally {
                reserved.close();
            }
            return running;
        }

        /** A transaction that another module refuses after this one has prepared. */
        void refusedLater(String property, Object value) throws ConfigException {
            Map<String, Object> values =
                    new LinkedHashMap<>(running().get(Sshd.ID).orElseThrow().properties());
            values.put(property, value.toString());
            ConfigTree proposed = running().with(new ConfigObject(Sshd.ID, 1, values));
            module.prepare(running(), proposed).close();
        }

        @Override
        public Collection<KindDescriptor> kinds() {
            return List.of(Kinds.describe(Sshd.class));
        }

        @Override
        public boolean available(String kind) {
            return true;
        }

        @Override
        public List<Path> save() {
            return List.of();
        }

        @Override
        public boolean saved() {
            return true;
        }

        @Override
        public ConfigTree load() {
            return running();
        }

        @Override
        public ConfigTree load(String text, String source, boolean merge, boolean verify) {
            return running();
        }

        @Override
        public List<String> notices() {
            return List.of("The saved file was damaged.");
        }
    }
}
