package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.ferrule.traffic.Pools;

/** Where the tunnels of a profile are to lead. */
final class Targets {
    private final Core core;
    private final Supplier<Map<String, List<Endpoint>>> endpoints;

    /** @param endpoints of each profile, as they are at the moment of asking */
    Targets(Core core, Supplier<Map<String, List<Endpoint>>> endpoints) {
        this.core = core;
        this.endpoints = endpoints;
    }

    /** Where the profile's tunnels lead: to the members of its pool that are up, or else to all enabled remote endpoints. */
    Set<InetSocketAddress> of(IsessionProfile profile) {
        Set<InetSocketAddress> wanted = new LinkedHashSet<>();
        if (!profile.mode()) {
            return wanted;
        }
        if (!profile.endpointPool().equals("none")) {
            core
                    .services()
                    .pools()
                    .best()
                    .map(pools -> pools.members(profile.endpointPool()))
                    .orElseGet(() -> members(profile.endpointPool()))
                    .stream()
                    .filter(Pools.Member::up)
                    .forEach(member -> wanted.add(member.address()));
            return wanted;
        }
        for (RemoteEndpoint remote : core.settings().remotes().values()) {
            if (remote.endpoint()) {
                wanted.add(remote.socketAddress());
            }
        }
        core.discovered().endpoints().keySet().stream()
                .filter(found -> !core.settings().names(found))
                .forEach(wanted::add);
        return wanted;
    }

    /** While the module pool is away, tunnels stay with the endpoints that they have. */
    private List<Pools.Member> members(String pool) {
        List<Pools.Member> members = new ArrayList<>();
        core.settings().profiles().forEach((name, profile) -> {
            if (profile.endpointPool().equals(pool)) {
                endpoints
                        .get()
                        .getOrDefault(name, List.of())
                        .forEach(e -> members.add(new Pools.Member("", e.address(), true)));
            }
        });
        return members;
    }
}
