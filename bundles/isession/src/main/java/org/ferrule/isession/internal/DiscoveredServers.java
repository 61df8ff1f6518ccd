package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.ferrule.config.kind.Subnet;
import org.ferrule.isession.internal.AdvertisedRoute.Origin;

/**
 * The servers near this appliance that {@code wom server-discovery} found, and the routes to them.
 *
 * <p>Event loops only note what they connected to; one thread, the keeper's, looks at the notes time and again.
 */
final class DiscoveredServers {
    /** The most notes between two looks; what is left out is noted at a later connection. */
    static final int MOST_NOTED = 1024;

    private final Core core;
    private final LongSupplier clock;
    private final Map<InetSocketAddress, Duration> noted = new ConcurrentHashMap<>();
    private final Map<Subnet, Server> known = new ConcurrentHashMap<>();
    private final LongAdder surplus = new LongAdder();
    private volatile List<Route> routes = List.of();

    /**
     * What stands for a route.
     *
     * @param address one server in it; null if only the configuration tells of it so far
     * @param seenAt when a connection to a server in it was opened last, by the clock
     * @param saved whether the configuration has the route
     */
    private record Server(InetSocketAddress address, long seenAt, boolean saved) {}

    /** @param clock as {@link System#nanoTime} */
    DiscoveredServers(Core core, LongSupplier clock) {
        this.core = core;
        this.clock = clock;
    }

    /** See {@link org.ferrule.traffic.Tunnels#serverSeen}. Any thread; waits for nobody. */
    void seen(InetSocketAddress server, Duration took) {
        if (core.settings().serverDiscovery().mode() && !noted.containsKey(server) && noted.size() < MOST_NOTED) {
            noted.putIfAbsent(server, took);
        }
    }

    /** The routes that peers are to be told of beside those of the configuration. Any thread. */
    List<Route> routes() {
        return routes;
    }

    /** How many routes there are, those that were saved included. Any thread. */
    int count() {
        return known.size();
    }

    /** How often a server was left out since there were too many. Any thread. */
    long surplus() {
        return surplus.sum();
    }

    /** How long no connection was opened to a server in the subnet; empty if that is not known. Any thread. */
    Optional<Duration> idle(Subnet subnet) {
        return Optional.ofNullable(known.get(subnet)).map(this::idle);
    }

    private Duration idle(Server server) {
        return Duration.ofNanos(clock.getAsLong() - server.seenAt());
    }

    // ---- by the keeper alone

    /** Learns from what was noted, and forgets what is not wanted any more. Gives whether the routes changed. */
    boolean look() {
        ServerDiscovery wanted = core.settings().serverDiscovery();
        Map<InetSocketAddress, Duration> news = new HashMap<>();
        noted.forEach((server, took) -> {
            news.put(server, took);
            noted.remove(server);
        });
        if (wanted.mode()) {
            Map<Subnet, Origin> configured = core.settings().origins();
            known.replaceAll((subnet, server) -> configured.get(subnet) == Origin.PERSISTABLE && !server.saved()
                    ? new Server(server.address(), server.seenAt(), true)
                    : server);
            known.entrySet().removeIf(e -> !stays(e.getKey(), e.getValue(), wanted, configured));
            adopt(configured);
            while (known.size() > wanted.maxServerCount() && forgotIdlest(Optional.of(Duration.ZERO))) {
                // One was forgotten.
            }
            news.forEach((server, took) -> learn(server, took, wanted, configured));
        } else {
            known.clear();
        }
        List<Route> next = reachable();
        boolean changed = !next.equals(routes);
        routes = next;
        return changed;
    }

    /** Whoever deletes a saved route does not find it there again at once: somebody must call a server in it first. */
    private boolean stays(Subnet subnet, Server server, ServerDiscovery wanted, Map<Subnet, Origin> configured) {
        if (server.saved()) {
            return configured.get(subnet) == Origin.PERSISTABLE;
        }
        return !configured.containsKey(subnet)
                && wanted.admits(server.address().getAddress())
                && wanted.aggregated(server.address().getAddress()).equals(subnet)
                && !outlived(server, wanted.longestIdle());
    }

    private boolean outlived(Server server, Optional<Duration> most) {
        return most.isPresent() && idle(server).compareTo(most.get()) >= 0;
    }

    /** What was saved before this module started counts, too; that it is idle is known from now on. */
    private void adopt(Map<Subnet, Origin> configured) {
        configured.forEach((subnet, origin) -> {
            if (origin == Origin.PERSISTABLE) {
                known.putIfAbsent(subnet, new Server(null, clock.getAsLong(), true));
            }
        });
    }

    private void learn(
            InetSocketAddress server, Duration took, ServerDiscovery wanted, Map<Subnet, Origin> configured) {
        Subnet subnet = wanted.aggregated(server.getAddress());
        Server before = known.get(subnet);
        if (before != null) {
            InetSocketAddress address = before.address() == null || core.serves(server) ? server : before.address();
            known.put(subnet, new Server(address, clock.getAsLong(), before.saved()));
            return;
        }
        boolean near = took.compareTo(wanted.farthest()) <= 0;
        if (near && !configured.containsKey(subnet) && wanted.admits(server.getAddress()) && core.serves(server)) {
            if (known.size() < wanted.maxServerCount() || forgotIdlest(wanted.givesWayAfter())) {
                known.put(subnet, new Server(server, clock.getAsLong(), false));
            } else {
                surplus.increment();
            }
        }
    }

    /** Forgets the route that is idle for the longest time, if it is for so long. What is saved stays until it is deleted. */
    private boolean forgotIdlest(Optional<Duration> least) {
        Optional<Map.Entry<Subnet, Server>> idlest = known.entrySet().stream()
                .filter(entry -> !entry.getValue().saved())
                .filter(entry -> outlived(entry.getValue(), least))
                .max(Comparator.comparing(entry -> idle(entry.getValue())));
        idlest.ifPresent(entry -> known.remove(entry.getKey()));
        return idlest.isPresent();
    }

    /** Those that are not saved, in an order that does not change, as far as flows of peers are served there now. */
    private List<Route> reachable() {
        return known.entrySet().stream()
                .filter(entry -> !entry.getValue().saved()
                        && core.serves(entry.getValue().address()))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(Subnet::toString))
                .map(subnet -> new Route(subnet, 0, true, "", true))
                .toList();
    }
}
