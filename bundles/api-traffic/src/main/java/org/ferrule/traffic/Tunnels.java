package org.ferrule.traffic;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** Opens flows in iSessions. On event loops. */
@ProviderType
public interface Tunnels {
    /**
     * Opens a flow to wherever the profile's endpoints are.
     *
     * <p>The stream is delivered at once if a fibre is ready on this loop: bytes may be written to it before the far end
     * has answered. It reads end of input, resets and closes like a TCP stream.
     *
     * @param client the client's stream, on its loop: the flow lives there, too. The far end sees its {@link
     *     Stream#remoteAddress} as the flow's, and finds its virtual server by its {@link Stream#localAddress}. One that came
     *     out of a tunnel itself takes along which appliances it passed, so that none takes it twice.
     * @param profile full name of a {@code wom profile isession}
     */
    void open(Stream client, String profile, FlowHandler result);

    /**
     * Where a flow of the profile can be opened now: the loop that is asked for if it has a fibre that is ready, else the
     * least loaded one that has, else the loop that is asked for. A client that is on another loop may be moved there,
     * once, before anything was read of it. Any thread.
     */
    EventLoop loopFor(EventLoop loop, String profile, InetSocketAddress destination);

    /** Whether a fibre is ready to take flows of the profile. Any thread. */
    boolean ready(String profile);

    /**
     * This appliance opened a connection to a server itself, for a virtual server that leads into no tunnel or for a flow
     * straight to its destination: what {@code wom server-discovery} learns from. Any thread; waits for nobody.
     *
     * @param server where it was connected to
     * @param took how long it took until the connection was open
     */
    void serverSeen(InetSocketAddress server, Duration took);

    /** What happens when there is no route into a tunnel and no pool: {@code no-route} of the local endpoint. */
    NoRoute noRoute();

    /** What to do with a connection that no tunnel takes. */
    enum NoRoute {
        /** Connect straight to the destination. */
        PASSTHRU,
        /** Reset it. */
        DROP
    }

    /** The result of {@link #open}; {@link #opened} or {@link #refused}, on the loop. */
    @ConsumerType
    interface FlowHandler {
        /** The full name of the virtual server that the client called; empty if it called none. */
        default String virtualServer() {
            return "";
        }

        /** The flow exists; set its handler before returning. */
        void opened(Stream flow);

        /** No tunnel takes the flow now: it was not sent, and may be served otherwise. */
        void refused(String reason);

        /**
         * The far end refused the flow <em>before it opened its server side</em>, after {@link #opened}: none of its bytes
         * reached a server, so the connection may be served otherwise if its first bytes are still held. The stream's
         * handler gets no further call if this answers true; {@link #opened} with a flow to another far end, or {@link
         * #refused}, follows.
         *
         * @return whether the connection is taken back; otherwise the stream is reset
         */
        default boolean takeBack(Stream flow) {
            return false;
        }
    }
}
