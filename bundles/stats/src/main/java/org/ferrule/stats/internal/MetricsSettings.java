package org.ferrule.stats.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** How monitoring systems fetch metrics. Nothing listens until somebody sets a token and enables it. */
@Kind(
        value = MetricsSettings.KIND,
        title = "Metrics",
        help = "How monitoring systems fetch all that show counts, as OpenMetrics",
        singleton = true)
record MetricsSettings(
        @Property(help = "Whether metrics can be fetched, at the path /metrics", initial = "disabled")
        boolean mode,

        @Property(help = "Where it listens; any stands for all addresses of the machine", initial = "127.0.0.1")
        InetAddress address,

        @Property(help = "The port it listens on", type = PropertyType.PORT, initial = "9464", min = 1)
        int port,

        @Property(
                help = "What whoever fetches must send, as Authorization: Bearer TOKEN; at least 20 characters",
                type = PropertyType.SECRET)
        String token,

        @Property(
                help = "The profile that TLS is spoken after; none only where nobody but this machine can listen in",
                type = PropertyType.REFERENCE,
                references = "ltm profile client-ssl",
                initial = "/Common/clientssl")
        String tlsProfile,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys metrics";
    static final ObjectId ID = ObjectId.singleton(KIND);
    static final int LEAST_TOKEN = 20;

    InetSocketAddress endpoint() {
        return new InetSocketAddress(address, port);
    }

    boolean encrypted() {
        return tlsProfile != null && !tlsProfile.equals("none");
    }
}
