package org.ferrule.isession.internal;

import org.ferrule.traffic.VirtualServers;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Tells iSessions who takes the flows that peers open. A component of its own, since the module virtual asks for tunnels as
 * tunnels ask for it: two components that wait for each other would be a circle.
 */
@Component(service = Acceptors.class, immediate = true)
public final class Acceptors {
    private final Services services;

    @Activate
    public Acceptors(@Reference IsessionService isessions) {
        services = isessions.core().services();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindVirtuals(ServiceReference<VirtualServers> reference, VirtualServers virtuals) {
        services.virtuals().add(reference, virtuals);
    }

    void unbindVirtuals(ServiceReference<VirtualServers> reference) {
        services.virtuals().remove(reference);
    }
}
