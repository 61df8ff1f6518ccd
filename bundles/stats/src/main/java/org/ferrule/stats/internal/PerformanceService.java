package org.ferrule.stats.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Home;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.shell.StatusProvider;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Measures performance every few seconds, and keeps a day of it; tells of memory as it is. */
@Component(service = PerformanceService.class)
public final class PerformanceService {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Statuses statuses;
    private final Performance performance;
    private final Machine machine = new Machine();
    private final Sampler sampler = new Sampler(machine::tell);
    private final List<ServiceRegistration<?>> registrations;
    private final Ticker ticker;
    private long last = System.nanoTime();

    /** Begins to measure. */
    @Activate
    public PerformanceService(@Reference Statuses statuses, BundleContext context) {
        this.statuses = statuses;
        performance = new Performance(Home.of(context).performance());
        registrations = List.of(
                context.registerService(StatusProvider.class, new PerformanceStatus(performance, Instant::now), null),
                context.registerService(
                        StatusProvider.class, new MemoryStatus(MemoryBudget.ofProcess(), machine), null));
        ticker = new Ticker("performance", this::measure, INTERVAL);
    }

    @Deactivate
    void close() {
        ticker.close();
        registrations.forEach(ServiceRegistration::unregister);
        performance.close();
    }

    /** Follows the configuration. */
    void follow(ConfigTree tree) {
        tree.view(PerformanceSettings.class, "").ifPresent(now -> performance.keep(now.disk()));
    }

    /** On the ticker's thread only. */
    private void measure() {
        long now = System.nanoTime();
        double seconds = (now - last) / 1e9;
        last = now;
        performance.add(Instant.now(), sampler.sample(statuses.all(), seconds));
    }
}
