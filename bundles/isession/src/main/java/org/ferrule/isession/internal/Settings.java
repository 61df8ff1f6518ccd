package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Subnet;
import org.ferrule.isession.internal.AdvertisedRoute.Origin;

/**
 * What the configuration says of tunnels, at one moment.
 *
 * @param local this end
 * @param profiles iSession profiles by full name
 * @param remotes remote endpoints by full name
 * @param advertised what this end can serve, by full name
 * @param routes the same as it is told to peers
 * @param discovery whether endpoints are looked for
 * @param serverDiscovery how servers are found that this end can serve, too
 * @param hostname how this appliance calls itself
 */
record Settings(
        LocalEndpoint local,
        Map<String, IsessionProfile> profiles,
        Map<String, RemoteEndpoint> remotes,
        Map<String, AdvertisedRoute> advertised,
        List<Route> routes,
        EndpointDiscovery discovery,
        ServerDiscovery serverDiscovery,
        String hostname) {
    /** The profile that holds where no other is named: for tunnels that peers open. */
    static final String ROOT = "/Common/isession";

    static final Settings NONE = new Settings(
            new LocalEndpoint(List.of(), 256, null, false, LocalEndpoint.NoRoute.PASSTHRU, 0, 0, List.of(), 443),
            Map.of(),
            Map.of(),
            Map.of(),
            EndpointDiscovery.DEFAULTS,
            ServerDiscovery.NONE,
            "");

    Settings(
            LocalEndpoint local,
            Map<String, IsessionProfile> profiles,
            Map<String, RemoteEndpoint> remotes,
            Map<String, AdvertisedRoute> advertised,
            EndpointDiscovery discovery,
            ServerDiscovery serverDiscovery,
            String hostname) {
        this(local, profiles, remotes, advertised, routes(advertised), discovery, serverDiscovery, hostname);
    }

    static Settings of(ConfigTree tree, String hostname) {
        return new Settings(
                tree.view(LocalEndpoint.class, "").orElse(NONE.local()),
                tree.views(IsessionProfile.class),
                tree.views(RemoteEndpoint.class),
                tree.views(AdvertisedRoute.class),
                tree.view(EndpointDiscovery.class, "").orElse(NONE.discovery()),
                tree.view(ServerDiscovery.class, "").orElse(ServerDiscovery.NONE),
                hostname);
    }

    /** In the order of their names; what could not be read was refused when it was written. */
    private static List<Route> routes(Map<String, AdvertisedRoute> advertised) {
        return new TreeMap<>(advertised)
                .values().stream()
                        .map(AdvertisedRoute::route)
                        .flatMap(Optional::stream)
                        .limit(Routes.MOST)
                        .toList();
    }

    /** Where peers may open tunnels. */
    Set<InetSocketAddress> tunnelAddresses() {
        return local.endpoint()
                ? local.addresses().stream()
                        .map(address -> new InetSocketAddress(Addresses.address(address), local.tunnelPort()))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** The remote endpoints' addresses. */
    Set<InetSocketAddress> remoteAddresses() {
        return remotes.values().stream().map(RemoteEndpoint::socketAddress).collect(Collectors.toSet());
    }

    /** Whether the configuration has a remote endpoint of this address. */
    boolean names(InetSocketAddress endpoint) {
        return remotes.values().stream()
                .anyMatch(remote -> remote.socketAddress().equals(endpoint));
    }

    /** Whether the remote endpoint of this address was put into the configuration since it was found. */
    boolean wasFound(InetSocketAddress endpoint) {
        return remotes.values().stream()
                .anyMatch(remote -> remote.origin() == RemoteEndpoint.Origin.DISCOVERED
                        && remote.socketAddress().equals(endpoint));
    }

    /** The subnets that the configuration advertises, with who made the routes; of several to one a person's counts. */
    Map<Subnet, Origin> origins() {
        Map<Subnet, Origin> origins = new HashMap<>();
        advertised.values().forEach(advertised -> advertised
                .route()
                .ifPresent(route ->
                        origins.merge(route.subnet(), advertised.origin(), (a, b) -> a == Origin.PERSISTABLE ? b : a)));
        return origins;
    }

    /** What the profile allows; nothing if it does not exist any more. */
    Options options(String profile) {
        IsessionProfile p = profiles.get(profile);
        return p == null ? Options.NONE : p.options();
    }
}
