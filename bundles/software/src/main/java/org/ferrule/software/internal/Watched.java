package org.ferrule.software.internal;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.apache.felix.hc.api.HealthCheck;
import org.ferrule.module.Providers;
import org.ferrule.shell.StatusProvider;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.osgi.util.tracker.ServiceTracker;

/** Follows who can tell how the appliance fares: checks of health, and what modules say of their objects. Any thread. */
final class Watched implements AutoCloseable {
    private static final long LIMIT_MILLIS = 5000;

    private final Map<ServiceReference<HealthCheck>, HealthCheck> checks = new ConcurrentHashMap<>();
    private final Providers<StatusProvider> statuses = new Providers<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "condition");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ServiceTracker<?, ?>> trackers;
    private final Condition condition = new Condition(this::checks, this::statuses, threads, LIMIT_MILLIS);

    Watched(BundleContext context) {
        trackers = List.of(
                track(context, HealthCheck.class, checks::put, (reference, check) -> checks.remove(reference)),
                track(
                        context,
                        StatusProvider.class,
                        statuses::add,
                        (reference, provider) -> statuses.remove(reference)));
    }

    private static <T> ServiceTracker<T, T> track(
            BundleContext context,
            Class<T> type,
            BiConsumer<ServiceReference<T>, T> came,
            BiConsumer<ServiceReference<T>, T> went) {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null) {
            @Override
            public T addingService(ServiceReference<T> reference) {
                T service = super.addingService(reference);
                came.accept(reference, service);
                return service;
            }

            @Override
            public void removedService(ServiceReference<T> reference, T service) {
                went.accept(reference, service);
                super.removedService(reference, service);
            }
        };
        tracker.open();
        return tracker;
    }

    Condition condition() {
        return condition;
    }

    /** Of two versions of a module the newer one's. */
    private Map<String, HealthCheck> checks() {
        Map<String, ServiceReference<HealthCheck>> newest = new TreeMap<>();
        checks.keySet()
                .forEach(reference -> newest.merge(
                        String.valueOf(reference.getProperty(HealthCheck.NAME)),
                        reference,
                        (one, other) -> version(one).compareTo(version(other)) > 0 ? one : other));
        Map<String, HealthCheck> named = new TreeMap<>();
        newest.forEach((name, reference) -> {
            HealthCheck check = checks.get(reference);
            if (check != null) {
                named.put(name, check);
            }
        });
        return named;
    }

    private static Version version(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? Version.emptyVersion : bundle.getVersion();
    }

    /** Of two versions of a module the newer one, which is to do the work. */
    private Collection<StatusProvider> statuses() {
        Map<String, StatusProvider> byKind = new HashMap<>();
        statuses.all().forEach(provider -> byKind.put(provider.kind(), provider));
        return byKind.values();
    }

    @Override
    public void close() {
        trackers.forEach(ServiceTracker::close);
        threads.shutdownNow();
    }
}
