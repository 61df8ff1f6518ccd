package org.ferrule.net.internal;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;
import org.ferrule.stream.KernelSettings;
import org.ferrule.stream.TcpSettings;

/** {@code ltm profile tcp}. */
@Kind(value = "ltm profile tcp", title = "TCP profile", help = "How connections to clients and servers behave")
record TcpProfile(
        @Property(
                help = "How a sender finds its speed: the kernel's name (bbr, cubic, reno); default: the system's own",
                initial = "default")
        String congestionControl,

        @Property(
                help = "The profile from which this one inherits",
                type = PropertyType.REFERENCE,
                references = "ltm profile tcp",
                initial = "/Common/tcp")
        String defaultsFrom,

        @Property(help = "What the profile is for") String description,

        @Property(
                help = "A connection on which nothing moved for so long is reset; 0: never",
                unit = "seconds",
                max = 86400,
                initial = "300")
        int idleTimeout,

        @Property(help = "Whether the kernel probes a quiet peer", initial = "enabled")
        boolean keepAlive,

        @Property(
                help = "Quiet time before a peer is probed, and between probes; 0: as the system has it",
                unit = "seconds",
                max = 32767,
                initial = "0")
        int keepAliveInterval,

        @Property(
                help = "Probes without an answer after which a peer is given up; 0: as the system has it",
                max = 127,
                initial = "0")
        int keepAliveProbes,

        @Property(help = "Whether small segments wait for acknowledgements", initial = "disabled")
        boolean nagle,

        @Property(
                help = "Queued bytes at which the sender is slowed",
                unit = "bytes",
                min = 4096,
                max = 67108864,
                initial = "262144")
        int proxyBufferHigh,

        @Property(
                help = "Queued bytes at which the sender goes on",
                unit = "bytes",
                min = 0,
                max = 67108864,
                initial = "131072")
        int proxyBufferLow,

        @Property(
                help = "Whether what comes first is acknowledged at once; later the kernel judges by itself",
                initial = "disabled")
        boolean quickAck,

        @Property(
                help = "The kernel's receive buffer; 0: its own tuning",
                unit = "bytes",
                max = 67108864,
                initial = "0")
        int receiveWindowSize,

        @Property(help = "The kernel's send buffer; 0: its own tuning", unit = "bytes", max = 67108864, initial = "0")
        int sendBufferSize,

        @Property(
                help =
                        "Unsent bytes that the kernel takes at most, the rest stays in the queue; 0: as the system has it",
                unit = "bytes",
                max = 67108864,
                initial = "0")
        int unsentLowWaterMark,

        @Property(
                help =
                        "A peer that acknowledges nothing of what was sent for so long is given up; 0: as the system has it",
                unit = "milliseconds",
                max = 86400000,
                initial = "0")
        int userTimeout,

        @Property(
                help = "A peer that takes nothing of what is queued for so long is reset; 0: never",
                unit = "milliseconds",
                max = 86400000,
                initial = "20000")
        int zeroWindowTimeout) {

    /**
     * The values of the declaration above, for a profile that does not exist (any more). The marks are above TMOS's
     * (65535 and 32768): those cost a fifth of the speed of a relay on a 10 Gbit/s network.
     */
    static final TcpSettings DEFAULTS =
            new TcpSettings(Duration.ofSeconds(300), true, false, 0, 0, 262144, 131072, Duration.ofSeconds(20));

    static final String SHIPPED = """
            ltm profile tcp /Common/tcp { }
            ltm profile tcp /Common/tcp-lan-optimized {
                description "Clients and servers nearby"
                proxy-buffer-high 131072
                proxy-buffer-low 98304
            }
            ltm profile tcp /Common/tcp-wan-optimized {
                description "Clients and servers far away"
                nagle enabled
                proxy-buffer-high 131072
                proxy-buffer-low 98304
            }
            ltm profile tcp /Common/wom-tcp-lan-optimized {
                defaults-from /Common/tcp-lan-optimized
                idle-timeout 600
            }
            ltm profile tcp /Common/wom-tcp-wan-optimized {
                defaults-from /Common/tcp-wan-optimized
                congestion-control bbr
                idle-timeout 600
                unsent-low-water-mark 131072
                zero-window-timeout 300000
            }
            """;

    private static final Pattern ALGORITHM = Pattern.compile("[a-z0-9_-]{1,15}");

    void check(String name) throws ConfigException {
        if (!ALGORITHM.matcher(congestionControl).matches()) {
            throw ConfigException.invalid("TCP profile " + name + ": congestion-control (" + congestionControl
                    + ") must be default or a name that the kernel has, such as bbr, cubic or reno");
        }
        if (proxyBufferLow >= proxyBufferHigh) {
            throw ConfigException.invalid("TCP profile " + name + ": proxy-buffer-low (" + proxyBufferLow
                    + ") must be below proxy-buffer-high (" + proxyBufferHigh + ")");
        }
    }

    TcpSettings settings(String name) {
        return new TcpSettings(
                Duration.ofSeconds(idleTimeout),
                keepAlive,
                nagle,
                sendBufferSize,
                receiveWindowSize,
                proxyBufferHigh,
                proxyBufferLow,
                Duration.ofMillis(zeroWindowTimeout),
                kernel(),
                name);
    }

    /** Whether the kernel does all that it asks for only to a process with CAP_NET_ADMIN. */
    boolean privileged(KernelLimits limits) {
        return above(sendBufferSize, limits.read("net.core.wmem_max"))
                || above(receiveWindowSize, limits.read("net.core.rmem_max"))
                || among(limits.read(KernelLimits.AVAILABLE)) && !among(limits.read(KernelLimits.ALLOWED));
    }

    private static boolean above(int asked, String most) {
        return most.matches("[0-9]{1,18}") && asked > Long.parseLong(most);
    }

    private boolean among(String algorithms) {
        return Set.of(algorithms.split(" ")).contains(congestionControl);
    }

    private KernelSettings kernel() {
        return new KernelSettings(
                congestionControl.equals("default") ? "" : congestionControl,
                quickAck,
                unsentLowWaterMark,
                Duration.ofMillis(userTimeout),
                Duration.ofSeconds(keepAliveInterval),
                keepAliveProbes);
    }
}
