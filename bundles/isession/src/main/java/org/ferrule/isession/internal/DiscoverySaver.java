package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.Assign;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.Configuration;
import org.ferrule.config.Edit;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts endpoints that were found into the configuration, as remote endpoints, once a tunnel to them was up. On a thread of
 * the module's own, without its lock: transactions ask the module itself.
 */
final class DiscoverySaver {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoverySaver.class);

    private final Core core;

    /** The tree that did not take one: until there is another, it would not again. */
    private ConfigTree refusedBy;

    private volatile String problem = "";

    DiscoverySaver(Core core) {
        this.core = core;
    }

    /** Why the last one could not be put there; "" if it could. */
    String problem() {
        return problem;
    }

    /** To be called from time to time, by one thread. */
    void look() {
        Optional<Configuration> configuration = core.services().configurations().best();
        if (!core.settings().discovery().autoSave() || configuration.isEmpty()) {
            return;
        }
        core.discovered().endpoints().forEach((address, found) -> {
            if (found.proven() && !core.settings().names(address)) {
                save(configuration.get(), address, found.device());
            }
        });
    }

    private void save(Configuration configuration, InetSocketAddress address, String device) {
        ConfigTree running = configuration.running();
        Map<String, RemoteEndpoint> remotes = running.views(RemoteEndpoint.class);
        boolean there =
                remotes.values().stream().anyMatch(r -> r.socketAddress().equals(address));
        if (there || running == refusedBy) {
            return;
        }
        ObjectId id = new ObjectId(RemoteEndpoint.KIND, free(remotes, device));
        try {
            configuration.commit(List.of(new Edit.Create(
                    id,
                    List.of(
                            new Assign.Value("address", Addresses.text(address.getAddress())),
                            new Assign.Value("tunnel-port", Integer.toString(address.getPort())),
                            new Assign.Value("origin", "discovered")))));
            problem = "";
            LOG.info("The endpoint that was found at {} is {} now", Addresses.text(address), id);
        } catch (ConfigException e) {
            refusedBy = running;
            problem = id + ": " + e.getMessage();
            LOG.warn("The endpoint that was found at {} could not be configured: {}", Addresses.text(address), problem);
        }
    }

    /** The device's name, with a number if another endpoint has it. */
    private static String free(Map<String, RemoteEndpoint> remotes, String device) {
        String name = ObjectId.fullName(ObjectId.COMMON, device);
        String free = name;
        for (int number = 2; remotes.containsKey(free); number++) {
            free = name + "-" + number;
        }
        return free;
    }
}
