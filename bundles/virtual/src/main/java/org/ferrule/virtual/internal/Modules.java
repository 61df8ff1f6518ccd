package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;
import org.ferrule.module.Providers;
import org.ferrule.stream.Network;
import org.ferrule.tls.TlsProfiles;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.Tunnels;

/**
 * The modules that serve connections, as they are at the moment of asking.
 *
 * @param networks net
 * @param pools pool
 * @param tunnels isession
 * @param tls crypto
 * @param ours whether a virtual server of this appliance listens on an address
 * @param host this host's addresses
 * @param http the http profiles, which are this module's own
 */
record Modules(
        Providers<Network> networks,
        Providers<Pools> pools,
        Providers<Tunnels> tunnels,
        Providers<TlsProfiles> tls,
        Predicate<InetSocketAddress> ours,
        HostAddresses host,
        HttpProfiles http) {
    Optional<Network> network() {
        return networks.best();
    }
}
