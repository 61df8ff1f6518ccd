package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.module.Providers;
import org.ferrule.tls.TlsProfiles;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.Tunnels;

/**
 * The modules that serve connections, as they are at the moment of asking.
 *
 * @param pools pool
 * @param tunnels isession
 * @param tls crypto
 * @param ours whether a virtual server of this appliance listens on an address
 * @param host this host's addresses
 * @param http the http profiles, which are this module's own
 * @param held pays for what of clients is held until it is known what becomes of it
 */
record Modules(
        Providers<Pools> pools,
        Providers<Tunnels> tunnels,
        Providers<TlsProfiles> tls,
        Predicate<InetSocketAddress> ours,
        HostAddresses host,
        HttpProfiles http,
        MemoryAccount held) {
    /** Who opens the flows of a profile: while isession is replaced, the new one only when its tunnels are up. */
    Optional<Tunnels> tunnels(String profile) {
        return tunnels.best(service -> service.ready(profile));
    }
}
