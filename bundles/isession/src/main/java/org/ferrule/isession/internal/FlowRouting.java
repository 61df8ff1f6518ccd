package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.config.kind.Kinds;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.traffic.Tunnels;

/** Finds a far end, a loop and a fibre for each flow. Any thread. */
final class FlowRouting {
    private final Core core;
    private final ProfileEnds ends;
    private final Discovery discovery;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param discovery looks for ends of flows that have none */
    FlowRouting(Core core, ProfileEnds ends, Discovery discovery) {
        this.core = core;
        this.ends = ends;
        this.discovery = discovery;
    }

    /** See {@link Tunnels#open}. */
    void open(Stream client, String profile, Tunnels.FlowHandler result) {
        IsessionProfile settings = core.settings().profiles().get(profile);
        if (settings == null || !settings.mode()) {
            String reason = "mode of " + profile + " is disabled";
            core.stats(profile).refuse(reason);
            result.refused(reason);
            return;
        }
        InetSocketAddress destination = client.localAddress();
        Opening opening =
                new Opening(client.remoteAddress(), destination, Kinds.typed(settings.targetVirtual()), via(client));
        Choices choices = choices(profile, settings, destination, turn.getAndIncrement());
        if (choices.unrouted() && settings.endpointPool().equals("none") && !(client instanceof Flow)) {
            // What peers send here is not a reason: they could have this end call whom they like.
            discovery.unrouted(profile, destination.getAddress(), client.loop());
        }
        new Attempt(core, profile, settings, client.loop(), opening, choices, result)
                .retrying(() -> choices(profile, settings, destination, turn.get()))
                .next();
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
                ends.of(profile),
                destination,
                core.services().pools().best(),
                pooled ? settings.endpointPool() : null,
                profile,
                from);
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
                // Only to a loop of its own network can a client move.
                .filter(l -> l.network() == loop.network())
                .distinct()
                .min(Comparator.comparing((EventLoop l) -> l != loop).thenComparingInt(EventLoop::streams))
                .orElse(loop);
    }

    /** See {@link Tunnels#ready}. */
    boolean ready(String profile) {
        return ends.of(profile).stream().anyMatch(FarEnd::ready);
    }
}
