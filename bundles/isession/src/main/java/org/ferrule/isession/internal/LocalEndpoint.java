package org.ferrule.isession.internal;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ferrule.config.Capabilities;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** {@code wom local-endpoint}. */
@Kind(value = "wom local-endpoint", title = "local endpoint", singleton = true, help = "This end of tunnels")
record LocalEndpoint(
        @Property(help = "Where peers may open tunnels; none: this end only dials", type = PropertyType.ADDRESS)
        List<String> addresses,

        @Property(
                help = "What codecs may hold at most, half of it for what is sent and half for what is received",
                unit = "megabytes",
                min = 16,
                max = 65536,
                initial = "256")
        int codecMemory,

        @Property(help = "What the endpoint is") String description,

        @Property(help = "Whether peers may open tunnels", initial = "enabled")
        boolean endpoint,

        @Property(help = "What becomes of a connection that no tunnel and no pool takes", initial = "passthru")
        NoRoute noRoute,

        @Property(
                help = "What peers may have sent that nobody has read yet; 0: a quarter of the heap",
                unit = "megabytes",
                max = 65536,
                initial = "0")
        int receiveMemory,

        @Property(
                help = "What waits to be sent, beyond which flows keep a little each; 0: an eighth of the heap",
                unit = "megabytes",
                max = 65536,
                initial = "0")
        int sendMemory,

        @Property(
                help = "Further ports of the addresses where peers may open fibres, for port-transparency",
                type = PropertyType.PORT,
                min = 1,
                max = 65535)
        List<String> transparentPorts,

        @Property(help = "The port of tunnels", type = PropertyType.PORT, min = 1, max = 65535, initial = "443")
        int tunnelPort) {

    static final String KIND = "wom local-endpoint";

    /** In the order of their numbers, without the tunnel port, which is no further one. */
    List<Integer> furtherPorts() {
        return transparentPorts.stream()
                .map(Integer::valueOf)
                .filter(port -> port != tunnelPort)
                .distinct()
                .sorted()
                .toList();
    }

    /** What it takes to listen. */
    Set<String> capabilities() {
        return endpoint && !addresses.isEmpty()
                ? Capabilities.toListen(IntStream.concat(
                        IntStream.of(tunnelPort), furtherPorts().stream().mapToInt(Integer::intValue)))
                : Set.of();
    }

    /** Refuses more ports than peers can be told. */
    void check() throws ConfigException {
        if (furtherPorts().size() > Options.MOST_PORTS) {
            throw ConfigException.invalid("local endpoint: transparent-ports must be at most " + Options.MOST_PORTS
                    + " ports, not " + furtherPorts().size());
        }
    }

    /** What becomes of a connection that no tunnel and no pool takes. */
    enum NoRoute {
        @Choice("It goes straight to its destination")
        PASSTHRU,
        @Choice("It is reset")
        DROP
    }
}
