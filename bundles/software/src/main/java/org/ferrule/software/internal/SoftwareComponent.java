package org.ferrule.software.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import org.ferrule.module.Providers;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.ExpiringCertificates;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
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
 * Puts the module together and offers its services. Karaf's features service and Declarative Services are of the platform,
 * so that they live and die together with it. The services are registered by hand, so that Karaf's resolver must be told
 * of them.
 */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.config.ConfigModule\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.RunCommand\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.StatusProvider\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.tls.ExpiringCertificates\"")
@Component(
        service = {},
        immediate = true)
public final class SoftwareComponent {
    private static final Logger LOG = LoggerFactory.getLogger(SoftwareComponent.class);
    private static final long LOOK_MILLIS = 400;
    private static final long KEEP_SECONDS = 2;

    private final Providers<Configuration> configurations = new Providers<>();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final ScheduledExecutorService deployThread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "deploy");
        thread.setDaemon(true);
        return thread;
    });
    private final BundleContext context;
    private final Jobs jobs;
    private final Watched watched;
    private final HotDeploy hotDeploy;
    private final Deployers deployers;
    private final Restorer restorer;
    private final Succession succession;
    private final Keeper keeper;
    private final ServiceTracker<BootFinished, BootFinished> boot;
    private volatile Software settings = Software.INITIAL;
    private volatile TrustedSigners trusted = TrustedSigners.NONE;
    private volatile boolean deploying;

    /** Starts the module. */
    @Activate
    public SoftwareComponent(
            BundleContext context, @Reference FeaturesService features, @Reference ServiceComponentRuntime components)
            throws IOException {
        this.context = context;
        Home own = Home.of(context);
        Path home = own.directory();
        Path data = own.data();
        Ledger ledger = new Ledger(new Store(own.place()));
        jobs = new Jobs(ledger.store(), Pace.REAL);
        watched = new Watched(context);
        Platform platform = new OsgiPlatform(context, features, new Health(components), watched.condition());
        Planner planner = new Planner(platform, context.getBundle().getSymbolicName());
        Installer installer = new Installer(ledger, jobs, platform, planner, Pace.REAL, () -> settings, () -> trusted);
        restorer = new Restorer(ledger, jobs, platform, Pace.REAL, () -> settings);
        succession = new Succession(ledger, jobs, platform, Pace.REAL, () -> settings);
        keeper = new Keeper(ledger, jobs, platform, Pace.REAL);
        deployers = new Deployers(context, data.resolve("deployed"), data.resolve("generated-bundles"));
        hotDeploy = new HotDeploy(
                home.resolve("deploy"),
                data.resolve("deployed"),
                data.resolve("deploying"),
                Pace.REAL,
                deployers::watch);
        Volumes volumes = new Volumes(own);
        BootChoice boot = new BootChoice(own);
        VolumeInstaller volumeInstaller =
                new VolumeInstaller(volumes, boot, jobs, Pace.REAL, warmer(own), () -> trusted);
        jobs.later(() -> begin(volumes, boot));
        register(
                RunCommand.class,
                new InstallCommand(installer, ledger, new Uploads(own.uploads()), volumeInstaller, volumes));
        register(RunCommand.class, new DeleteCommands.DeleteVolume(volumeInstaller, volumes));
        register(RunCommand.class, new RebootCommand(volumes, boot, jobs, this::saved, new Restart(context)));
        register(RunCommand.class, new DeleteCommands.CancelJob(jobs));
        register(RunCommand.class, new DeleteCommands.DeleteImage(installer));
        register(
                StatusProvider.class,
                new SoftwareStatus(ledger, jobs, volumes, boot, () -> deploying, hotDeploy::deployed));
        SignerStatus signers = new SignerStatus(() -> trusted, Pace.REAL);
        register(StatusProvider.class, signers);
        register(ExpiringCertificates.class, signers::certificates);
        this.boot = awaitBoot();
        deployThread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        // Last: the configuration calls it at once.
        register(ConfigModule.class, new SoftwareModule(this::follow));
    }

    /** The command that started the appliance says in the environment where it is. */
    private static Warmer warmer(Home home) {
        String launcher = System.getenv("FERRULE_LAUNCHER");
        return launcher == null
                ? (volume, calledOff) -> {
                    throw new IOException(
                            "this appliance was not started by the command ferrule, which warms the cache");
                }
                : new Warmer.ByLauncher(Path.of(launcher), home);
    }

    /** What is to be done about volumes at a start. */
    private static void begin(Volumes volumes, BootChoice boot) {
        volumes.tidy();
        boot.failure().ifPresent(failure -> LOG.warn("{}", failure.text()));
        try {
            volumes.markBooted(Job.text(Pace.REAL.now()));
        } catch (IOException e) {
            LOG.warn("That {} was booted cannot be written down: {}", volumes.active(), e.getMessage());
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
        } catch (IllegalStateException stopped) {
            LOG.debug("The module is being stopped", stopped);
        }
        try {
            // Not before: what is started for the first time is not missing.
            deployThread.scheduleWithFixedDelay(keeper::look, KEEP_SECONDS, KEEP_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("The module is being stopped", stopped);
        }
    }

    private void follow(ConfigTree tree) {
        settings = tree.view(Software.class, "").orElse(Software.INITIAL);
        trusted = TrustedSigners.of(tree);
        deploying = DbVariable.hotDeploy(tree);
        HotDeploy.Policy policy = new HotDeploy.Policy(deploying, settings.unsignedPolicy(), trusted);
        try {
            deployThread.execute(() -> hotDeploy.follow(policy));
        } catch (RejectedExecutionException e) {
            LOG.debug("The module is being stopped", e);
        }
    }

    private void look() {
        try {
            hotDeploy.look();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The folder deploy cannot be looked at: {}", e.toString());
        }
    }

    private <T> void register(Class<T> type, T service) {
        ServiceRegistration<T> registration = context.registerService(type, service, null);
        synchronized (registrations) {
            registrations.add(registration);
        }
    }

    @Deactivate
    void stop() {
        boot.close();
        synchronized (registrations) {
            for (int i = registrations.size() - 1; i >= 0; i--) {
                registrations.get(i).unregister();
            }
        }
        jobs.close();
        deployThread.shutdownNow();
        deployers.close();
        watched.close();
    }
}
