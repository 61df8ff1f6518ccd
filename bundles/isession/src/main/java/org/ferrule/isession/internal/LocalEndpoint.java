package org.ferrule.isession.internal;

import java.util.List;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code wom local-endpoint}. */
@Kind(value = "wom local-endpoint", title = "local endpoint", singleton = true, help = "This end of tunnels")
record LocalEndpoint(
        @Property(help = "Where peers may open tunnels; none: this end only dials", type = PropertyType.ADDRESS)
        List<String> addresses,

        @Property(help = "What the endpoint is") String description,

        @Property(help = "Whether peers may open tunnels", initial = "enabled")
        boolean endpoint,

        @Property(help = "What becomes of a connection that no tunnel and no pool takes", initial = "passthru")
        NoRoute noRoute,

        @Property(help = "The port of tunnels", type = PropertyType.PORT, min = 1, max = 65535, initial = "443")
        int tunnelPort) {

    static final String KIND = "wom local-endpoint";

    /** What becomes of a connection that no tunnel and no pool takes. */
    enum NoRoute {
        @Choice("It goes straight to its destination")
        PASSTHRU,
        @Choice("It is reset")
        DROP
    }
}
