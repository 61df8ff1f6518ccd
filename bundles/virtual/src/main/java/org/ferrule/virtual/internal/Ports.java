package org.ferrule.virtual.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Network;

/** The listeners of virtual servers: those in use, and those that a transaction has reserved. Guarded by its owner. */
final class Ports {
    private static final String OWNER = "virtual";

    private final Map<InetSocketAddress, Listener> listening = new HashMap<>();
    private final Map<InetSocketAddress, Listener> reserved = new HashMap<>();
    private final Map<InetSocketAddress, String> failed = new HashMap<>();

    /** Binds an address unless it is bound already. */
    void reserve(Network network, InetSocketAddress address) throws IOException {
        if (!listening.containsKey(address) && !reserved.containsKey(address)) {
            reserved.put(address, network.listen(OWNER, address));
        }
    }

    void releaseReserved() {
        reserved.values().forEach(Listener::close);
        reserved.clear();
    }

    /** Listens on exactly these addresses. Gives the listeners; what cannot be bound is kept as a failure. */
    Map<InetSocketAddress, Listener> listen(Network network, Set<InetSocketAddress> wanted) {
        failed.clear();
        for (InetSocketAddress address : new HashSet<>(listening.keySet())) {
            if (!wanted.contains(address)) {
                listening.remove(address).close();
            }
        }
        for (InetSocketAddress address : wanted) {
            if (!listening.containsKey(address)) {
                bind(network, address);
            }
        }
        return listening;
    }

    private void bind(Network network, InetSocketAddress address) {
        try {
            Listener ready = reserved.remove(address);
            listening.put(address, ready != null ? ready : network.listen(OWNER, address));
        } catch (IOException e) {
            failed.put(address, e.getMessage());
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
        listening.values().forEach(Listener::close);
        listening.clear();
    }
}
