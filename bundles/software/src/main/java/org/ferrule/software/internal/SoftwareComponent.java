package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeatureEvent;
import org.apache.karaf.features.FeaturesListener;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.features.RepositoryEvent;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Home;
import org.ferrule.module.Drainable;
import org.ferrule.module.Providers;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.ExpiringCertificates;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the module together and offers its services, for as long as no other version of it does the work. Karaf's features
 * service and Declarative Services are of the platform, so that they live and die together with it. The services are
 * registered by hand, so that Karaf's resolver must be told of them.
 */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.config.ConfigModule\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.RunCommand\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.StatusProvider\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.tls.ExpiringCertificates\"")
@Component(
        service = {},
        immediate = true)
public final class SoftwareComponent implements Handover.Duty {
    private static final Logger LOG = LoggerFactory.getLogger(SoftwareComponent.class);
    private static final long LOOK_MILLIS = 400;
    private static final long KEEP_SECONDS = 2;

    private final Providers<Configuration> configurations = new Providers<>();

    /** What is there for as long as this version does the work; guarded by itself. */
    private final List<ServiceRegistration<?>> working = new ArrayList<>();

    private final ScheduledExecutorService deployThread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "deploy");
        thread.setDaemon(true);
        return thread;
    });
    private final BundleContext context;
    private final Ledger ledger;
    private final Jobs jobs;
    private final Platform platform;
    private final Watched watched;
    private final HotDeploy hotDeploy;
    private final Deployers deployers;
    private final Installer installer;
    private final Uploads uploads;
    private final Booting booting;
    private final Restorer restorer;
    private final Succession succession;
    private final Keeper keeper;
    private final ServiceRegistration<ConfigModule> module;
    private ServiceTracker<BootFinished, BootFinished> boot;
    private Optional<Manifest.Wanted> mine = Optional.empty();
    private volatile Software settings = Software.INITIAL;
    private volatile TrustedSigners trusted = TrustedSigners.NONE;
    private volatile boolean deploying;
    private volatile HotDeploy.Policy policy;
    private volatile boolean onDuty;
    private volatile boolean drained;
    private volatile boolean booted;

    /** Starts the module. */
    @Activate
    public SoftwareComponent(
            BundleContext context, @Reference FeaturesService features, @Reference ServiceComponentRuntime components)
            throws IOException {
        this.context = context;
        Home home = Home.of(context);
        Path data = home.data();
        ledger = new Ledger(new Store(home.place()));
        jobs = new Jobs(ledger.store(), Pace.REAL);
        watched = new Watched(context);
        platform = new OsgiPlatform(context, features, new Health(components), watched.condition());
        installer =
                new Installer(ledger, jobs, platform, new Planner(platform), Pace.REAL, () -> settings, () -> trusted);
        uploads = new Uploads(home.uploads());
        booting = Booting.of(home, jobs, () -> trusted);
        restorer = new Restorer(ledger, jobs, platform, Pace.REAL, () -> settings);
        succession = new Succession(ledger, jobs, platform, Pace.REAL, () -> settings);
        keeper = new Keeper(ledger, jobs, platform, Pace.REAL);
        deployers = new Deployers(context, data.resolve("deployed"), data.resolve("generated-bundles"));
        hotDeploy = new HotDeploy(
                home.directory().resolve("deploy"),
                data.resolve("deployed"),
                data.resolve("deploying"),
                Pace.REAL,
                deployers::watch);
        Handover handover = new Handover(ledger, jobs, platform, Pace.REAL, () -> settings, this);
        jobs.onHandover(successor -> handover.to(successor, mine));
        look();
        deployThread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        deployThread.scheduleWithFixedDelay(this::keep, KEEP_SECONDS, KEEP_SECONDS, TimeUnit.SECONDS);
        // Last: the configuration calls it at once.
        module = context.registerService(ConfigModule.class, new SoftwareModule(this::follow), null);
    }

    // ---- one version at a time

    /** Another version of this module may run beside this one: then either of them does the work. */
    private boolean free() {
        ServiceReference<?>[] all;
        try {
            all = context.getAllServiceReferences(Drainable.class.getName(), null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        String name = context.getBundle().getSymbolicName();
        return all == null
                || Arrays.stream(all)
                        .map(ServiceReference::getBundle)
                        .noneMatch(bundle -> bundle != null && name.equals(bundle.getSymbolicName()));
    }

    private boolean chosen() {
        ledger.readAgain();
        return Handover.chosen(ledger.manifest(), platform.self(), platform.bundles());
    }

    @Override
    public void begin() {
        synchronized (working) {
            if (onDuty) {
                return;
            }
            onDuty = true;
            // First: whoever sees it leaves the work to this one.
            register(Drainable.class, new Draining());
        }
        Platform.Installed self = platform.self();
        mine = ledger.manifest().wanted(self.symbolicName()).filter(wanted -> wanted.location()
                .equals(self.location()));
        jobs.recallAgain();
        jobs.later(booting::started);
        register(
                RunCommand.class,
                new InstallCommand(installer, ledger, uploads, booting.installer(), booting.volumes()));
        register(RunCommand.class, new DeleteCommands.DeleteVolume(booting.installer(), booting.volumes()));
        register(
                RunCommand.class,
                new RebootCommand(
                        booting.volumes(),
                        booting.choice(),
                        jobs,
                        Booting.watched(),
                        this::saved,
                        new Restart(context)));
        register(RunCommand.class, new DeleteCommands.CancelJob(jobs));
        register(RunCommand.class, new DeleteCommands.DeleteImage(installer));
        register(
                StatusProvider.class,
                new SoftwareStatus(
                        ledger, jobs, booting.volumes(), booting.choice(), () -> deploying, hotDeploy::deployed));
        SignerStatus signers = new SignerStatus(() -> trusted, Pace.REAL);
        register(StatusProvider.class, signers);
        register(ExpiringCertificates.class, signers::certificates);
        ServiceTracker<BootFinished, BootFinished> awaited = awaitBoot();
        synchronized (working) {
            boot = awaited;
        }
        deploy();
    }

    @Override
    public void end() {
        ServiceTracker<BootFinished, BootFinished> awaited;
        synchronized (working) {
            if (!onDuty) {
                return;
            }
            onDuty = false;
            booted = false;
            awaited = boot;
            boot = null;
        }
        if (awaited != null) {
            awaited.close();
        }
        whileDeploying(hotDeploy::rest);
        synchronized (working) {
            for (int i = working.size() - 1; i >= 0; i--) {
                working.get(i).unregister();
            }
            working.clear();
        }
    }

    /** Tells other versions that this one does the work. */
    private final class Draining implements Drainable {
        @Override
        public int users() {
            return jobs.busy() ? 1 : 0;
        }

        @Override
        public void drain() {
            // Not at once: it is called from within a job, or by somebody who counts the users after it.
            drained = true;
        }

        @Override
        public void resume() {
            drained = false;
        }
    }

    // ---- the work

    /** What the distribution brings has to be there before what replaces it. */
    private ServiceTracker<BootFinished, BootFinished> awaitBoot() {
        ServiceTracker<BootFinished, BootFinished> tracker = new ServiceTracker<>(context, BootFinished.class, null) {
            @Override
            public BootFinished addingService(ServiceReference<BootFinished> reference) {
                jobs.later(SoftwareComponent.this::booted);
                return super.addingService(reference);
            }
        };
        tracker.open();
        return tracker;
    }

    private void booted() {
        if (!onDuty) {
            return;
        }
        try {
            restorer.restore();
        } catch (RuntimeException e) {
            LOG.error("What images brought cannot be restored", e);
        }
        try {
            register(FeaturesListener.class, new FeaturesListener() {
                @Override
                public void featureEvent(FeatureEvent event) {
                    succession.look();
                }

                @Override
                public void repositoryEvent(RepositoryEvent event) {
                    // A repository brings nothing by itself.
                }
            });
            // A version that a feature brought, and that was interrupted or is this module's own.
            succession.look();
            // Not before: what is started for the first time is not missing.
            booted = true;
        } catch (IllegalStateException stopped) {
            LOG.debug("The module is being stopped", stopped);
        }
    }

    private boolean saved() {
        return configurations.best().map(Configuration::saved).orElse(true);
    }

    @Reference(
            service = Configuration.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration service) {
        configurations.add(reference, service);
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        configurations.remove(reference);
    }

    private void follow(ConfigTree tree) {
        settings = tree.view(Software.class, "").orElse(Software.INITIAL);
        trusted = TrustedSigners.of(tree);
        deploying = DbVariable.hotDeploy(tree);
        policy = new HotDeploy.Policy(deploying, settings.unsignedPolicy(), trusted);
        deploy();
    }

    private void deploy() {
        whileDeploying(() -> {
            HotDeploy.Policy now = policy;
            if (onDuty && now != null) {
                hotDeploy.follow(now);
            }
        });
    }

    private void whileDeploying(Runnable task) {
        try {
            deployThread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The module is being stopped", e);
        }
    }

    private void keep() {
        if (booted) {
            keeper.look();
        }
    }

    private void look() {
        takeTurns();
        try {
            if (onDuty) {
                hotDeploy.look();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The folder deploy cannot be looked at: {}", e.toString());
        }
    }

    private void takeTurns() {
        try {
            if (onDuty && drained && !jobs.busy()) {
                end();
            } else if (!onDuty && !drained && free() && chosen()) {
                begin();
            }
        } catch (RuntimeException e) {
            LOG.error("Whether it is for this version of the module to work cannot be told", e);
        }
    }

    private <T> void register(Class<T> type, T service) {
        ServiceRegistration<T> registration = context.registerService(type, service, null);
        synchronized (working) {
            working.add(registration);
        }
    }

    @Deactivate
    void stop() {
        drained = true;
        jobs.close();
        end();
        module.unregister();
        deployThread.shutdownNow();
        deployers.close();
        watched.close();
    }
}
