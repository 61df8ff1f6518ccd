package org.ferrule.isession.internal;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ferrule.config.kind.Subnet;

/** The routes of one appliance, made for looking up: by the lengths that occur, the longest first. A value. */
final class Routes {
    /** The most that an appliance may advertise. */
    static final int MOST = 4096;

    static final Routes NONE = new Routes(List.of());

    private final List<Route> all;
    private final boolean foundOnly;
    private final TreeMap<Integer, Map<Subnet, Route>> byLength = new TreeMap<>(Comparator.reverseOrder());

    /** Of several routes to one subnet the best counts, see {@link Route#BEST_FIRST}. */
    Routes(List<Route> all) {
        this.all = List.copyOf(all);
        foundOnly = all.stream().allMatch(Route::found);
        for (Route route : all) {
            byLength.computeIfAbsent(route.subnet().prefix(), length -> new HashMap<>())
                    .merge(route.subnet(), route, (a, b) -> b.betterThan(a) ? b : a);
        }
    }

    List<Route> all() {
        return all;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether nobody configured any: servers that were found say nothing of others that may be there. */
    boolean foundOnly() {
        return foundOnly;
    }

    /** The route to exactly that subnet, or null. */
    Route to(Subnet subnet) {
        return byLength.getOrDefault(subnet.prefix(), Map.of()).get(subnet);
    }

    /** The most specific route to an address, or null. */
    Route match(InetAddress address) {
        for (Map.Entry<Integer, Map<Subnet, Route>> length : byLength.entrySet()) {
            if (length.getKey() <= 8 * address.getAddress().length) {
                Route route = length.getValue().get(new Subnet(address, length.getKey()));
                if (route != null) {
                    return route;
                }
            }
        }
        return null;
    }
}
