package org.ferrule.isession.internal;

import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.dictionary.Deduplication;
import org.ferrule.config.Configuration;
import org.ferrule.module.Providers;
import org.ferrule.stream.Network;
import org.ferrule.tls.DeviceTls;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.TrustedDevices;
import org.ferrule.traffic.VirtualServers;

/**
 * The modules that tunnels need, as they are at the moment of asking.
 *
 * @param networks net
 * @param tls crypto
 * @param trust system
 * @param pools pool
 * @param virtuals virtual
 * @param codecs all codecs, by name
 * @param adaptive compression
 * @param deduplications dedup
 * @param configurations config
 */
record Services(
        Providers<Network> networks,
        Providers<DeviceTls> tls,
        Providers<TrustedDevices> trust,
        Providers<Pools> pools,
        Providers<VirtualServers> virtuals,
        Providers<Codec> codecs,
        Providers<AdaptiveCompression> adaptive,
        Providers<Deduplication> deduplications,
        Providers<Configuration> configurations) {
    Services() {
        this(
                new Providers<>(),
                new Providers<>(),
                new Providers<>(),
                new Providers<>(),
                new Providers<>(),
                new Providers<>(),
                new Providers<>(),
                new Providers<>(),
                new Providers<>());
    }
}
