package org.ferrule.traffic;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.ferrule.stream.Stream;
import org.osgi.annotation.versioning.ProviderType;

/** Takes in flows that came out of a tunnel. */
@ProviderType
public interface VirtualServers {
    /** The name of the pseudo VLAN from which flows come. */
    String TUNNEL_VLAN = "isession";

    /** The best match of any virtual server. */
    String VIRTUAL_MATCH_ALL = "virtual-match-all";

    /** The best match among those whose destination is one address. */
    String HOST_MATCH_ALL = "host-match-all";

    /** As {@link #HOST_MATCH_ALL}, but none that has an iSession profile itself. */
    String HOST_MATCH_NO_ISESSION = "host-match-no-isession";

    /** The best match of any virtual server; where none matches, the destination itself. */
    String MATCH_ALL = "match-all";

    /** The destination itself. */
    String NONE = "none";

    /**
     * Finds who serves a flow, among the virtual servers that are reached from tunnels and the destination itself. What is
     * refused before it is opened can be served at its other end. On an event loop.
     */
    Answer find(Arrival arrival);

    /**
     * Whether a flow of any peer to a destination, looked for by {@link #MATCH_ALL}, would be served by this appliance's own
     * server side: not by a further tunnel, nor by nobody, and not if it is an address of this host or of no other. Any
     * thread.
     *
     * @param straight whether flows may go straight to their destination
     */
    boolean serves(InetSocketAddress destination, boolean straight);

    /**
     * A flow that a peer asks for.
     *
     * @param client who asked for it at the far end
     * @param destination whom the client called
     * @param targetVirtual how to look, as above; another text is refused
     * @param noStraight why it may not go straight to its destination; empty if it may
     */
    record Arrival(
            InetSocketAddress client,
            InetSocketAddress destination,
            String targetVirtual,
            Optional<String> noStraight) {}

    /**
     * Who takes a flow, or why nobody does.
     *
     * @param acceptor who takes it; null if nobody does
     * @param straight whether it goes straight to its destination, without a virtual server
     * @param refusal why nobody takes it; null if somebody does
     */
    record Answer(Acceptor acceptor, boolean straight, String refusal) {
        /** It is taken. */
        public static Answer taken(Acceptor acceptor, boolean straight) {
            return new Answer(Objects.requireNonNull(acceptor), straight, null);
        }

        /** Nobody takes it; the reason is for people, at both ends. */
        public static Answer refused(String reason) {
            return new Answer(null, false, Objects.requireNonNull(reason));
        }
    }

    /** One that will take a flow. */
    @ProviderType
    @FunctionalInterface
    interface Acceptor {
        /** Serves the flow; sets its handler. On the flow's loop. */
        void accept(Stream flow);
    }
}
