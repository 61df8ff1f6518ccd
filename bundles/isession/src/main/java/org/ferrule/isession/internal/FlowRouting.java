package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.ferrule.config.kind.Kinds;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.Tunnels;

/** Finds a far end, a loop and a fibre for each flow. Any thread. */
final class FlowRouting {
    private final Core core;
    private final Supplier<Map<String, List<Endpoint>>> endpoints;
    private final Supplier<Collection<? extends FarEnd>> peers;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param endpoints of each profile, as they are at the moment of asking
     * @param peers those that dial in
     */
    FlowRouting(
            Core core, Supplier<Map<String, List<Endpoint>>> endpoints, Supplier<Collection<? extends FarEnd>> peers) {
        this.core = core;
        this.endpoints = endpoints;
        this.peers = peers;
    }

    /** See {@link Tunnels#open}. */
    void open(Stream client, String profile, Tunnels.FlowHandler result) {
        IsessionProfile settings = core.settings().profiles().get(profile);
        if (settings == null || !settings.mode()) {
            core.stats(profile).refused.increment();
            result.refused("mode of " + profile + " is disabled");
            return;
        }
        InetSocketAddress destination = client.localAddress();
        Opening opening =
                new Opening(client.remoteAddress(), destination, Kinds.typed(settings.targetVirtual()), via(client));
        Choices choices = choices(profile, settings, destination, turn.getAndIncrement());
        new Attempt(core, profile, settings, client.loop(), opening, choices, result).next();
    }

    /** The appliances that the connection passed, and this one. */
    private List<String> via(Stream client) {
        List<String> via = new ArrayList<>(client instanceof Flow flow ? flow.via() : List.of());
        via.add(core.self());
        return List.copyOf(via);
    }

    private Choices choices(String profile, IsessionProfile settings, InetSocketAddress destination, int from) {
        boolean pooled = !settings.endpointPool().equals("none");
        return Choices.of(
                ends(profile, settings),
                destination,
                core.services().pools().best(),
                pooled ? settings.endpointPool() : null,
                profile,
                from);
    }

    /**
     * The far ends of a profile. Without a pool those that dial in belong to it, too, for what they advertise; a device that
     * this end reaches itself is there once.
     */
    private List<FarEnd> ends(String profile, IsessionProfile settings) {
        List<Endpoint> dialled = endpoints.get().getOrDefault(profile, List.of());
        List<FarEnd> ends = new ArrayList<>(dialled.size());
        for (Endpoint endpoint : dialled) {
            if (core.settings().allowsRouting(endpoint.address())) {
                ends.add(endpoint);
            }
        }
        if (settings.endpointPool().equals("none")) {
            for (FarEnd peer : peers.get()) {
                boolean there = dialled.stream().anyMatch(e -> e.device().equals(peer.device()) && e.ready());
                if (!there && !peer.routes().isEmpty()) {
                    ends.add(peer);
                }
            }
        }
        return ends;
    }

    /** See {@link Tunnels#loopFor}. */
    EventLoop loopFor(EventLoop loop, String profile, InetSocketAddress destination) {
        IsessionProfile settings = core.profile(profile);
        // Only a flow takes a turn: if asking did, too, those of two equal ends would all go to one.
        Choices choices = choices(profile, settings, destination, turn.get());
        return choices.best().stream()
                .flatMap(end -> end.fibres().stream())
                .filter(FarEnd::takes)
                .map(Fibre::loop)
                .distinct()
                .min(Comparator.comparing((EventLoop l) -> l != loop).thenComparingInt(EventLoop::streams))
                .orElse(loop);
    }

    /** See {@link Tunnels#ready}. */
    boolean ready(String profile) {
        return ends(profile, core.profile(profile)).stream().anyMatch(FarEnd::ready);
    }
}
