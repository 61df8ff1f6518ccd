package org.ferrule.stats.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ferrule.module.Providers;
import org.ferrule.shell.Status;
import org.ferrule.shell.StatusProvider;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Asks every kind's owner how its objects fare: what {@code show} tells. Any thread; takes as long as the owners take. */
@Component(service = Statuses.class)
public final class Statuses {
    private final Providers<StatusProvider> providers = new Providers<>();

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStatus(ServiceReference<StatusProvider> reference, StatusProvider provider) {
        providers.add(reference, provider);
    }

    void unbindStatus(ServiceReference<StatusProvider> reference) {
        providers.remove(reference);
    }

    /** All kinds, sorted by name; of several versions of a kind's owner the newest is asked. */
    List<KindStatus> all() {
        return ask(providers.all());
    }

    /** @param providers oldest version first */
    static List<KindStatus> ask(List<StatusProvider> providers) {
        Map<String, StatusProvider> newest = new TreeMap<>();
        providers.forEach(provider -> newest.put(provider.kind(), provider));
        return newest.entrySet().stream()
                .map(entry -> ask(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static KindStatus ask(String kind, StatusProvider provider) {
        try {
            return new KindStatus(kind, provider.status(), "");
        } catch (RuntimeException | LinkageError e) {
            // One that fails, or is just being replaced, must not hide the others; health tells of it.
            return new KindStatus(kind, List.<Status>of(), e.toString());
        }
    }
}
