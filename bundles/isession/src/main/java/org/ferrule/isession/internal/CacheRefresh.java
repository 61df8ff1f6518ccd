package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.Draft;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kinds;

/**
 * {@code dedup-action cache-refresh} of a remote endpoint: done once, and not kept in the configuration. A transaction that
 * is refused for another reason has refreshed all the same; that costs no more than time.
 */
final class CacheRefresh {
    private static final String ACTION = "dedup-action";

    private final Core core;
    private final Supplier<Map<String, List<Endpoint>>> endpoints;
    private final Executor executor;

    /**
     * @param endpoints those of each profile, as they are at the moment of asking
     * @param executor not the thread of the configuration, which tunnels must not hold up
     */
    CacheRefresh(Core core, Supplier<Map<String, List<Endpoint>>> endpoints, Executor executor) {
        this.core = core;
        this.endpoints = endpoints;
        this.executor = executor;
    }

    /** Takes the action out of a transaction, and does it. */
    void complete(Draft draft) throws ConfigException {
        for (ObjectId id : List.copyOf(draft.changed())) {
            ConfigObject object = draft.now().own().get(id);
            if (object != null
                    && id.kind().equals(RemoteEndpoint.KIND)
                    && object.properties().containsKey(ACTION)) {
                Map<String, Object> rest = new LinkedHashMap<>(object.properties());
                Object action = rest.remove(ACTION);
                draft.put(id, rest);
                if (Kinds.typed(RemoteEndpoint.DedupAction.CACHE_REFRESH).equals(action)) {
                    refresh(
                            id,
                            draft.now().view(RemoteEndpoint.class, id.name()).orElse(null));
                }
            }
        }
    }

    private void refresh(ObjectId id, RemoteEndpoint remote) throws ConfigException {
        InetSocketAddress address = remote == null ? null : remote.socketAddress();
        List<String> devices = endpoints.get().values().stream()
                .flatMap(List::stream)
                .filter(endpoint -> endpoint.address().equals(address))
                .map(Endpoint::device)
                .filter(device -> !device.isEmpty())
                .distinct()
                .toList();
        if (devices.isEmpty() || core.services().deduplications().best().isEmpty()) {
            throw ConfigException.invalid("remote endpoint " + id.name()
                    + ": there is no dictionary to refresh: no tunnel to it has been up since this appliance started, or"
                    + " module dedup is not running");
        }
        executor.execute(() -> core.services()
                .deduplications()
                .best()
                .ifPresent(deduplication -> devices.forEach(deduplication::refresh)));
    }
}
