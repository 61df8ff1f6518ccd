package org.ferrule.isession.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for endpoints that nobody named: probes the addresses that connections without a route go to. A connection never
 * waits for that; later ones use what was found. Any thread.
 */
final class Discovery {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    /** Probes at once: clients choose whom they concern. */
    static final int MOST_AT_ONCE = 4;

    /** The most addresses that are remembered for having been probed in vain; while there are so many, no other is. */
    static final int MOST_TRIED = 4096;

    /** How long an address is left alone after the first probe in vain; each further one doubles that. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Core core;
    private final Supplier<Map<String, List<Endpoint>>> endpoints;
    private final Map<InetAddress, Tried> tried = new ConcurrentHashMap<>();
    private final Set<InetAddress> underWay = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final LongAdder probes = new LongAdder();

    /** An address that was probed in vain so often, and is left alone until then. */
    private record Tried(int failures, long until) {}

    /** @param endpoints of each profile, as they are at the moment of asking */
    Discovery(Core core, Supplier<Map<String, List<Endpoint>>> endpoints) {
        this.core = core;
        this.endpoints = endpoints;
    }

    /** A connection goes to the destination, and the profile has no route to there. On the loop. */
    void unrouted(String profile, InetAddress destination, EventLoop loop) {
        if (!core.settings().discovery().probes()
                || core.discovered().settled(destination)
                || !callable(destination)
                || !due(destination, loop.nanoTime())
                || !room.tryAcquire()) {
            return;
        }
        if (!underWay.add(destination)) {
            room.release();
            return;
        }
        probes.increment();
        InetSocketAddress address =
                new InetSocketAddress(destination, core.settings().local().tunnelPort());
        Probe.start(core, profile, address, loop, new Probe.Outcome() {
            @Override
            public void found(String device, List<InetSocketAddress> told) {
                Optional<String> obstacle = keep(profile, address, device, told, loop.nanoTime());
                over(destination, obstacle, loop.nanoTime());
            }

            @Override
            public void failed(String reason) {
                over(destination, Optional.of(reason), loop.nanoTime());
            }
        });
    }

    /** Not this end itself, and no address that does not lead to one host. */
    private boolean callable(InetAddress destination) {
        return !destination.isAnyLocalAddress()
                && !destination.isMulticastAddress()
                && !destination.isLinkLocalAddress()
                && core.settings().local().addresses().stream()
                        .noneMatch(own -> Addresses.address(own).equals(destination));
    }

    private boolean due(InetAddress destination, long now) {
        Tried before = tried.get(destination);
        return before == null ? tried.size() < MOST_TRIED : now - before.until() >= 0;
    }

    private void over(InetAddress destination, Optional<String> obstacle, long now) {
        if (obstacle.isEmpty()) {
            tried.remove(destination);
        } else {
            LOG.debug("no endpoint was found at {}: {}", destination, obstacle.get());
            tried.merge(destination, after(0, now), (before, first) -> after(before.failures(), now));
        }
        underWay.remove(destination);
        room.release();
    }

    private static Tried after(int failures, long now) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
        long nanos = Math.min(pause.toNanos(), LONGEST_PAUSE.toNanos());
        return new Tried(failures + 1, now + nanos);
    }

    // ---- what was found

    /** Gives why it is of no use, if so. */
    private Optional<String> keep(
            String profile, InetSocketAddress probed, String device, List<InetSocketAddress> told, long now) {
        Optional<InetSocketAddress> there = told.stream()
                .filter(address -> suits(address, probed))
                .map(address -> address.getAddress().isAnyLocalAddress() ? probed : address)
                .min((a, b) -> Boolean.compare(b.equals(probed), a.equals(probed)));
        if (there.isEmpty()) {
            return Optional.of(device + " tells no address where tunnels can be opened from here");
        }
        InetSocketAddress endpoint = known(profile, device).orElse(there.get());
        if (!core.settings().names(endpoint) && !core.discovered().is(endpoint)) {
            int most = core.settings().discovery().mostEndpoints();
            if (count() >= most) {
                return Optional.of("there are " + most + " endpoints that were found already");
            }
            core.discovered().add(endpoint, device, now);
            LOG.info("Found the endpoint {} at {}", device, Addresses.text(endpoint));
        }
        core.discovered().serves(endpoint, probed.getAddress());
        return Optional.empty();
    }

    /** What a peer tells may lead into this host only if it is there itself. */
    private static boolean suits(InetSocketAddress told, InetSocketAddress probed) {
        InetAddress address = told.getAddress();
        if (address.isAnyLocalAddress()) {
            return told.getPort() == probed.getPort();
        }
        return !address.isMulticastAddress()
                && !address.isLinkLocalAddress()
                && address.isLoopbackAddress() == probed.getAddress().isLoopbackAddress()
                && address.getAddress().length == probed.getAddress().getAddress().length;
    }

    /** Where the device is dialled already: it may have several addresses. */
    private Optional<InetSocketAddress> known(String profile, String device) {
        return endpoints.get().getOrDefault(profile, List.of()).stream()
                .filter(endpoint -> endpoint.device().equals(device))
                .map(Endpoint::address)
                .findFirst();
    }

    /** The endpoints that were found, with those that were put into the configuration. */
    private long count() {
        Settings settings = core.settings();
        return core.discovered().endpoints().size()
                + settings.remotes().values().stream()
                        .filter(remote -> remote.origin() == RemoteEndpoint.Origin.DISCOVERED)
                        .count();
    }

    // ---- from time to time

    /** Forgets what does not matter any more. By one thread, after endpoints were changed. */
    void tend(long now) {
        List<Endpoint> dialled =
                endpoints.get().values().stream().flatMap(List::stream).toList();
        core.discovered()
                .tend(core.settings().discovery().probes(), core.settings().remoteAddresses(), dialled, now);
        tried.values().removeIf(each -> now - each.until() > LONGEST_PAUSE.toNanos());
    }

    /** Trust, or how endpoints are looked for, changed: who did not answer may do so now. */
    void changed() {
        tried.clear();
    }

    /** Probes since the start. */
    long probes() {
        return probes.sum();
    }

    int underWay() {
        return underWay.size();
    }

    /** Addresses that were probed in vain. */
    int inVain() {
        return tried.size();
    }
}
