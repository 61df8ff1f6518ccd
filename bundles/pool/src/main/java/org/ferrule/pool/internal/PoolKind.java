package org.ferrule.pool.internal;

import java.util.Map;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code ltm pool}. */
@Kind(value = "ltm pool", title = "Pool", help = "Servers that answer the same requests")
record PoolKind(
        @Property(help = "What the pool is for") String description,

        @Property(help = "How a member is chosen for a new connection", initial = "round-robin")
        Mode loadBalancingMode,

        @Property(help = "The servers", type = PropertyType.SERVICE)
        Map<String, Member> members,

        @Property(
                help = "What decides whether members are up",
                type = PropertyType.RULE,
                references = "ltm monitor",
                initial = "none")
        String monitor) {

    /** How a member is chosen. */
    enum Mode {
        @Choice("One after the other")
        ROUND_ROBIN,
        @Choice("One after the other, each as often as its ratio says")
        RATIO_MEMBER,
        @Choice("The one with the fewest connections for its ratio")
        LEAST_CONNECTIONS_MEMBER
    }

    /** One server. */
    record Member(
            @Property(help = "Its address, where the name is not one", type = PropertyType.ADDRESS)
            String address,

            @Property(help = "Most connections at a time; 0: no limit", initial = "0")
            int connectionLimit,

            @Property(help = "What the member is for") String description,

            @Property(help = "Its share, for the modes that have one", min = 1, max = 65535, initial = "1")
            int ratio,

            @Property(help = "Whether it takes new connections", initial = "user-enabled")
            Session session,

            @Property(help = "Forced down, or left to the monitor", initial = "user-up")
            State state) {}

    /** Whether people want it to take new connections. */
    enum Session {
        USER_ENABLED,
        USER_DISABLED
    }

    /** Whether people say that it is down. */
    enum State {
        USER_UP,
        USER_DOWN
    }
}
