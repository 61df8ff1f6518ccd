package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.ferrule.stream.Network;

/**
 * The far ends that this one dials: as the configuration wants them, in the newest version of the module net. Those of an
 * older version take flows of its clients for a while yet, and end with their last flow. Changed under the lock of its owner;
 * anybody may look.
 */
final class Endpoints {
    /** For clients that an older network has accepted and that do not have a server side yet, such as those in a handshake. */
    static final long GRACE = Duration.ofSeconds(10).toNanos();

    private final Core core;
    private final Targets targets;

    /** Read by event loops. */
    private volatile Map<String, List<Endpoint>> byProfile = Map.of();

    /** When a newer one took the place of each. */
    private final Map<Endpoint, Long> superseded = new HashMap<>();

    /** Those that take no more flows, as long as they have some. */
    private final Set<Endpoint> retired = ConcurrentHashMap.newKeySet();

    Endpoints(Core core) {
        this.core = core;
        targets = new Targets(core, this::byProfile);
    }

    /** Those of each profile, the newest first. */
    Map<String, List<Endpoint>> byProfile() {
        return byProfile;
    }

    /** Fibres of all of them. */
    int fibres() {
        int[] fibres = new int[1];
        each(endpoint -> fibres[0] += endpoint.count());
        retired.forEach(endpoint -> fibres[0] += endpoint.count());
        return fibres[0];
    }

    void each(Consumer<Endpoint> task) {
        byProfile.values().forEach(list -> list.forEach(task));
    }

    /** Opens tunnels to endpoints that are new, and leaves those that are not wanted any more. */
    void refresh(Network network) {
        long now = network.loops().get(0).nanoTime();
        Map<String, List<Endpoint>> next = new HashMap<>();
        List<Endpoint> fresh = new ArrayList<>();
        List<Endpoint> gone = new ArrayList<>();
        each(gone::add);
        core.settings().profiles().forEach((name, profile) -> {
            List<Endpoint> known = byProfile.getOrDefault(name, List.of());
            List<Endpoint> list = new ArrayList<>();
            Set<InetSocketAddress> wanted = targets.of(profile);
            for (InetSocketAddress address : wanted) {
                list.add(known.stream()
                        .filter(e -> e.address().equals(address) && e.network() == network)
                        .findFirst()
                        .orElseGet(() -> add(new Endpoint(name, address, network, core), fresh)));
            }
            known.stream()
                    .filter(e -> e.network() != network && wanted.contains(e.address()))
                    .filter(e -> now - superseded.computeIfAbsent(e, any -> now) < GRACE)
                    .forEach(list::add);
            gone.removeAll(list);
            next.put(name, List.copyOf(list));
        });
        byProfile = Map.copyOf(next);
        fresh.forEach(Endpoint::start);
        gone.forEach(endpoint -> leave(endpoint, network));
        each(Endpoint::tend);
        tidy();
    }

    private static Endpoint add(Endpoint endpoint, List<Endpoint> to) {
        to.add(endpoint);
        return endpoint;
    }

    private void leave(Endpoint endpoint, Network network) {
        if (endpoint.network() == network) {
            endpoint.stop("the endpoint was taken out of the configuration");
        } else {
            retire(endpoint, "the network module was replaced");
        }
    }

    private void retire(Endpoint endpoint, String reason) {
        endpoint.retire(reason);
        retired.add(endpoint);
        superseded.remove(endpoint);
    }

    /** Takes no more flows; those that there are go on. */
    void retire(String reason) {
        each(endpoint -> retire(endpoint, reason));
        byProfile = Map.of();
    }

    /** Forgets those that have ended. */
    void tidy() {
        retired.removeIf(endpoint -> endpoint.count() == 0);
    }

    /** A network is gone, and all that was opened in it. */
    void lost(Network network) {
        Map<String, List<Endpoint>> next = new HashMap<>();
        byProfile.forEach((profile, list) -> next.put(
                profile, list.stream().filter(e -> e.network() != network).toList()));
        each(endpoint -> lost(endpoint, network));
        retired.forEach(endpoint -> lost(endpoint, network));
        byProfile = Map.copyOf(next);
    }

    private void lost(Endpoint endpoint, Network network) {
        if (endpoint.network() == network) {
            superseded.remove(endpoint);
            retired.remove(endpoint);
            endpoint.stop("the network module changes");
        }
    }

    /** Ends all of them. */
    void stop(String reason) {
        each(endpoint -> endpoint.stop(reason));
        retired.forEach(endpoint -> endpoint.stop(reason));
        byProfile = Map.of();
        retired.clear();
        superseded.clear();
    }
}
