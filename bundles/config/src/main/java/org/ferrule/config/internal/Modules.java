package org.ferrule.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.internal.Catalog.Contribution;
import org.ferrule.module.Providers;
import org.osgi.framework.ServiceReference;

/**
 * The modules that are there now: every version of each. A module counts from the moment at which its kinds are known;
 * until then it is expected only. Any thread.
 */
final class Modules {
    private final Providers<ConfigModule> providers = new Providers<>();
    private final Map<ServiceReference<ConfigModule>, ConfigModule> present = new ConcurrentHashMap<>();
    private final Map<ConfigModule, Contribution> arrived = new ConcurrentHashMap<>();

    void expect(ServiceReference<ConfigModule> reference, ConfigModule module) {
        present.put(reference, module);
        providers.add(reference, module);
    }

    /** Whether the module is still there. */
    boolean expected(ConfigModule module) {
        return present.containsValue(module);
    }

    void arrive(ConfigModule module, Contribution contribution) {
        arrived.put(module, contribution);
    }

    void leave(ServiceReference<ConfigModule> reference) {
        providers.remove(reference);
        ConfigModule module = present.remove(reference);
        if (module != null && !present.containsValue(module)) {
            arrived.remove(module);
        }
    }

    /** Every version of every module, oldest first. */
    List<ConfigModule> all() {
        return providers.all().stream().filter(arrived::containsKey).toList();
    }

    /** The newest version of each module. */
    List<ConfigModule> newest() {
        Map<String, ConfigModule> newest = new LinkedHashMap<>();
        for (ConfigModule module : all()) {
            Contribution contribution = arrived.get(module);
            if (contribution != null) {
                newest.put(contribution.module(), module);
            }
        }
        return new ArrayList<>(newest.values());
    }

    /** What the newest versions bring. */
    List<Contribution> contributions() {
        List<Contribution> contributions = new ArrayList<>();
        for (ConfigModule module : newest()) {
            Contribution contribution = arrived.get(module);
            if (contribution != null) {
                contributions.add(contribution);
            }
        }
        return contributions;
    }

    /** The newest version of the module that owns the kind, if it is there. */
    Optional<ConfigModule> owner(String kind) {
        return newest().stream()
                .filter(module -> has(arrived.get(module), kind))
                .findFirst();
    }

    private static boolean has(Contribution contribution, String kind) {
        return contribution != null
                && contribution.kinds().stream().anyMatch(k -> k.name().equals(kind));
    }

    /** Whether a version of the module that owns the kind is there. */
    boolean available(String kind) {
        return owner(kind).isPresent();
    }
}
