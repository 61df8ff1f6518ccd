package org.ferrule.isession.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ferrule.config.ConfigTree;

/**
 * What the configuration says of tunnels, at one moment.
 *
 * @param local this end
 * @param profiles iSession profiles by full name
 * @param remotes remote endpoints by full name
 * @param advertised what this end can serve, by full name
 * @param routes the same as it is told to peers
 * @param hostname how this appliance calls itself
 */
record Settings(
        LocalEndpoint local,
        Map<String, IsessionProfile> profiles,
        Map<String, RemoteEndpoint> remotes,
        Map<String, AdvertisedRoute> advertised,
        List<Route> routes,
        String hostname) {
    /** The profile that holds where no other is named: for tunnels that peers open. */
    static final String ROOT = "/Common/isession";

    static final Settings NONE = new Settings(
            new LocalEndpoint(List.of(), 256, null, false, LocalEndpoint.NoRoute.PASSTHRU, 0, 0, List.of(), 443),
            Map.of(),
            Map.of(),
            Map.of(),
            "");

    Settings(
            LocalEndpoint local,
            Map<String, IsessionProfile> profiles,
            Map<String, RemoteEndpoint> remotes,
            Map<String, AdvertisedRoute> advertised,
            String hostname) {
        this(local, profiles, remotes, advertised, routes(advertised), hostname);
    }

    static Settings of(ConfigTree tree, String hostname) {
        return new Settings(
                tree.view(LocalEndpoint.class, "").orElse(NONE.local()),
                tree.views(IsessionProfile.class),
                tree.views(RemoteEndpoint.class),
                tree.views(AdvertisedRoute.class),
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

    /** What the profile allows; nothing if it does not exist any more. */
    Options options(String profile) {
        IsessionProfile p = profiles.get(profile);
        return p == null ? Options.NONE : p.options();
    }
}
