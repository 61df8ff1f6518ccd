package org.ferrule.config.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.Reservation;
import org.ferrule.config.Values;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls modules, and keeps their faults from doing harm: what they throw, how long they take, and that they do not call
 * back into the configuration from within. To be used under the configuration's lock.
 */
final class ModuleCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleCalls.class);

    private final Executor preparers;
    private final Duration limit;
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();
    private final Set<ConfigModule> busy = ConcurrentHashMap.newKeySet();
    private volatile String current = "";

    /**
     * @param preparers runs {@code prepare}, each on a thread of its own
     * @param limit how long one may take
     */
    ModuleCalls(Executor preparers, Duration limit) {
        this.preparers = preparers;
        this.limit = limit;
    }

    /** Whether the calling thread is within a module's method. */
    boolean isInside() {
        return inside.contains(Thread.currentThread());
    }

    /** The module that is being called now, or "". */
    String current() {
        return current;
    }

    void complete(ConfigModule module, Draft draft) throws ConfigException {
        enter(module);
        try {
            module.complete(draft);
        } catch (RuntimeException | LinkageError e) {
            throw fault(module, e);
        } finally {
            exit();
        }
    }

    /**
     * Asks every module, oldest version first. Whoever gets the reservations closes them; if one refuses, those before it
     * are closed here.
     */
    List<Reservation> prepare(List<ConfigModule> modules, ConfigTree running, ConfigTree proposed)
            throws ConfigException {
        List<Reservation> held = new ArrayList<>();
        boolean all = false;
        try {
            for (ConfigModule module : modules) {
                held.add(prepare(module, running, proposed));
            }
            all = true;
            return held;
        } finally {
            if (!all) {
                close(held);
            }
        }
    }

    private Reservation prepare(ConfigModule module, ConfigTree running, ConfigTree proposed) throws ConfigException {
        if (busy.contains(module)) {
            throw new ConfigException("module " + name(module)
                    + " has not finished preparing an earlier change: nothing was changed; try again later");
        }
        Preparation preparation = new Preparation(() -> {
            inside.add(Thread.currentThread());
            try {
                return module.prepare(running, proposed);
            } finally {
                inside.remove(Thread.currentThread());
                busy.remove(module);
            }
        });
        busy.add(module);
        current = name(module);
        try {
            preparers.execute(preparation);
            return preparation.await(limit);
        } catch (Preparation.Overdue e) {
            throw new ConfigException(
                    "module " + name(module) + " did not prepare the change within " + limit.toSeconds()
                            + " seconds: nothing was changed",
                    e);
        } catch (RuntimeException | LinkageError e) {
            busy.remove(module);
            throw fault(module, e);
        } finally {
            current = "";
        }
    }

    /** What all of them together need for the tree; empty if one cannot tell. */
    Optional<Set<String>> capabilities(List<ConfigModule> modules, ConfigTree tree) {
        Set<String> all = new TreeSet<>();
        for (ConfigModule module : modules) {
            enter(module);
            try {
                all.addAll(module.capabilities(tree));
            } catch (RuntimeException | LinkageError e) {
                LOG.error("Module {} failed to tell what it needs", name(module), e);
                return Optional.empty();
            } finally {
                exit();
            }
        }
        return Optional.of(all);
    }

    /**
     * Brings an object's properties to the present schema.
     *
     * @throws ConfigException if the module fails to; the object stays as it is
     */
    Map<String, Object> migrate(ConfigModule module, ConfigObject object) throws ConfigException {
        enter(module);
        try {
            return Values.copy(module.migrate(object.id().kind(), object.schema(), object.properties()));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("Module {} failed to migrate {}", name(module), object.id(), e);
            throw new ConfigException(
                    "module " + name(module) + " failed to bring " + object.id() + " from schema " + object.schema()
                            + " to its own (" + e + "): the object stays as it is; the log says more",
                    e);
        } finally {
            exit();
        }
    }

    void reconcile(List<ConfigModule> modules, ConfigTree tree) {
        for (ConfigModule module : modules) {
            enter(module);
            try {
                module.reconcile(tree);
            } catch (RuntimeException | LinkageError e) {
                LOG.error("Module {} failed to follow the configuration", name(module), e);
            } finally {
                exit();
            }
        }
    }

    /** Closes them all, latest first, whatever they throw. */
    static void close(List<Reservation> reservations) {
        List<Reservation> latestFirst = new ArrayList<>(reservations);
        Collections.reverse(latestFirst);
        for (Reservation reservation : latestFirst) {
            closeOne(reservation);
        }
    }

    static void closeOne(Reservation reservation) {
        try {
            if (reservation != null) {
                reservation.close();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error("A reservation could not be given back", e);
        }
    }

    private void enter(ConfigModule module) {
        inside.add(Thread.currentThread());
        current = name(module);
    }

    private void exit() {
        inside.remove(Thread.currentThread());
        current = "";
    }

    private static ConfigException fault(ConfigModule module, Throwable fault) {
        LOG.error("Module {} failed while a change was checked", name(module), fault);
        return new ConfigException(
                "module " + name(module) + " failed while it checked the change (" + fault
                        + "): nothing was changed; the log says more",
                fault);
    }

    /** The module's name; its class where even that fails. */
    static String name(ConfigModule module) {
        try {
            return module.module();
        } catch (RuntimeException | LinkageError e) {
            return module.getClass().getName();
        }
    }
}
