package org.ferrule.traffic;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Chooses members of pools. Any thread; fit for an event loop. */
@ProviderType
public interface Pools {
    /**
     * Chooses a member for a new connection by the pool's load balancing method, among those that are up.
     *
     * @param pool the pool's full name
     * @param tried members that were tried for this connection already, and failed
     * @return empty if there is no such pool, or no other member is available
     */
    Optional<Selection> select(String pool, Set<String> tried);

    /** All members of the pool that are not disabled, in order, up or not; for those who keep connections to all. */
    List<Member> members(String pool);

    /**
     * A member of a pool.
     *
     * @param name as configured: {@code 10.0.0.1:80}
     * @param address where to connect
     * @param up whether new connections may go there
     */
    record Member(String name, InetSocketAddress address, boolean up) {}

    /** A member that was chosen, and the count of what becomes of it. Used on the loop of the connection. */
    @ProviderType
    interface Selection {
        /** The member's name. */
        String member();

        /** Where to connect. */
        InetSocketAddress address();

        /** The connection was opened; it counts as current until {@link #ended}. */
        void connected();

        /** So many more bytes were moved: told while the connection goes on, so that what is counted is what flows. */
        void moved(long toServer, long toClient);

        /** It is over, or could not be opened ({@link #connected} was not called). Exactly once. */
        void ended();
    }
}
