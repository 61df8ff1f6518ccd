package org.ferrule.stream;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of one owner, which go with it from one version of the module net to the next without being closed. While
 * there is none, what was bound stays bound, and clients wait in the kernel's backlog. For one thread at a time.
 *
 * @param <K> what tells listeners apart
 */
public final class HandedListeners<K> {
    private static final Logger LOG = LoggerFactory.getLogger(HandedListeners.class);

    private final String owner;
    private final Map<K, Listener> open = new HashMap<>();
    private final Map<K, ListeningSocket> parked = new HashMap<>();
    private Network network;

    /** Binds a listener. */
    @FunctionalInterface
    public interface Binding {
        /** See {@link Network#listen}. */
        Listener bind(Network network) throws IOException;
    }

    /** @param owner who listens, as in {@link Network#listen} */
    public HandedListeners(String owner) {
        this.owner = owner;
    }

    /** Another network takes the place of the one before: all must be opened again. Null: there is none now. */
    public void network(Network next) {
        if (next != network) {
            open.forEach((key, listener) -> listener.release().ifPresent(socket -> parked.put(key, socket)));
            open.clear();
            network = next;
        }
    }

    /** The network to which they belong; null if there is none. */
    public Network network() {
        return network;
    }

    /** Those that are open; what is parked is not. */
    public Map<K, Listener> open() {
        return open;
    }

    /** Whether it is bound, if only parked. */
    public boolean bound(K key) {
        return open.containsKey(key) || parked.containsKey(key);
    }

    /**
     * Opens one that is not open: goes on with what is parked, or else binds.
     *
     * @throws IOException if it cannot be bound
     */
    public Listener open(K key, Binding binding) throws IOException {
        ListeningSocket socket = parked.remove(key);
        Listener listener = socket == null ? binding.bind(network) : network.adopt(owner, socket);
        open.put(key, listener);
        return listener;
    }

    /** Closes those that are not wanted. */
    public void closeUnless(Predicate<K> wanted) {
        for (K key : Set.copyOf(open.keySet())) {
            if (!wanted.test(key)) {
                open.remove(key).close();
            }
        }
        for (K key : new HashSet<>(parked.keySet())) {
            if (!wanted.test(key)) {
                close(parked.remove(key));
            }
        }
    }

    private static void close(ListeningSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", socket.address(), e.getMessage());
        }
    }
}
