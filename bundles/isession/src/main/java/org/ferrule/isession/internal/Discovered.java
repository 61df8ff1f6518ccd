package org.ferrule.isession.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What probes found: endpoints that the configuration does not name, and who serves which destination. Any thread. */
final class Discovered {
    /** The most destinations that are remembered. */
    static final int MOST_DESTINATIONS = 4096;

    /** An endpoint that was down for so long is not kept. */
    private static final long DOWN = Duration.ofMinutes(10).toNanos();

    private final Map<InetSocketAddress, Found> found = new ConcurrentHashMap<>();
    private final Map<InetAddress, InetSocketAddress> behind = new ConcurrentHashMap<>();

    /**
     * An endpoint that was found.
     *
     * @param device the trusted device that told its address
     * @param proven whether a tunnel to the address was up
     * @param upAt when it was up last, or else when it was found
     */
    record Found(String device, boolean proven, long upAt) {}

    /** An endpoint was found. */
    void add(InetSocketAddress address, String device, long nanoTime) {
        found.putIfAbsent(address, new Found(device, false, nanoTime));
    }

    /** Flows to the destination may go to the endpoint. */
    void serves(InetSocketAddress endpoint, InetAddress destination) {
        if (behind.size() < MOST_DESTINATIONS) {
            behind.put(destination, endpoint);
        }
    }

    /** Whether no probe of the destination could make a difference. */
    boolean settled(InetAddress destination) {
        return behind.containsKey(destination) || behind.size() >= MOST_DESTINATIONS;
    }

    /** Whether the destination was found to be served by the endpoint. */
    boolean serves(InetAddress destination, InetSocketAddress endpoint) {
        return endpoint.equals(behind.get(destination));
    }

    /** Whether the endpoint was found, and the configuration does not name it. */
    boolean is(InetSocketAddress endpoint) {
        return found.containsKey(endpoint);
    }

    /** The endpoints. */
    Map<InetSocketAddress, Found> endpoints() {
        return Map.copyOf(found);
    }

    int destinations() {
        return behind.size();
    }

    /**
     * Forgets what is configured now, what was down for long, and what such endpoints serve. By one thread.
     *
     * @param wanted whether endpoints are looked for at all
     */
    void tend(boolean wanted, Set<InetSocketAddress> configured, Collection<Endpoint> dialled, long nanoTime) {
        for (Endpoint endpoint : dialled) {
            if (endpoint.ready()) {
                found.computeIfPresent(endpoint.address(), (a, f) -> new Found(f.device(), true, nanoTime));
            }
        }
        found.entrySet()
                .removeIf(f -> !wanted
                        || configured.contains(f.getKey())
                        || nanoTime - f.getValue().upAt() > DOWN);
        behind.values()
                .removeIf(address -> !found.containsKey(address)
                        && dialled.stream().noneMatch(e -> e.address().equals(address)));
    }
}
