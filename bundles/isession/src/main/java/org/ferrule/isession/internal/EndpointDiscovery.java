package org.ferrule.isession.internal;

import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigObject;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;

/** {@code wom endpoint-discovery}. */
@Kind(
        value = "wom endpoint-discovery",
        title = "endpoint discovery",
        singleton = true,
        help = "Whether endpoints that the configuration does not name are looked for, and this one may be found")
record EndpointDiscovery(
        @Property(
                help = "Whether an endpoint that was found is put into the configuration once a tunnel to it was up",
                initial = "enabled")
        boolean autoSave,

        @Property(help = "What the settings are for") String description,

        @Property(help = "Whether trusted devices that connect are told where this end listens", initial = "enabled")
        boolean discoverable,

        @Property(
                help = "How many endpoints may be found; 0: as many as an appliance keeps, 256",
                max = EndpointDiscovery.MOST_ENDPOINTS,
                initial = "0")
        int maxEndpointCount,

        @Property(
                help = "How the address that a connection without a route goes to is probed; never by ICMP",
                initial = "disable")
        Mode mode) {

    static final String KIND = "wom endpoint-discovery";

    /** The most endpoints that are found and not configured by people. */
    static final int MOST_ENDPOINTS = 256;

    /** The values of the declaration above. */
    static final EndpointDiscovery DEFAULTS = ConfigTree.of(
                    List.of(new ConfigObject(ObjectId.singleton(KIND), 1, Map.of())), List.of())
            .view(EndpointDiscovery.class, "")
            .orElseThrow();

    boolean probes() {
        return mode != Mode.DISABLE;
    }

    int mostEndpoints() {
        return maxEndpointCount == 0 ? MOST_ENDPOINTS : maxEndpointCount;
    }

    /** How endpoints are looked for. */
    enum Mode {
        @Choice("In all ways that there are: by TCP")
        ENABLE_ALL,
        @Choice("By a TLS handshake on the tunnel port, in which only trusted devices count")
        ENABLE_TCP,
        @Choice("Not at all")
        DISABLE
    }
}
