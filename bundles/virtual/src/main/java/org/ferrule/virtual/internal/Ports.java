package org.ferrule.virtual.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ferrule.stream.HandedListeners;
import org.ferrule.stream.Interception;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Network;

/**
 * The listeners of virtual servers: those in use, and those that a transaction has reserved. Guarded by its owner.
 *
 * <p>Each address is listened on once; a listener for other interception than before takes the place of the one before.
 */
final class Ports {
    private static final String OWNER = "virtual";

    private final HandedListeners<Port> listening = new HandedListeners<>(OWNER);
    private final Map<Port, Listener> reserved = new HashMap<>();
    private final Map<InetSocketAddress, String> failed = new HashMap<>();

    /**
     * What is listened on.
     *
     * @param interception how connections come that were addressed elsewhere; empty if none do
     */
    record Port(InetSocketAddress address, Optional<Interception> interception) {
        /** Where a virtual server listens. */
        static Port of(Plan plan) {
            return new Port(plan.listener(), plan.interception());
        }

        /** One that does for both, which have one address. TPROXY takes all that there is. */
        Port and(Port other) {
            boolean transparent = other.interception.equals(Optional.of(Interception.TPROXY));
            return transparent || interception.isEmpty() ? other : this;
        }
    }

    /** See {@link HandedListeners#network(Network)}. */
    void network(Network next) {
        if (next != listening.network()) {
            releaseReserved();
        }
        listening.network(next);
    }

    /** The network that listens; null if there is none. */
    Network network() {
        return listening.network();
    }

    /** Binds a port unless it is bound already. */
    void reserve(Port port) throws IOException {
        if (!listening.bound(port) && !reserved.containsKey(port)) {
            reserved.put(port, open(listening.network(), port));
        }
    }

    private static Listener open(Network network, Port port) throws IOException {
        return port.interception().isPresent()
                ? network.listen(OWNER, port.address(), port.interception().get())
                : network.listen(OWNER, port.address());
    }

    void releaseReserved() {
        reserved.values().forEach(Listener::close);
        reserved.clear();
    }

    /** Listens on exactly these ports. Gives the listeners; what cannot be bound is kept as a failure. */
    Map<Port, Listener> listen(Set<Port> wanted) {
        failed.clear();
        Set<InetSocketAddress> kept = wanted.stream().map(Port::address).collect(Collectors.toSet());
        listening.closeUnless(port -> kept.contains(port.address()));
        for (Port port : wanted) {
            if (!listening.open().containsKey(port)) {
                bind(port);
            }
        }
        // Now that its successor is open: an address that is kept is never closed.
        listening.closeUnless(wanted::contains);
        return listening.open();
    }

    private void bind(Port port) {
        try {
            Listener ready = reserved.remove(port);
            listening.open(port, network -> ready != null ? ready : open(network, port));
        } catch (IOException e) {
            failed.put(port.address(), e.getMessage());
        }
    }

    /** Why an address is not listened on. */
    Optional<String> failure(InetSocketAddress address) {
        return Optional.ofNullable(failed.get(address));
    }

    boolean anyFailed() {
        return !failed.isEmpty();
    }

    void close() {
        releaseReserved();
        listening.closeUnless(port -> false);
    }
}
