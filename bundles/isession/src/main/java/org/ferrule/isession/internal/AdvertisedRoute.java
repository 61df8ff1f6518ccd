package org.ferrule.isession.internal;

import java.util.Optional;
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
        int metric) {

    static final String KIND = "wom advertised-route";

    /** Empty if dest is no subnet. */
    Optional<Route> route() {
        return Subnet.parse(dest).map(subnet -> new Route(subnet, metric, include, label == null ? "" : label));
    }
}
