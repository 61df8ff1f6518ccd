package org.ferrule.isession.internal;

import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigTree;

/**
 * What the configuration says of tunnels, at one moment.
 *
 * @param local this end
 * @param profiles iSession profiles by full name
 * @param remotes remote endpoints by full name
 * @param hostname how this appliance calls itself
 */
record Settings(
        LocalEndpoint local,
        Map<String, IsessionProfile> profiles,
        Map<String, RemoteEndpoint> remotes,
        String hostname) {
    /** The profile that holds where no other is named: for tunnels that peers open. */
    static final String ROOT = "/Common/isession";

    static final Settings NONE = new Settings(
            new LocalEndpoint(List.of(), null, false, LocalEndpoint.NoRoute.PASSTHRU, 443), Map.of(), Map.of(), "");

    static Settings of(ConfigTree tree, String hostname) {
        return new Settings(
                tree.view(LocalEndpoint.class, "").orElse(NONE.local()),
                tree.views(IsessionProfile.class),
                tree.views(RemoteEndpoint.class),
                hostname);
    }

    /** What the profile allows; nothing if it does not exist any more. */
    Options options(String profile) {
        IsessionProfile p = profiles.get(profile);
        return p == null ? Options.NONE : p.options();
    }
}
