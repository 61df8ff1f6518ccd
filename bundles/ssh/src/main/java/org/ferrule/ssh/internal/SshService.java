package org.ferrule.ssh.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.sshd.server.session.ServerSession;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.Home;
import org.ferrule.config.Secrets;
import org.ferrule.module.Drainable;
import org.ferrule.module.Providers;
import org.ferrule.shell.Shell;
import org.ferrule.shell.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SSH server's life: waits on a thread of its own for what it needs (the configuration, the master key), makes the host
 * keys, applies the options of the start, listens, and tries again where something was in the way.
 */
final class SshService implements AutoCloseable, Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(SshService.class);
    private static final long SWEEP_SECONDS = 5;
    private static final long CLOSE_SECONDS = 5;

    /** An older version of the module shares its address with this one in this time, if there is one. */
    private static final Duration HAND_OVER = Duration.ofSeconds(30);

    private static final Duration SOON = Duration.ofMillis(100);

    /**
     * What other modules give; each may come and go.
     *
     * @param shells tmsh
     * @param users who may log in
     * @param secrets opens the host keys
     * @param configurations the configuration
     * @param consoles Karaf's
     */
    record Others(
            Providers<Shell> shells,
            Providers<Users> users,
            Providers<Secrets> secrets,
            Providers<Configuration> configurations,
            Providers<SessionFactory> consoles) {
        Others() {
            this(new Providers<>(), new Providers<>(), new Providers<>(), new Providers<>(), new Providers<>());
        }
    }

    private final Others others;
    private final Path keys;
    private final Options options;
    private final Limits limits;
    private final LongSupplier nanos;
    private final ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1, daemon("ssh-control"));
    private final ExecutorService hashing =
            new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(64), daemon("ssh-password"));
    private final SshListener listener = new SshListener();
    private final SessionThreads threads;
    private final Tmsh tmsh;
    private final KarafConsole karaf;
    private final Uploads uploads;
    private final Standing standing;
    private final Gate gate;
    private final Lockout lockout;
    private final Authenticator authenticator;
    private volatile Sshd settings;
    private volatile AdminServer server;
    private volatile List<String> fingerprints = List.of();
    private volatile String problem = "";
    private boolean optionsApplied;

    /** When it could not listen for the first time; null: it can. */
    private Long failing;

    SshService(Others others, Home home, Options options, Limits limits, LongSupplier nanos) {
        this.others = others;
        this.keys = home.keys();
        this.options = options;
        this.limits = limits;
        this.nanos = nanos;
        this.threads = new SessionThreads(control, limits.endGrace());
        this.tmsh = new Tmsh(others.shells(), home.directory().resolve("history"));
        this.karaf = new KarafConsole(others.consoles());
        this.uploads = new Uploads(home.uploads(), () -> settings.uploadQuota(), nanos);
        this.standing = new Standing(others.users()::best);
        this.gate = new Gate(limits, () -> settings, standing);
        this.lockout =
                new Lockout(() -> new Lockout.Policy(settings.maxLoginFailures(), settings.lockoutDuration()), nanos);
        this.authenticator = new Authenticator(others.users()::best, hashing, control, limits.failureDelay(), lockout);
        control.setRemoveOnCancelPolicy(true);
        control.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    SshListener listener() {
        return listener;
    }

    Tmsh tmsh() {
        return tmsh;
    }

    KarafConsole karaf() {
        return karaf;
    }

    Gate gate() {
        return gate;
    }

    Lockout lockout() {
        return lockout;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    /** What the configuration says, once it has said so. */
    Optional<Sshd> settings() {
        return Optional.ofNullable(settings);
    }

    /** The server, once it is made. */
    Optional<AdminServer> server() {
        return Optional.ofNullable(server);
    }

    /** The host keys' fingerprints, such as {@code ssh-ed25519 SHA256:…}. */
    List<String> fingerprints() {
        return fingerprints;
    }

    /** What is in the way, or "". */
    String problem() {
        String own = problem;
        return own.isEmpty() ? listener.problem() : own;
    }

    /** How many shells and commands run. */
    int running() {
        return threads.active();
    }

    /** Its sessions; and one more while clients may still come to its listening socket only. */
    @Override
    public int users() {
        int sessions = server().map(made -> made.getActiveSessions().size()).orElse(0);
        return listener.sharing() ? sessions + 1 : sessions;
    }

    @Override
    public void drain() {
        listener.drain();
        submit(listener::leave, limits.sharing());
    }

    @Override
    public void resume() {
        listener.resume();
        look();
    }

    /** When something was last typed or run in a session. */
    Activity activity(ServerSession session) {
        return Activity.of(session, nanos);
    }

    /** Where it listens now. */
    Optional<InetSocketAddress> listening() {
        return listener.listening();
    }

    /** The configuration says this now. Quick; any thread. */
    void follow(Sshd now, ConfigTree tree) {
        settings = now;
        listener.follow(now, tree);
        look();
    }

    /** Something came or changed that the start may be waiting for. Any thread. */
    void look() {
        submit(this::lookNow, Duration.ZERO);
    }

    /** Who may do what has changed, or may have: sessions whose user lost the right to them end. Any thread. */
    void review() {
        try {
            control.execute(() -> {
                server().ifPresent(standing::review);
                others.users()
                        .best()
                        .ifPresent(users ->
                                lockout.keep(user -> users.account(user).isPresent()));
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("SSH: the module is being stopped");
        }
    }

    private void submit(Runnable task, Duration wait) {
        try {
            control.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("SSH: the module is being stopped");
        }
    }

    private void lookNow() {
        try {
            if (settings == null || !made() || !overridden()) {
                return;
            }
            listener.open();
            boolean listens = listener.adjust();
            failing = listens ? null : failing == null ? nanos.getAsLong() : failing;
            if (!listens) {
                submit(this::lookNow, nanos.getAsLong() - failing < HAND_OVER.toNanos() ? SOON : limits.retry());
            }
        } catch (RuntimeException e) {
            LOG.error("SSH: the server could not be started", e);
        }
    }

    /** Makes the server with its host keys if that was not done yet; whether it is done. */
    private boolean made() {
        if (server != null) {
            return true;
        }
        Optional<Secrets> secrets = others.secrets().best();
        if (secrets.isEmpty()) {
            trouble("module crypto is not running: the host keys cannot be opened");
            return false;
        }
        try {
            Algorithms.useProviders();
            var pairs = new HostKeys(keys, secrets.get()).load();
            AdminServer made = new AdminServer(limits, pairs);
            made.setPasswordAuthenticator(authenticator);
            made.setPublickeyAuthenticator(authenticator);
            Landing landing = new Landing(threads, tmsh, karaf, this::notices, nanos);
            made.setShellFactory(landing);
            made.setCommandFactory(landing);
            uploads.serve(made);
            gate.guard(made);
            made.open();
            fingerprints = SshStatus.fingerprints(pairs);
            server = made;
            listener.serve(made);
            sweep(new Inactivity(made, () -> settings.inactivityTimeout(), nanos));
            trouble("");
            return true;
        } catch (IOException e) {
            trouble(e.getMessage());
            return false;
        }
    }

    private void sweep(Inactivity inactivity) {
        try {
            control.scheduleWithFixedDelay(inactivity, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("SSH: the module is being stopped");
        }
    }

    private List<String> notices() {
        return others.configurations().best().map(Configuration::notices).orElse(List.of());
    }

    /** Commits what the options say if that was not done yet; whether it is done. */
    private boolean overridden() {
        if (optionsApplied) {
            return true;
        }
        List<Edit> edits = options.edits(settings);
        if (!edits.isEmpty()) {
            Optional<Configuration> configuration = others.configurations().best();
            if (configuration.isEmpty()) {
                return false;
            }
            try {
                configuration.get().commit(edits);
                if (options.lasting()) {
                    configuration.get().save();
                }
            } catch (ConfigException e) {
                trouble("the options of the start cannot be applied: " + e.getMessage());
                submit(this::lookNow, limits.retry());
                return false;
            }
        }
        trouble("");
        optionsApplied = true;
        return true;
    }

    private void trouble(String now) {
        if (!now.isEmpty() && !now.equals(problem)) {
            LOG.warn("SSH: nobody can log in yet: {}", now);
        }
        problem = now;
    }

    /** Stops listening, ends all sessions and threads, within seconds. */
    @Override
    public void close() {
        listener.close();
        // What the control thread is making right now is made to its end, so that it can be closed.
        control.shutdown();
        try {
            if (!control.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("SSH: the module stops while it is still being started");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server().ifPresent(AdminServer::shut);
        threads.close();
        hashing.shutdownNow();
        control.shutdownNow();
    }
}
