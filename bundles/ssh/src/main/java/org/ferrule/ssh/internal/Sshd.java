package org.ferrule.ssh.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** How the appliance is logged in to. It can be reached from this machine only until somebody opens it. */
@Kind(value = Sshd.KIND, title = "SSH Server", help = "How the appliance is logged in to", singleton = true)
record Sshd(
        @Property(help = "Where the server listens; any stands for all addresses of the machine", initial = "127.0.0.1")
        InetAddress address,

        @Property(help = "The port it listens on", type = PropertyType.PORT, initial = "8022", min = 1)
        int port,

        @Property(help = "Whether new logins are let in; sessions that are open stay", initial = "enabled")
        boolean login,

        @Property(
                help = "A session in which nothing is typed or run for so long is closed; 0 stands for never",
                unit = "seconds",
                initial = "900",
                max = 86400)
        int inactivityTimeout,

        @Property(help = "How many sessions may be open at a time", initial = "32", min = 1, max = 1000)
        int maxSessions,

        @Property(help = "Text for people") String description) {
    static final String KIND = "sys sshd";
    static final ObjectId ID = ObjectId.singleton(KIND);

    /** Where it listens when logins are let in. */
    InetSocketAddress endpoint() {
        return new InetSocketAddress(address, port);
    }

    /** The endpoint as messages have it. */
    static String text(InetSocketAddress endpoint) {
        return endpoint.getAddress().isAnyLocalAddress()
                ? Addresses.join("any", Integer.toString(endpoint.getPort()))
                : Addresses.text(endpoint);
    }
}
