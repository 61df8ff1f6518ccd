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

        @Property(help = "How many of them may be one user's", initial = "16", min = 1, max = 1000)
        int maxSessionsPerUser,

        @Property(
                help = "So many wrong passwords from one address, or for one user, lock it out; 0 stands for never",
                initial = "10",
                max = 1000)
        int maxLoginFailures,

        @Property(
                help = "How long a lock-out lasts, and how long a wrong password counts",
                unit = "seconds",
                initial = "600",
                min = 1,
                max = 86400)
        int lockoutDuration,

        @Property(
                help =
                        "How much a user of role admin may keep in the folder for uploads by SFTP; 0 stands for no uploads",
                unit = "megabytes",
                initial = "2048",
                max = 1048576)
        int uploadQuota,

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
