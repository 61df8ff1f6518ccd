package org.ferrule.isession.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ferrule.config.Configuration;
import org.ferrule.config.kind.Kinds;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Tells what came of looking for endpoints, and gives the module the configuration to put them into: the configuration asks
 * for the module as the module asks for it, and two components that wait for each other would be a circle.
 */
@Component(service = StatusProvider.class, immediate = true)
public final class DiscoveryStatus implements StatusProvider {
    private final IsessionService isessions;

    @Activate
    public DiscoveryStatus(@Reference IsessionService isessions) {
        this.isessions = isessions;
    }

    @Override
    public String kind() {
        return EndpointDiscovery.KIND;
    }

    @Override
    public List<Status> status() {
        Core core = isessions.core();
        EndpointDiscovery settings = core.settings().discovery();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("mode", Kinds.typed(settings.mode()));
        values.put("probes", isessions.discovery().probes());
        values.put("probes-under-way", isessions.discovery().underWay());
        values.put("addresses-in-vain", isessions.discovery().inVain());
        values.put("endpoints-not-saved", core.discovered().endpoints().size());
        values.put("addresses-served", core.discovered().destinations());
        values.put("save-problem", isessions.saver().problem());
        return List.of(new Status(
                "",
                settings.probes() ? Availability.AVAILABLE : Availability.UNKNOWN,
                settings.probes(),
                settings.probes()
                        ? "Destinations without a route are probed on tunnel-port "
                                + core.settings().local().tunnelPort()
                        : "Nothing is probed; "
                                + (settings.discoverable() ? "trusted devices find this end" : "nobody finds this end"),
                values));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConfiguration(ServiceReference<Configuration> reference, Configuration configuration) {
        isessions.core().services().configurations().add(reference, configuration);
    }

    void unbindConfiguration(ServiceReference<Configuration> reference) {
        isessions.core().services().configurations().remove(reference);
    }
}
