package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.ferrule.config.kind.Kinds;
import org.ferrule.stream.EventLoop;
import org.ferrule.traffic.Tunnels;

/** Finds an endpoint, a loop and a fibre for each flow: endpoints in turn, on each the fibre with the fewest flows. */
final class FlowRouting {
    private final Core core;
    private final Supplier<Map<String, List<Endpoint>>> endpoints;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param endpoints of each profile, as they are at the moment of asking */
    FlowRouting(Core core, Supplier<Map<String, List<Endpoint>>> endpoints) {
        this.core = core;
        this.endpoints = endpoints;
    }

    /** See {@link Tunnels#open}. */
    void open(
            EventLoop loop,
            String profile,
            InetSocketAddress client,
            InetSocketAddress destination,
            Tunnels.FlowHandler result) {
        IsessionProfile settings = core.settings().profiles().get(profile);
        if (settings == null || !settings.mode()) {
            refuse(profile, result, "mode of " + profile + " is disabled");
            return;
        }
        List<Endpoint> candidates = endpoints.get().getOrDefault(profile, List.of());
        boolean unwilling = false;
        int start = candidates.size() > 1 ? turn.getAndIncrement() : 0;
        for (int i = 0; i < candidates.size(); i++) {
            Endpoint endpoint = candidates.get(Math.floorMod(start + i, candidates.size()));
            Fibre fibre = endpoint.readyFibre(loop);
            if (Endpoint.takes(fibre)) {
                open(endpoint, fibre, settings, client, destination, result);
                return;
            }
            unwilling |= fibre != null;
        }
        String tunnels = unwilling
                ? "no peer of " + profile + " takes flows: tunnels are disabled there"
                : "no tunnel of " + profile + " is up";
        refuse(profile, result, candidates.isEmpty() ? profile + " has no endpoint" : tunnels);
    }

    /** On a warm fibre, or on one of its own. */
    private void open(
            Endpoint endpoint,
            Fibre warm,
            IsessionProfile settings,
            InetSocketAddress client,
            InetSocketAddress destination,
            Tunnels.FlowHandler result) {
        String target = Kinds.typed(settings.targetVirtual());
        if (settings.reuseConnection()) {
            warm.open(client, destination, target, result);
        } else {
            SingleUse.open(core, endpoint, warm.loop(), client, destination, target, result);
        }
    }

    private void refuse(String profile, Tunnels.FlowHandler result, String reason) {
        core.stats(profile).refused.increment();
        result.refused(reason);
    }

    /** See {@link Tunnels#loopFor}. */
    EventLoop loopFor(EventLoop loop, String profile) {
        List<Endpoint> candidates = endpoints.get().getOrDefault(profile, List.of());
        if (candidates.stream().anyMatch(endpoint -> Endpoint.takes(endpoint.readyFibre(loop)))) {
            return loop;
        }
        return candidates.stream()
                .flatMap(endpoint -> endpoint.tunnels().stream())
                .filter(tunnel -> Endpoint.takes(tunnel.readyFibre()))
                .map(Tunnel::loop)
                .min(Comparator.comparingInt(EventLoop::streams))
                .orElse(loop);
    }

    /** See {@link Tunnels#ready}. */
    boolean ready(String profile) {
        return endpoints.get().getOrDefault(profile, List.of()).stream().anyMatch(Endpoint::ready);
    }
}
