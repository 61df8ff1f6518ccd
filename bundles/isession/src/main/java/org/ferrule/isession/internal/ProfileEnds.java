package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The far ends to which flows of a profile may go, and those to which the configuration lets none go. Any thread. */
final class ProfileEnds {
    private final Core core;
    private final Supplier<Map<String, List<Endpoint>>> endpoints;
    private final Supplier<Collection<? extends FarEnd>> peers;

    /**
     * @param endpoints of each profile, as they are at the moment of asking
     * @param peers those that dial in
     */
    ProfileEnds(
            Core core, Supplier<Map<String, List<Endpoint>>> endpoints, Supplier<Collection<? extends FarEnd>> peers) {
        this.core = core;
        this.endpoints = endpoints;
        this.peers = peers;
    }

    /** All that there are, of all profiles, whether flows may go there or not. */
    List<FarEnd> all() {
        List<FarEnd> all = new ArrayList<>();
        endpoints.get().values().forEach(all::addAll);
        all.addAll(peers.get());
        return all;
    }

    /**
     * Those of a profile. Without a pool those that dial in belong to it, too, for what they advertise; a device that this
     * end reaches itself is there once.
     */
    List<FarEnd> of(String profile) {
        List<Endpoint> dialled = endpoints.get().getOrDefault(profile, List.of());
        List<FarEnd> ends = new ArrayList<>(dialled.size());
        for (Endpoint endpoint : dialled) {
            if (closed(endpoint).isEmpty()) {
                ends.add(endpoint);
            }
        }
        if (core.profile(profile).endpointPool().equals("none")) {
            for (FarEnd peer : peers.get()) {
                boolean there = dialled.stream().anyMatch(e -> e.device().equals(peer.device()) && e.ready());
                if (!there && !peer.routes().isEmpty() && closed(peer).isEmpty()) {
                    ends.add(peer);
                }
            }
        }
        return ends;
    }

    /** The full name of the remote endpoint whose allow-routing keeps flows from going there; empty if none does. */
    Optional<String> closed(FarEnd end) {
        for (Map.Entry<String, RemoteEndpoint> remote :
                core.settings().remotes().entrySet()) {
            if (!remote.getValue().allowRouting() && at(remote.getValue().socketAddress(), end)) {
                return Optional.of(remote.getKey());
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a far end is the one at an address. Who dials in is known by its device, if this end dials that address, too,
     * and has seen who is there; or else by where its fibres come from.
     */
    private boolean at(InetSocketAddress address, FarEnd end) {
        if (end instanceof Endpoint endpoint) {
            return endpoint.address().equals(address);
        }
        for (List<Endpoint> dialled : endpoints.get().values()) {
            for (Endpoint endpoint : dialled) {
                if (endpoint.address().equals(address) && !endpoint.device().isEmpty()) {
                    return endpoint.device().equals(end.device());
                }
            }
        }
        return end.fibres().stream()
                .anyMatch(fibre -> fibre.remoteAddress().getAddress().equals(address.getAddress()));
    }
}
