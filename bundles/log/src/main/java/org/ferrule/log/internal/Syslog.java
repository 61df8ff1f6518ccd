package org.ferrule.log.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** Where logs are sent besides the appliance's own files. */
@Kind(
        value = Syslog.KIND,
        title = "Syslog",
        help = "Where logs are sent besides the appliance's own files",
        singleton = true)
record Syslog(
        @Property(help = "The servers that each message is sent to, by a name for people")
        Map<String, RemoteServer> remoteServers,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys syslog";

    /** The least important messages that are sent. */
    enum Level {
        @Choice("Failures")
        ERROR(3),
        @Choice("What somebody should look at, too")
        WARNING(4),
        @Choice("What the appliance did, and who changed what, too")
        INFORMATIONAL(6),
        @Choice("All that is logged")
        DEBUG(7);

        private final int severity;

        Level(int severity) {
            this.severity = severity;
        }

        /** Whether a message of that severity (RFC 5424, 6.2.1) is sent. */
        boolean sends(int messages) {
            return messages <= severity;
        }
    }

    /** One server: RFC 5424 messages over TCP (RFC 6587, octet counting) or TLS (RFC 5425). */
    record RemoteServer(
            @Property(help = "The server's address", required = true)
            InetAddress host,

            @Property(
                    help = "Its TCP port; 6514 is usual with TLS, 601 without",
                    type = PropertyType.PORT,
                    initial = "6514",
                    min = 1)
            int remotePort,

            @Property(
                    help = "The profile by which TLS is spoken and the server is checked; none sends in the clear",
                    type = PropertyType.REFERENCE,
                    references = "ltm profile server-ssl")
            String serverSsl,

            @Property(help = "The least important messages that are sent", initial = "informational")
            Level level) {
        InetSocketAddress address() {
            return new InetSocketAddress(host, remotePort);
        }

        boolean secured() {
            return serverSsl != null && !serverSsl.isEmpty() && !serverSsl.equals("none");
        }

        String text() {
            return Addresses.text(address()) + (secured() ? " (TLS)" : "");
        }
    }
}
