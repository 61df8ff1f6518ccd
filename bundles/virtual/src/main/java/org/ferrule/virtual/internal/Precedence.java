package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Chooses the virtual server of a connection, in TMOS's order (F5 K9038): the closest destination address, then the closest
 * source address, then its port before any port.
 */
final class Precedence {
    /** More than the closeness of any subnet. */
    private static final int STEP = 256;

    private Precedence() {}

    /** The best of those that are eligible; empty if none matches. */
    static Optional<VirtualServer> best(
            Iterable<VirtualServer> servers,
            Predicate<Plan> eligible,
            InetSocketAddress client,
            InetSocketAddress destination) {
        VirtualServer best = null;
        int bestRank = -1;
        for (VirtualServer server : servers) {
            int rank = eligible.test(server.plan()) ? rank(server.plan(), client, destination) : -1;
            if (rank > bestRank) {
                best = server;
                bestRank = rank;
            }
        }
        return Optional.ofNullable(best);
    }

    /** How well it fits: -1 not at all, the more the better. */
    static int rank(Plan plan, InetSocketAddress client, InetSocketAddress destination) {
        int port = plan.destination().port();
        int address = plan.destination().network().closeness(destination.getAddress());
        int source = plan.source().closeness(client.getAddress());
        return address < 0 || source < 0 || port != 0 && port != destination.getPort()
                ? -1
                : (address * STEP + source) * 2 + (port == 0 ? 0 : 1);
    }
}
