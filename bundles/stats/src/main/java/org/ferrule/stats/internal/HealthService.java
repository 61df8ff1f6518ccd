package org.ferrule.stats.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Home;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.module.Providers;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.ExpiringCertificates;
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

/** Looks after the appliance's health, with the checks of this module and those that others register as services. */
@Component(service = HealthService.class)
public final class HealthService {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final Map<ServiceReference<HealthCheck>, HealthCheck> checks = new ConcurrentHashMap<>();
    private final Providers<Configuration> configurations = new Providers<>();
    private final Providers<ExpiringCertificates> expiring = new Providers<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "health");
        thread.setDaemon(true);
        return thread;
    });
    private final Health health = new Health(this::checks, threads, LIMIT, Instant::now);
    private final Ticker ticker;
    private volatile HealthSettings settings = HealthSettings.INITIAL;

    /** Begins to look. */
    @Activate
    public HealthService(
            @Reference Statuses statuses, @Reference ServiceComponentRuntime components, BundleContext context) {
        Supplier<List<KindStatus>> all = statuses::all;
        register(context, "objects", new ObjectsCheck(all));
        register(context, "certificates", new CertificatesCheck(expiring::all, InstantSource.system()));
        register(context, "dictionaries", new DictionaryCheck(all, Instant::now));
        register(context, "memory", new MemoryCheck(MemoryBudget.ofProcess()));
        register(context, "modules", new ModulesCheck(context, components, configurations::best, all));
        register(context, "configuration", new SavedCheck(configurations::best));
        MachineCheck.Room disk = MachineCheck.disk(Home.of(context).directory());
        register(context, "machine", new MachineCheck(disk, HealthService::heap, () -> settings));
        register(context, "clock", new ClockCheck(Instant::now, System::nanoTime));
        registrations.add(context.registerService(StatusProvider.class, new HealthStatus(health), null));
        ticker = new Ticker("health-ticker", health::look, Duration.ofSeconds(settings.interval()));
    }

    private void register(BundleContext context, String name, HealthCheck check) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(HealthCheck.NAME, name);
        properties.put(HealthCheck.TAGS, "ferrule");
        registrations.add(context.registerService(HealthCheck.class, check, properties));
    }

    /** What was left over when the largest part of the heap was last cleaned up: what is used now says little. */
    private static MachineCheck.Use heap() {
        MachineCheck.Use largest = new MachineCheck.Use(0, 0);
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            if (left != null && left.getMax() > largest.size()) {
                largest = new MachineCheck.Use(left.getUsed(), left.getMax());
            }
        }
        return largest;
    }

    @Deactivate
    void close() {
        ticker.close();
        registrations.forEach(ServiceRegistration::unregister);
        threads.shutdownNow();
    }

    /** Follows the configuration. */
    void follow(ConfigTree tree) {
        tree.view(HealthSettings.class, "").ifPresent(now -> {
            settings = now;
            ticker.every(Duration.ofSeconds(now.interval()));
        });
    }

    private Map<String, HealthCheck> checks() {
        Map<String, HealthCheck> named = new TreeMap<>();
        checks.forEach((reference, check) -> {
            Object name = reference.getProperty(HealthCheck.NAME);
            named.put(name == null ? check.getClass().getName() : name.toString(), check);
        });
        return named;
    }

    @Reference(
            service = HealthCheck.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCheck(ServiceReference<HealthCheck> reference, HealthCheck check) {
        checks.put(reference, check);
    }

    void unbindCheck(ServiceReference<HealthCheck> reference) {
        checks.remove(reference);
    }

    @Reference(
            service = Configuration.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration configuration) {
        configurations.add(reference, configuration);
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        configurations.remove(reference);
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
