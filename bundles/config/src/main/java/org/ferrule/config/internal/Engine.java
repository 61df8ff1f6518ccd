package org.ferrule.config.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.internal.Catalog.Contribution;
import org.ferrule.config.internal.ConfigText.Content;
import org.ferrule.config.internal.Sealed.DamagedException;
import org.ferrule.config.kind.KindDescriptor;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the running configuration and changes it, one change at a time: commits, loads, and modules that come and go.
 * Reading takes no lock.
 */
final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Store store;
    private final ConfigText text;
    private final ModuleCalls calls;
    private final Duration patience;
    private final String boot;
    private final Modules modules = new Modules();
    private final Notices notices = new Notices();
    private final ReentrantLock lock = new ReentrantLock(true);
    private volatile State state;
    private volatile boolean closed;

    /** Something that changes or saves the configuration. */
    @FunctionalInterface
    private interface Change<T> {
        T make(State now) throws ConfigException;
    }

    /**
     * Loads what the appliance shall begin with.
     *
     * @param patience how long a change waits for the one before it
     * @param boot tells this virtual machine from others
     */
    Engine(Store store, ConfigText text, ModuleCalls calls, Duration patience, String boot) throws IOException {
        this.store = store;
        this.text = text;
        this.calls = calls;
        this.patience = patience;
        this.boot = boot;
        this.state = new Startup(store, text, notices).state(boot);
        writeRunning();
    }

    State state() {
        return state;
    }

    List<String> notices() {
        return notices.all();
    }

    boolean available(String kind) {
        return modules.available(kind);
    }

    /** Nothing is changed any more. */
    void close() {
        closed = true;
    }

    ConfigTree commit(List<? extends Edit> edits) throws ConfigException {
        return change(now -> {
            Editor editor = new Editor(this::declared, kind -> !available(kind), this::owner, Origin.COMMAND);
            Set<ObjectId> touched = new LinkedHashSet<>();
            edits.forEach(edit -> touched.add(edit.id()));
            return transaction(now).carryOut(now.tree(), editor.apply(now.tree(), edits), touched, this::accept);
        });
    }

    List<Path> save() throws ConfigException {
        return change(now -> {
            try {
                List<Path> saved = store.save(text.write(now.tree(), now.unread(), now.catalog()));
                store.writeCapabilities(needed(now));
                return saved;
            } catch (IOException e) {
                throw new ConfigException(
                        "the configuration cannot be saved to " + store.saved() + ": " + e
                                + "; what was saved before is still there",
                        e);
            }
        });
    }

    /** Empty if a module is away: nobody knows then what its objects need. */
    private Optional<Set<String>> needed(State now) {
        boolean all =
                now.unread().isEmpty() && now.tree().own().keySet().stream().allMatch(id -> available(id.kind()));
        return all ? calls.capabilities(modules.newest(), now.tree()) : Optional.empty();
    }

    /** Whether a restart would find what runs; no where the file cannot be read. */
    boolean isSaved() {
        State now = state;
        try {
            return store.holds(text.write(now.tree(), now.unread(), now.catalog()));
        } catch (IOException e) {
            return false;
        }
    }

    ConfigTree load() throws ConfigException {
        return change(now -> {
            Sealed sealed = saved();
            ConfigTree shipped = ConfigTree.of(now.catalog().shipped(), List.of());
            String source = store.saved().toString();
            Content content = text.readAll(shipped, sealed.text(), source, now.catalog(), sealed.intact());
            if (!content.problems().isEmpty()) {
                throw new ConfigException(content.problems().get(0));
            }
            ConfigTree edited = migrated(now.catalog(), content.tree());
            return transaction(now).carryOut(now.tree(), edited, Set.of(), tree -> accept(tree, content.unread()));
        });
    }

    private Sealed saved() throws ConfigException {
        try {
            Optional<byte[]> bytes = Store.read(store.saved());
            if (bytes.isEmpty()) {
                throw new ConfigException("there is no saved configuration " + store.saved() + " yet");
            }
            return Sealed.read(bytes.get());
        } catch (IOException e) {
            throw new ConfigException("the saved configuration " + store.saved() + " cannot be read: " + e, e);
        } catch (DamagedException e) {
            throw new ConfigException(
                    "the saved configuration " + store.saved() + " is damaged (" + e.getMessage()
                            + "): nothing was changed",
                    e);
        }
    }

    ConfigTree load(String given, String source, boolean merge, boolean verify) throws ConfigException {
        return change(now -> {
            checkWhole(given, source);
            ConfigTree over = merge ? now.tree() : ConfigTree.of(now.catalog().shipped(), List.of());
            Content content = text.read(over, given, source, now.catalog(), Origin.TEXT);
            ConfigTree edited = migrated(now.catalog(), content.tree());
            List<Stanza> unread = merge ? now.unread() : List.of();
            return transaction(now)
                    .carryOut(now.tree(), edited, Set.of(), verify ? null : tree -> accept(tree, unread));
        });
    }

    /** A text that begins as {@code save} begins must end as {@code save} ends. */
    private static void checkWhole(String given, String source) throws ConfigException {
        if (given.startsWith(Sealed.VERSION_LINE)) {
            try {
                Sealed.read(given.getBytes(StandardCharsets.UTF_8));
            } catch (DamagedException e) {
                throw new ConfigException(source + " is damaged (" + e.getMessage() + "): nothing was changed", e);
            }
        }
    }

    private <T> T change(Change<T> change) throws ConfigException {
        if (calls.isInside()) {
            throw new ConfigException("a module that is being asked about a change, or follows one, cannot change or"
                    + " save the configuration itself: it must do so later, from a thread of its own");
        }
        lockInTime();
        try {
            if (closed) {
                throw new ConfigException("the configuration is being stopped: nothing was changed");
            }
            return change.make(state);
        } finally {
            lock.unlock();
        }
    }

    private void lockInTime() throws ConfigException {
        try {
            if (lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("interrupted while waiting for another change to end: nothing was changed", e);
        }
        String module = calls.current();
        throw new ConfigException("another change has not ended within " + patience.toSeconds() + " seconds"
                + (module.isEmpty() ? "" : ", it waits for module " + module) + ": nothing was changed");
    }

    private Transaction transaction(State now) {
        return new Transaction(now.catalog(), modules, calls);
    }

    private KindDescriptor declared(String kind) throws ConfigException {
        return state.catalog()
                .kind(kind)
                .orElseThrow(() -> new ConfigException("there is no kind \"" + kind + "\" of configuration object"));
    }

    private String owner(String kind) {
        return state.catalog().owner(kind).orElse("?");
    }

    private void accept(ConfigTree tree) {
        state = state.withTree(tree);
        writeRunning();
    }

    private void accept(ConfigTree tree, List<Stanza> unread) {
        state = new State(state.catalog(), tree, unread, Set.of(), false);
        writeRunning();
    }

    private void writeRunning() {
        try {
            store.writeRunning(boot, text.write(state.tree(), state.unread(), state.catalog()));
        } catch (IOException e) {
            LOG.warn(
                    "What runs cannot be written to {}: were this bundle replaced now, the change would be lost ({})",
                    store.running(),
                    e.toString());
        }
    }

    void expect(ServiceReference<ConfigModule> reference, ConfigModule module) {
        modules.expect(reference, module);
    }

    void leave(ServiceReference<ConfigModule> reference) {
        modules.leave(reference);
    }

    /** Takes a module in: learns its kinds, completes the tree with them, and lets it follow. */
    void arrive(ConfigModule module) {
        lock.lock();
        try {
            if (closed || !modules.expected(module)) {
                return;
            }
            modules.arrive(module, Describing.describe(module, text, state.catalog()));
            boolean changed = follow();
            calls.reconcile(changed ? modules.all() : List.of(module), state.tree());
        } catch (ConfigException | RuntimeException | LinkageError e) {
            LOG.error("Module {} cannot be used: its declarations are wrong", ModuleCalls.name(module), e);
        } finally {
            lock.unlock();
        }
    }

    /** After a module left: if an older version of it is still there, that one's kinds count again. */
    void settle() {
        lock.lock();
        try {
            if (!closed && follow()) {
                calls.reconcile(modules.all(), state.tree());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Brings catalog and tree up to the modules that are there. Returns whether the tree changed. */
    private boolean follow() {
        State before = state;
        Catalog catalog = before.catalog();
        for (Contribution contribution : modules.contributions()) {
            catalog = catalog.with(contribution);
        }
        ConfigTree tree = before.tree().withShipped(catalog.shipped());
        Content read = text.readAgain(tree, before.unread(), store.saved().toString(), catalog);
        read.problems().forEach(problem -> notices.add("Kept, but not in use: " + problem));
        Set<ObjectId> incomplete = new HashSet<>(before.incomplete());
        if (before.byHand()) {
            incomplete.addAll(read.ids());
        }
        ConfigTree migrated = migrated(catalog, read.tree());
        ConfigTree completed = completed(catalog, migrated, incomplete);
        state = new State(catalog, completed, read.unread(), Set.copyOf(incomplete), before.byHand());
        if (!catalog.equals(before.catalog())) {
            writeCatalog();
        }
        boolean changed = !completed.equals(before.tree());
        if (changed) {
            writeRunning();
        }
        return changed;
    }

    private void writeCatalog() {
        try {
            store.writeCatalog(state.catalog());
        } catch (IOException e) {
            LOG.warn("What is known of modules cannot be written to the configuration folder ({})", e.toString());
        }
    }

    private ConfigTree migrated(Catalog catalog, ConfigTree tree) {
        ConfigTree result = tree;
        for (ConfigObject object : tree.own().values()) {
            Optional<ConfigModule> owner = modules.owner(object.id().kind());
            Optional<KindDescriptor> kind = catalog.kind(object.id().kind());
            if (owner.isPresent()
                    && kind.isPresent()
                    && object.schema() < kind.get().schema()) {
                try {
                    var properties = calls.migrate(owner.get(), object);
                    result = Inheritance.put(
                            result, new ConfigObject(object.id(), kind.get().schema(), properties));
                } catch (ConfigException e) {
                    notices.add(e.getMessage());
                }
            }
        }
        return result;
    }

    /** Lets modules complete what a hand wrote into the saved file, as they would have if it had been typed. */
    private ConfigTree completed(Catalog catalog, ConfigTree tree, Set<ObjectId> incomplete) {
        Set<ObjectId> ready = new LinkedHashSet<>(incomplete);
        ready.removeIf(id -> !modules.available(id.kind()));
        ConfigTree result = tree;
        for (ConfigModule module : ready.isEmpty() ? List.<ConfigModule>of() : modules.newest()) {
            WorkingDraft draft = new WorkingDraft(catalog, tree, result, ready);
            try {
                calls.complete(module, draft);
                result = draft.now();
            } catch (ConfigException e) {
                notices.add("In the saved configuration that was edited by hand: " + e.getMessage());
            }
        }
        incomplete.removeAll(ready);
        return result;
    }
}
