package org.ferrule.isession.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Choice;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.Subnet;

/** {@code wom server-discovery}. Of TMOS's properties it lacks ip-ttl-limit: a TCP socket does not tell how far a server is. */
@Kind(
        value = "wom server-discovery",
        title = "server discovery",
        singleton = true,
        help = "Finds servers near this end, and tells peers routes to them")
record ServerDiscovery(
        @Property(help = "Whether found routes are kept in the configuration", initial = "enabled")
        boolean autoSave,

        @Property(help = "What it is for") String description,

        @Property(help = "What subnet-filter does", initial = "exclude")
        FilterMode filterMode,

        @Property(
                help = "How long a route may be without connections, in time-unit; 0: for ever",
                max = 10000,
                initial = "0")
        int idleTimeLimit,

        @Property(
                help = "The most servers; where they are aggregated, the most subnets",
                min = 1,
                max = 1024,
                initial = "50")
        int maxServerCount,

        @Property(
                help =
                        "How long a route must be without connections to make room for a new one where there are too many,"
                                + " in time-unit; 0: it never does",
                max = 10000,
                initial = "0")
        int minIdleTime,

        @Property(
                help = "The prefix length to which IPv4 servers are aggregated",
                unit = "bits",
                min = 1,
                max = 32,
                initial = "32")
        int minPrefixLengthIpv4,

        @Property(
                help = "The prefix length to which IPv6 servers are aggregated",
                unit = "bits",
                min = 1,
                max = 128,
                initial = "128")
        int minPrefixLengthIpv6,

        @Property(help = "Whether servers are looked for", initial = "disabled")
        boolean mode,

        @Property(
                help = "The longest time that a connection to a server may take to be opened",
                unit = "milliseconds",
                max = 60000,
                initial = "10")
        int rttThreshold,

        @Property(help = "Subnets that filter-mode is about, as address/prefix")
        List<String> subnetFilter,

        @Property(help = "What idle times count in", initial = "days")
        Unit timeUnit) {

    static final String KIND = "wom server-discovery";

    /** What holds where the configuration has none. */
    static final ServerDiscovery NONE =
            new ServerDiscovery(true, null, FilterMode.EXCLUDE, 0, 50, 0, 32, 128, false, 10, List.of(), Unit.DAYS);

    /** What the subnets of a filter are. */
    enum FilterMode {
        @Choice("Servers in these subnets are left alone")
        EXCLUDE,
        @Choice("Only servers in these subnets are found")
        INCLUDE
    }

    /** What idle times count in. */
    enum Unit {
        @Choice("24 hours")
        DAYS,
        @Choice("60 minutes")
        HOURS,
        @Choice("60 seconds")
        MINUTES;

        private Duration times(int count) {
            return switch (this) {
                case DAYS -> Duration.ofDays(count);
                case HOURS -> Duration.ofHours(count);
                case MINUTES -> Duration.ofMinutes(count);
            };
        }
    }

    /** How long a route may be idle; empty: for ever. */
    Optional<Duration> longestIdle() {
        return idleTimeLimit == 0 ? Optional.empty() : Optional.of(timeUnit.times(idleTimeLimit));
    }

    /** How long a route must be idle to give way to another; empty: it never does. */
    Optional<Duration> givesWayAfter() {
        return minIdleTime == 0 ? Optional.empty() : Optional.of(timeUnit.times(minIdleTime));
    }

    Duration farthest() {
        return Duration.ofMillis(rttThreshold);
    }

    /** The subnet that stands for a server. */
    Subnet aggregated(InetAddress server) {
        return new Subnet(server, Subnet.bits(server) == 32 ? minPrefixLengthIpv4 : minPrefixLengthIpv6);
    }

    /** Whether the filter lets a server be found. */
    boolean admits(InetAddress server) {
        boolean listed = subnetFilter.stream()
                .flatMap(text -> Subnet.parse(text).stream())
                .anyMatch(subnet -> subnet.contains(server));
        return listed == (filterMode == FilterMode.INCLUDE);
    }

    /** Refuses a filter that is not made of subnets. */
    void check() throws ConfigException {
        for (String text : subnetFilter) {
            if (Subnet.parse(text).isEmpty()) {
                throw ConfigException.invalid(
                        "server discovery: subnet-filter must have subnets as address/prefix, such as 10.1.0.0/16, not "
                                + text);
            }
        }
    }
}
