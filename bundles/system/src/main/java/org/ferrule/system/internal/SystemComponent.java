package org.ferrule.system.internal;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.karaf.jaas.config.JaasRealm;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Home;
import org.ferrule.config.HostNames;
import org.ferrule.config.Secrets;
import org.ferrule.module.Providers;
import org.ferrule.shell.RunCommand;
import org.ferrule.shell.StatusProvider;
import org.ferrule.shell.Users;
import org.ferrule.stream.Network;
import org.ferrule.tls.DeviceTls;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.traffic.TrustedDevices;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the module together and offers its services. The parts share state, so they live and die together; what other
 * modules give comes and goes. The services are registered by hand, so that Karaf's resolver must be told of them.
 */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.config.ConfigModule\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.Users\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.RunCommand\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.shell.StatusProvider\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.traffic.TrustedDevices\"")
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.tls.ExpiringCertificates\"")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.apache.karaf.jaas.config.JaasRealm\"")
@Component(
        service = {},
        immediate = true)
public final class SystemComponent {
    private static final Logger LOG = LoggerFactory.getLogger(SystemComponent.class);

    private final Providers<Configuration> configurations = new Providers<>();
    private final Providers<Secrets> secrets = new Providers<>();
    private final Providers<DeviceTls> deviceTls = new Providers<>();
    private final Providers<Network> networks = new Providers<>();
    private final Providers<ExpiringCertificates> expiring = new Providers<>();
    private final ExpiryWatch expiryWatch = new ExpiryWatch(expiring::all, Clock.systemUTC()).start();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final ExecutorService pairingThread = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "pairing");
        thread.setDaemon(true);
        return thread;
    });
    private final BundleContext context;
    private final Steward steward;
    private volatile ConfigTree tree = ConfigTree.EMPTY;
    private Optional<ServiceRegistration<Users>> usersOffered = Optional.empty();
    private boolean stopped;

    /** Starts the module. */
    @Activate
    public SystemComponent(BundleContext context) {
        this.context = context;
        String version = context.getBundle().getVersion().toString();
        Supplier<Optional<X509Certificate>> own = () -> deviceTls.best().map(DeviceTls::certificate);
        Unsealer unsealer = new Unsealer(secrets::best);
        DeviceRules devices = new DeviceRules(own, version);
        UserDirectory users = new UserDirectory(unsealer);
        PairingTokens tokens = new PairingTokens(Clock.systemUTC());
        TrustKeeper keeper = new TrustKeeper(configurations::best);
        PairingHost host = new PairingHost(tokens, own, () -> DeviceRules.hostname(tree), keeper, pairingThread);
        Trust trust =
                new Trust(host::accept, (name, before, now) -> learn(keeper, name, before, now), Clock.systemUTC());
        DeviceStatus deviceStatus = new DeviceStatus(() -> tree, own, version, host::failures, Clock.systemUTC());
        TrustedDeviceStatus trustedStatus = new TrustedDeviceStatus(() -> tree, Clock.systemUTC());
        steward = new Steward(
                configurations::best,
                devices,
                firstAdmin(context),
                Home.option(context, "hostname"),
                HostNames::system);
        register(TrustedDevices.class, trust);
        register(JaasRealm.class, new KarafRealm(users, context.getBundle().getBundleId()));
        register(
                RunCommand.class,
                new PairCommand(tokens, keeper, configurations::best, networks::best, deviceTls::best));
        register(RunCommand.class, new RenewCommand(deviceTls::best, steward::look));
        register(StatusProvider.class, deviceStatus);
        register(StatusProvider.class, trustedStatus);
        register(ExpiringCertificates.class, deviceStatus::certificates);
        register(ExpiringCertificates.class, trustedStatus::certificates);
        // Last: the configuration calls it at once.
        register(
                ConfigModule.class,
                new SystemModule(
                        new UserRules(unsealer),
                        devices,
                        List.of(
                                now -> tree = now,
                                users::follow,
                                now -> offer(users),
                                trust::follow,
                                steward::follow)));
    }

    private void learn(TrustKeeper keeper, String name, X509Certificate before, X509Certificate now) {
        try {
            // Asked on an event loop, which must not wait for the disk.
            pairingThread.execute(() -> keeper.renewed(name, before, now));
        } catch (RejectedExecutionException e) {
            LOG.debug("The module is being stopped");
        }
    }

    private static FirstAdmin firstAdmin(BundleContext context) {
        return new FirstAdmin(
                Home.of(context).keys(),
                Home.option(context, "admin-password-file").map(Path::of),
                Home.option(context, "admin-key").map(Path::of));
    }

    /** Only once it knows the users: before that, all would seem to be deleted. */
    private synchronized void offer(UserDirectory users) {
        if (usersOffered.isEmpty() && !stopped) {
            usersOffered = Optional.of(context.registerService(Users.class, users, null));
        }
    }

    private <T> void register(Class<T> type, T service) {
        registrations.add(context.registerService(type, service, null));
    }

    private synchronized void withdrawUsers() {
        stopped = true;
        usersOffered.ifPresent(ServiceRegistration::unregister);
    }

    @Deactivate
    void stop() {
        for (int i = registrations.size() - 1; i >= 0; i--) {
            registrations.get(i).unregister();
        }
        withdrawUsers();
        steward.close();
        expiryWatch.close();
        pairingThread.shutdown();
    }

    @Reference(
            service = Configuration.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration service) {
        configurations.add(reference, service);
        steward.look();
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        configurations.remove(reference);
    }

    @Reference(
            service = Secrets.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSecrets(ServiceReference<Secrets> reference, Secrets service) {
        secrets.add(reference, service);
        steward.look();
    }

    void unbindSecrets(ServiceReference<Secrets> reference) {
        secrets.remove(reference);
    }

    @Reference(
            service = DeviceTls.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDeviceTls(ServiceReference<DeviceTls> reference, DeviceTls service) {
        deviceTls.add(reference, service);
        steward.look();
    }

    void unbindDeviceTls(ServiceReference<DeviceTls> reference) {
        deviceTls.remove(reference);
    }

    @Reference(
            service = Network.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindNetwork(ServiceReference<Network> reference, Network service) {
        networks.add(reference, service);
    }

    void unbindNetwork(ServiceReference<Network> reference) {
        networks.remove(reference);
    }

    @Reference(
            service = ExpiringCertificates.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindExpiring(ServiceReference<ExpiringCertificates> reference, ExpiringCertificates service) {
        expiring.add(reference, service);
    }

    void unbindExpiring(ServiceReference<ExpiringCertificates> reference) {
        expiring.remove(reference);
    }
}
