package org.ferrule.virtual.internal;

import static org.ferrule.traffic.VirtualServers.HOST_MATCH_ALL;
import static org.ferrule.traffic.VirtualServers.HOST_MATCH_NO_ISESSION;
import static org.ferrule.traffic.VirtualServers.MATCH_ALL;
import static org.ferrule.traffic.VirtualServers.NONE;
import static org.ferrule.traffic.VirtualServers.VIRTUAL_MATCH_ALL;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.config.kind.Addresses;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.VirtualServers.Answer;
import org.ferrule.traffic.VirtualServers.Arrival;

/** Finds who serves a flow that a peer opens: a virtual server that tunnels reach, or its destination itself. Any thread. */
final class Arrivals {
    private final Modules modules;
    private final VirtualServer straight;

    /** @param connections counts those of all virtual servers */
    Arrivals(Modules modules, AtomicInteger connections) {
        this.modules = modules;
        straight = new VirtualServer(Plan.straight("Straight from a tunnel"), new Counters(connections));
    }

    /** Who takes it, of these virtual servers that there are. */
    Answer answer(Collection<VirtualServer> servers, Arrival arrival) {
        InetSocketAddress destination = arrival.destination();
        return switch (arrival.targetVirtual()) {
            case VIRTUAL_MATCH_ALL, MATCH_ALL, HOST_MATCH_ALL, HOST_MATCH_NO_ISESSION ->
                Precedence.best(servers, plan -> reached(plan, arrival.targetVirtual()), arrival.client(), destination)
                        .map(server -> take(server, destination))
                        .orElseGet(() -> unmatched(arrival));
            case NONE -> straight(arrival);
            default ->
                Answer.refused(
                        "target-virtual " + arrival.targetVirtual() + " is not known here; upgrade this appliance");
        };
    }

    private static boolean reached(Plan plan, String targetVirtual) {
        boolean anyWillDo = targetVirtual.equals(VIRTUAL_MATCH_ALL) || targetVirtual.equals(MATCH_ALL);
        return plan.enabled()
                && plan.fromTunnels()
                && (anyWillDo || plan.host())
                && !(targetVirtual.equals(HOST_MATCH_NO_ISESSION)
                        && !plan.isession().isEmpty());
    }

    private Answer unmatched(Arrival arrival) {
        return arrival.targetVirtual().equals(MATCH_ALL)
                ? straight(arrival)
                : Answer.refused("no virtual server that tunnels reach has the destination "
                        + Addresses.text(arrival.destination()));
    }

    /** To the destination itself, as a peer asked for; whether it may is the receiving end's to say. */
    private Answer straight(Arrival arrival) {
        if (arrival.noStraight().isPresent()) {
            return Answer.refused(arrival.noStraight().get());
        }
        return beyond(arrival.destination())
                .map(Answer::refused)
                .orElseGet(() -> Answer.taken(flow -> Connection.fromTunnel(straight, modules, flow), true));
    }

    /** Why a flow may not go straight there: who is trusted to reach servers is not trusted to reach the appliance. */
    private Optional<String> beyond(InetSocketAddress destination) {
        InetAddress address = destination.getAddress();
        boolean local =
                modules.host().contains(address) || address.isLinkLocalAddress() || address.isMulticastAddress();
        return local || destination.getPort() == 0
                ? Optional.of(Addresses.text(destination) + " is this appliance itself, or no other host's address and"
                        + " port: no flow goes straight there")
                : Optional.empty();
    }

    private Answer take(VirtualServer server, InetSocketAddress destination) {
        return obstacle(server.plan(), destination)
                .map(reason -> Answer.refused("Virtual Server " + server.plan().name() + ": " + reason))
                .orElseGet(() -> Answer.taken(flow -> Connection.fromTunnel(server, modules, flow), false));
    }

    private Optional<String> obstacle(Plan plan, InetSocketAddress destination) {
        if (plan.pool().isEmpty() && plan.isession().isEmpty()) {
            return beyond(destination);
        }
        return able(plan) ? Optional.empty() : Optional.of("no member of pool " + plan.pool() + " is available");
    }

    /** See {@link org.ferrule.traffic.VirtualServers#serves}. */
    boolean serves(Collection<VirtualServer> servers, InetSocketAddress destination, boolean straight) {
        boolean six = destination.getAddress() instanceof Inet6Address;
        InetSocketAddress anybody = new InetSocketAddress(Addresses.address(six ? "any6" : "any"), 0);
        return beyond(destination).isEmpty()
                && Precedence.best(servers, plan -> reached(plan, MATCH_ALL), anybody, destination)
                        .map(VirtualServer::plan)
                        .map(plan -> plan.isession().isEmpty()
                                && obstacle(plan, destination).isEmpty())
                        .orElse(straight);
    }

    /** Whether its pool can serve; where a tunnel leads on, that is only the fallback. */
    private boolean able(Plan plan) {
        return !plan.isession().isEmpty()
                || modules.pools().best().map(p -> p.members(plan.pool())).orElse(List.of()).stream()
                        .anyMatch(Pools.Member::up);
    }
}
