package org.ferrule.isession.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.dictionary.Deduplication;
import org.ferrule.stream.Network;
import org.ferrule.tls.DeviceTls;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.TrustedDevices;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has at hand what other modules offer to tunnels, and tells whoever looks after these what came and went. Any thread. */
@Component(service = Modules.class)
public final class Modules {
    private static final Logger LOG = LoggerFactory.getLogger(Modules.class);

    /** Who looks after tunnels. Of what is there when it begins it is told as of what comes later. */
    interface Listener {
        /** There is another network. */
        default void networkCame() {}

        /** A network left. */
        default void networkLeft(Network network) {}

        /** There is an identity of this device, or another. */
        default void tlsCame() {}

        /** Other devices may be trusted. */
        default void trustChanged() {}

        /** Peers may be offered something else. */
        default void optionsChanged() {}
    }

    private static final Listener NOBODY = new Listener() {};

    private final Services services = new Services();
    private final Map<Object, AutoCloseable> changes = new ConcurrentHashMap<>();
    private volatile Listener listener = NOBODY;

    Services services() {
        return services;
    }

    void tell(Listener next) {
        listener = next;
        if (services.networks().best().isPresent()) {
            next.networkCame();
        }
        next.optionsChanged();
    }

    void tellNobody() {
        listener = NOBODY;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindNetwork(ServiceReference<Network> reference, Network network) {
        services.networks().add(reference, network);
        listener.networkCame();
    }

    void unbindNetwork(ServiceReference<Network> reference, Network network) {
        services.networks().remove(reference);
        listener.networkLeft(network);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTls(ServiceReference<DeviceTls> reference, DeviceTls tls) {
        services.tls().add(reference, tls);
        listener.tlsCame();
    }

    void unbindTls(ServiceReference<DeviceTls> reference) {
        services.tls().remove(reference);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTrust(ServiceReference<TrustedDevices> reference, TrustedDevices devices) {
        services.trust().add(reference, devices);
        changes.put(devices, devices.onChange(() -> listener.trustChanged()));
    }

    /** While the module system is away, fibres stay; new ones find nobody trusted. */
    void unbindTrust(ServiceReference<TrustedDevices> reference, TrustedDevices devices) {
        services.trust().remove(reference);
        close(changes.remove(devices));
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPools(ServiceReference<Pools> reference, Pools pools) {
        services.pools().add(reference, pools);
    }

    void unbindPools(ServiceReference<Pools> reference) {
        services.pools().remove(reference);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCodec(ServiceReference<Codec> reference, Codec codec) {
        services.codecs().add(reference, codec);
        listener.optionsChanged();
    }

    void unbindCodec(ServiceReference<Codec> reference) {
        services.codecs().remove(reference);
        listener.optionsChanged();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDeduplication(ServiceReference<Deduplication> reference, Deduplication deduplication) {
        services.deduplications().add(reference, deduplication);
        changes.put(deduplication, deduplication.onChange(() -> listener.optionsChanged()));
        listener.optionsChanged();
    }

    void unbindDeduplication(ServiceReference<Deduplication> reference, Deduplication deduplication) {
        services.deduplications().remove(reference);
        close(changes.remove(deduplication));
        listener.optionsChanged();
    }

    private static void close(AutoCloseable change) {
        try {
            if (change != null) {
                change.close();
            }
        } catch (Exception e) {
            LOG.warn("another module could not be left: {}", e.getMessage());
        }
    }

    /** Fibres see at their next block who chooses now. */
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAdaptive(ServiceReference<AdaptiveCompression> reference, AdaptiveCompression adaptive) {
        services.adaptive().add(reference, adaptive);
    }

    void unbindAdaptive(ServiceReference<AdaptiveCompression> reference) {
        services.adaptive().remove(reference);
    }
}
