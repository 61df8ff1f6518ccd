package org.ferrule.module;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/**
 * The services of one type that are there now, and the one place where one of them is chosen: by name, then the highest
 * version of its bundle. (The OSGi registry alone would keep giving the oldest, and two versions of a module run side by
 * side while it is replaced.)
 *
 * <p>Meant to be filled by the bind and unbind methods of a dynamic, multiple DS reference. Reading takes no lock and is
 * fit for an event loop.
 *
 * @param <T> the service's type
 */
public final class Providers<T> {
    /** The service property that tells services of one type apart. */
    public static final String NAME = "name";

    private record Provider<T>(T service, ServiceReference<T> reference, String name, Version version) {}

    private volatile List<Provider<T>> providers = List.of();

    /** A service came; to be called by the bind method. */
    public synchronized void add(ServiceReference<T> reference, T service) {
        List<Provider<T>> next = new ArrayList<>(providers);
        String name = Objects.toString(reference.getProperty(NAME), "");
        // A service that is being unregistered at this moment has no bundle any more.
        Bundle bundle = reference.getBundle();
        Version version = bundle == null ? Version.emptyVersion : bundle.getVersion();
        next.add(new Provider<>(service, reference, name, version));
        next.sort(Comparator.comparing((Provider<T> p) -> p.version()).reversed());
        providers = List.copyOf(next);
    }

    /** A service went; to be called by the unbind method. */
    public synchronized void remove(ServiceReference<T> reference) {
        providers =
                providers.stream().filter(p -> !p.reference().equals(reference)).toList();
    }

    /** The newest service; of several the newest that has seen the configuration, if one has. */
    public Optional<T> best() {
        return best(any -> true);
    }

    /** The newest service of those that are able; the newest of all if none is. */
    public Optional<T> best(Predicate<T> able) {
        List<Provider<T>> now = providers;
        // One alone is not asked: most of the time there is one.
        for (Provider<T> provider : now.size() > 1 ? now : List.<Provider<T>>of()) {
            if (configured(provider.service()) && able.test(provider.service())) {
                return Optional.of(provider.service());
            }
        }
        return now.isEmpty() ? Optional.empty() : Optional.of(now.get(0).service());
    }

    private static boolean configured(Object service) {
        return !(service instanceof Configured module) || module.configured();
    }

    /** The newest service that was registered with this name. */
    public Optional<T> best(String name) {
        return providers.stream().filter(p -> p.name().equals(name)).findFirst().map(Provider::service);
    }

    /** The newest service of each name, sorted by name; unnamed ones count as one name. */
    public List<T> bestOfEach() {
        List<String> seen = new ArrayList<>();
        return providers.stream()
                .filter(p -> !seen.contains(p.name()) && seen.add(p.name()))
                .sorted(Comparator.comparing(Provider::name))
                .map(Provider::service)
                .toList();
    }

    /** All services, oldest version first. */
    public List<T> all() {
        List<T> all = new ArrayList<>();
        providers.forEach(p -> all.add(0, p.service()));
        return all;
    }
}
