package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code ltm virtual}. */
@Kind(
        value = "ltm virtual",
        title = "Virtual Server",
        help = "Where clients arrive, and what is done with their connections")
record VirtualKind(
        @Property(help = "Most connections at a time; 0: no limit", initial = "0")
        int connectionLimit,

        @Property(help = "What the virtual server is for") String description,

        @Property(help = "The address and port that clients call", required = true)
        InetSocketAddress destination,

        @Property(help = "Whether it takes new connections", type = PropertyType.FLAG, initial = "enabled")
        Enabled enabled,

        @Property(
                help = "How traffic to a network, or to any address with translate-address disabled, is brought here",
                initial = "tproxy")
        Method interception,

        @Property(
                help = "The local port to which such traffic is brought; 0: the destination's own",
                type = PropertyType.PORT,
                max = 65535,
                initial = "0")
        int interceptionPort,

        @Property(help = "The mask of destination where that is a network, as in 255.255.0.0, ffff:ffff:: or /16")
        String mask,

        @Property(
                help = "The pool that serves it; with an iSession profile, when no tunnel does",
                type = PropertyType.REFERENCE,
                references = "ltm pool",
                initial = "none")
        String pool,

        @Property(
                help = "How connections are treated",
                type = PropertyType.REFERENCE,
                references = {"ltm profile", "wom profile"})
        Map<String, ProfileUse> profiles,

        @Property(help = "Whose address servers see as the client's", initial = "automap")
        Snat snat,

        @Property(help = "Clients that are served, as address/prefix", initial = "0.0.0.0/0")
        String source,

        @Property(
                help = "Whether a server sees its own address as destination, or the one that the client called",
                initial = "enabled")
        boolean translateAddress,

        @Property(
                help = "Whether a server sees its own port as destination, or the one that the client called",
                initial = "enabled")
        boolean translatePort,

        @Property(help = "The networks that vlans-enabled or vlans-disabled is about; isession: tunnels")
        List<String> vlans,

        @Property(
                help = "Whether vlans lists the networks that reach it or those that do not",
                type = PropertyType.FLAG,
                initial = "vlans-disabled")
        Vlans vlanMode) {

    /** Whether it takes new connections. */
    enum Enabled {
        @Choice("It takes new connections")
        ENABLED,
        @Choice("It takes no new connections")
        DISABLED
    }

    /** How connections come that were addressed elsewhere. */
    enum Method {
        @Choice("By TPROXY rules or a local route; needs CAP_NET_ADMIN")
        TPROXY,
        @Choice("By REDIRECT rules")
        REDIRECT
    }

    /** Whose address servers see. */
    enum Snat {
        @Choice("The appliance's own")
        AUTOMAP,
        @Choice("The client's own; needs CAP_NET_ADMIN, and servers whose answers are routed through the appliance")
        NONE
    }

    /** What {@code vlans} lists. */
    enum Vlans {
        @Choice("Only the listed networks reach it")
        VLANS_ENABLED,
        @Choice("All networks but the listed ones reach it")
        VLANS_DISABLED
    }

    /** On which side a profile holds. */
    record ProfileUse(
            @Property(help = "The side on which it holds", initial = "all")
            Context context) {}

    /** A side of a connection. */
    enum Context {
        @Choice("Both sides")
        ALL,
        @Choice("Towards the client")
        CLIENTSIDE,
        @Choice("Towards the server")
        SERVERSIDE
    }
}
