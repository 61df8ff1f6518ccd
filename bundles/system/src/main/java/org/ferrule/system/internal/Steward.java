package org.ferrule.system.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.HostNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the appliance has an administrator, its host name, and itself as a device: makes the transactions that
 * are due, on a thread of its own. Each look starts from what runs, so that looking once too often does nothing.
 */
final class Steward implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Steward.class);
    private static final long RETRY_SECONDS = 2;
    private static final int RETRIES = 30;

    private final Supplier<Optional<Configuration>> configuration;
    private final DeviceRules devices;
    private final FirstAdmin firstAdmin;
    private final Optional<String> hostname;
    private final Supplier<String> systemName;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "system");
        made.setDaemon(true);
        return made;
    });
    private volatile boolean reconciled;
    private boolean versionSeen;
    private int retries = RETRIES;
    private String lastProblem = "";

    /**
     * @param hostname the option of that name
     * @param systemName what the system is called, for a first start without the option
     */
    Steward(
            Supplier<Optional<Configuration>> configuration,
            DeviceRules devices,
            FirstAdmin firstAdmin,
            Optional<String> hostname,
            Supplier<String> systemName) {
        this.configuration = configuration;
        this.devices = devices;
        this.firstAdmin = firstAdmin;
        this.hostname = hostname;
        this.systemName = systemName;
    }

    /** The module has been given the running tree: before that, its users might only not have arrived yet. */
    void follow(ConfigTree tree) {
        reconciled();
        look();
    }

    void reconciled() {
        reconciled = true;
    }

    /** Something changed that may make a transaction due. Any thread. */
    void look() {
        try {
            thread.execute(this::lookNow);
        } catch (RejectedExecutionException e) {
            LOG.debug("The module is being stopped");
        }
    }

    void lookNow() {
        Optional<Configuration> now = configuration.get();
        if (!reconciled || now.isEmpty()) {
            return;
        }
        try {
            tend(now.get());
            lastProblem = "";
            retries = RETRIES;
        } catch (ConfigException | IOException e) {
            retry(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("The appliance's own settings cannot be seen to", e);
        }
    }

    private void retry(String problem) {
        if (!problem.equals(lastProblem)) {
            LOG.warn("{}", problem);
            lastProblem = problem;
        }
        if (retries-- > 0 && !thread.isShutdown()) {
            thread.schedule(this::lookNow, RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void tend(Configuration now) throws ConfigException, IOException {
        ConfigTree running = now.running();
        boolean first = running.ids(User.KIND).isEmpty();
        List<Edit> edits = new ArrayList<>(hostnameEdits(running, first));
        if (edits.isEmpty() && !first) {
            edits.addAll(deviceEdits(running));
        }
        if (first) {
            firstAdmin.make(admin -> {
                edits.add(admin);
                now.commit(edits);
                now.save();
            });
        } else if (!edits.isEmpty()) {
            now.commit(edits);
        }
    }

    /** The module fills in the device in any transaction that there is; one that changes little else will do. */
    private List<Edit> deviceEdits(ConfigTree running) {
        String name = DeviceRules.hostname(running);
        if (devices.missing(running)) {
            return List.of(new Edit.Create(Device.id(name), List.of()));
        }
        boolean due = devices.outdated(running, !versionSeen);
        versionSeen = true;
        return due ? List.of(hostnameEdit(name)) : List.of();
    }

    private List<Edit> hostnameEdits(ConfigTree running, boolean first) {
        String name = hostname.orElseGet(() -> first ? systemName.get() : DeviceRules.hostname(running));
        if (!HostNames.valid(name)) {
            LOG.warn(
                    "The option hostname, \"{}\", is not a host name: at most 64 letters, digits, hyphens and dots",
                    name);
            return List.of();
        }
        return name.equals(DeviceRules.hostname(running)) ? List.of() : List.of(hostnameEdit(name));
    }

    private static Edit hostnameEdit(String name) {
        return new Edit.Modify(GlobalSettings.ID, List.of(new Assign.Value("hostname", name)));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
