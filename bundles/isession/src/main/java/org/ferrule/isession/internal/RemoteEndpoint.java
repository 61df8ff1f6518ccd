package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code wom remote-endpoint}. */
@Kind(value = "wom remote-endpoint", title = "remote endpoint", help = "The far end of tunnels")
record RemoteEndpoint(
        @Property(help = "Its address", type = PropertyType.ADDRESS, required = true, immutable = true)
        String address,

        @Property(
                help =
                        "Whether this end opens flows to it, over fibres of either end; disabled, only the peer opens flows",
                initial = "enabled")
        boolean allowRouting,

        @Property(
                help = "cache-refresh: both ends forget what they have exchanged, once; it reads none again at once",
                initial = "none")
        DedupAction dedupAction,

        @Property(help = "What the endpoint is") String description,

        @Property(help = "Whether tunnels to it are opened", initial = "enabled")
        boolean endpoint,

        @Property(
                help = "How it came into the configuration; what goes there without a route depends on that",
                initial = "configured")
        Origin origin,

        @Property(help = "The port of tunnels", type = PropertyType.PORT, min = 1, max = 65535, initial = "443")
        int tunnelPort) {

    static final String KIND = "wom remote-endpoint";

    /** What is done to the dictionary that is kept with the endpoint. */
    enum DedupAction {
        @Choice("Nothing")
        NONE,
        @Choice("It begins anew")
        CACHE_REFRESH
    }

    /** How an endpoint came into the configuration. */
    enum Origin {
        @Choice("By people: one that advertises nothing is taken for everything")
        CONFIGURED,
        @Choice("By a probe: without a route it is taken for the addresses that it was found at")
        DISCOVERED
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(Addresses.address(address), tunnelPort);
    }
}
