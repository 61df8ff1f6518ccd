package org.ferrule.stats.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.ferrule.config.Capabilities;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Draft;
import org.ferrule.config.Reservation;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Owns the kinds of this module, and has each service follow its own.
 *
 * <p>Registered by hand, when all is there: health looks at the configuration, and the configuration calls its modules, so
 * that making one for the other would be a circle, in which one of the two goes without.
 */
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.ferrule.config.ConfigModule\"")
@Component(
        service = {},
        immediate = true)
public final class StatsModule implements ConfigModule {
    private final MetricsService metrics;
    private final HealthService health;
    private final PerformanceService performance;
    private final ServiceRegistration<?> registration;

    @Activate
    public StatsModule(
            @Reference MetricsService metrics,
            @Reference HealthService health,
            @Reference PerformanceService performance,
            BundleContext context) {
        this.metrics = metrics;
        this.health = health;
        this.performance = performance;
        registration = context.registerService(ConfigModule.class, this, null);
    }

    @Deactivate
    void stop() {
        registration.unregister();
    }

    @Override
    public String module() {
        return "stats";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(MetricsSettings.class, HealthSettings.class, PerformanceSettings.class);
    }

    @Override
    public String shipped() {
        return MetricsSettings.KIND + " { }\n" + HealthSettings.KIND + " { }\n" + PerformanceSettings.KIND + " { }\n";
    }

    @Override
    public Map<String, Object> migrate(String kind, int fromSchema, Map<String, Object> properties) {
        return kind.equals(HealthSettings.KIND) ? HealthSettings.migrated(properties) : properties;
    }

    @Override
    public void complete(Draft draft) throws ConfigException {
        metrics.complete(draft);
    }

    @Override
    public Set<String> capabilities(ConfigTree tree) {
        return tree.view(MetricsSettings.class, "")
                .filter(MetricsSettings::mode)
                .map(metrics -> Capabilities.toListen(IntStream.of(metrics.port())))
                .orElse(Set.of());
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        return metrics.prepare(running, proposed);
    }

    @Override
    public void reconcile(ConfigTree tree) {
        metrics.follow(tree);
        health.follow(tree);
        performance.follow(tree);
    }
}
