package org.ferrule.traffic;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.ferrule.stream.Stream;
import org.osgi.annotation.versioning.ProviderType;

/** Takes in flows that came out of a tunnel. */
@ProviderType
public interface VirtualServers {
    /** The name of the pseudo VLAN from which flows come. */
    String TUNNEL_VLAN = "isession";

    /**
     * Finds the virtual server for a destination among those that are reached from tunnels. On an event loop.
     *
     * @param targetVirtual how to look: {@code virtual-match-all}, {@code host-match-all}, {@code host-match-no-isession}
     * @return the acceptor, or empty if none matches or the match is not able to serve
     */
    Optional<Acceptor> find(InetSocketAddress destination, String targetVirtual);

    /** A virtual server that will take a flow. */
    @ProviderType
    @FunctionalInterface
    interface Acceptor {
        /** Serves the flow; sets its handler. On the flow's loop. */
        void accept(Stream flow);
    }
}
