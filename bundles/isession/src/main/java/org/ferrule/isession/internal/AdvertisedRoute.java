package org.ferrule.isession.internal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.Subnet;

/** {@code wom advertised-route}. */
@Kind(
        value = "wom advertised-route",
        title = "advertised route",
        help = "A subnet that this end says it can serve; peers send matching traffic to it")
record AdvertisedRoute(
        @Property(help = "What the route is for") String description,

        @Property(help = "The subnet, as address/prefix", required = true, immutable = true)
        String dest,

        @Property(
                help = "Whether traffic to it goes through tunnels; disabled, peers keep it out of them",
                initial = "enabled")
        boolean include,

        @Property(help = "A name for people at the other ends")
        String label,

        @Property(
                help = "What the route costs; of routes to the same subnet the lowest is taken",
                min = 0,
                max = 1000000,
                initial = "0")
        int metric,

        @Property(help = "Who made the route", initial = "configured")
        Origin origin) {

    static final String KIND = "wom advertised-route";

    /** Who made a route. */
    enum Origin {
        @Choice("A person")
        CONFIGURED,
        @Choice("server-discovery; a person keeps it, so that it counts as configured")
        MANUALLY_SAVED,
        @Choice("server-discovery, with auto-save")
        PERSISTABLE
    }

    /** Empty if dest is no subnet. */
    Optional<Route> route() {
        return Subnet.parse(dest)
                .map(subnet ->
                        new Route(subnet, metric, include, label == null ? "" : label, origin == Origin.PERSISTABLE));
    }

    /** Refuses what peers could not be told as it is written, and more than they take. */
    static void check(Map<String, AdvertisedRoute> all) throws ConfigException {
        if (all.size() > Routes.MOST) {
            throw ConfigException.invalid("advertised routes: peers take at most " + Routes.MOST
                    + " of one appliance, not " + all.size() + ". Some must become one with a shorter prefix.");
        }
        for (Map.Entry<String, AdvertisedRoute> route : all.entrySet()) {
            route.getValue().check(route.getKey());
        }
    }

    private void check(String name) throws ConfigException {
        String exact = route().map(r -> r.subnet().toString()).orElse("");
        boolean host = exact.equals(dest + "/32") || exact.equals(dest + "/128");
        if (!exact.equals(dest) && !host) {
            throw ConfigException.invalid(
                    "advertised route " + name + ": dest must be a subnet as address/prefix, such as "
                            + (exact.isEmpty() ? "10.1.0.0/16" : exact) + ", not " + dest);
        }
        int length = label == null ? 0 : label.getBytes(StandardCharsets.UTF_8).length;
        if (length > Route.MOST_LABEL) {
            throw ConfigException.invalid("advertised route " + name + ": label must have at most " + Route.MOST_LABEL
                    + " bytes of UTF-8, not " + length);
        }
    }
}
