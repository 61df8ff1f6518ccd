package org.ferrule.virtual.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.config.kind.Subnet;
import org.ferrule.stream.Interception;
import org.ferrule.traffic.VirtualServers;
import org.ferrule.virtual.internal.VirtualKind.Context;
import org.ferrule.virtual.internal.VirtualKind.Enabled;
import org.ferrule.virtual.internal.VirtualKind.Vlans;

/**
 * What a virtual server does, worked out from its configuration.
 *
 * @param name its full name
 * @param destination what clients call
 * @param enabled whether it takes new connections
 * @param bound whether it listens on its destination
 * @param fromTunnels whether flows of tunnels reach it
 * @param pool full name of its pool, or ""
 * @param isession full name of its iSession profile, or ""
 * @param clientTcp the tcp profile towards clients
 * @param serverTcp the tcp profile towards servers
 * @param clientSsl the client-ssl profile, or ""
 * @param serverSsl the server-ssl profile, or ""
 * @param http full name of its http profile, or ""
 * @param interception how connections come that were addressed elsewhere; empty if none do
 * @param listener where it listens, if it is bound
 * @param keepsSource whether servers see the client's own address
 * @param limit most connections; 0: no limit
 * @param source the clients that are served
 */
record Plan(
        String name,
        Destination destination,
        boolean enabled,
        boolean bound,
        boolean fromTunnels,
        String pool,
        String isession,
        String clientTcp,
        String serverTcp,
        String clientSsl,
        String serverSsl,
        String http,
        Optional<Interception> interception,
        InetSocketAddress listener,
        boolean keepsSource,
        int limit,
        Subnet source) {
    private static final String TCP = "ltm profile tcp";
    private static final String ISESSION = "wom profile isession";
    private static final String CLIENT_SSL = "ltm profile client-ssl";
    private static final String SERVER_SSL = "ltm profile server-ssl";
    private static final String DEFAULT_TCP = "/Common/tcp";
    private static final InetAddress ANY = Addresses.address("any");

    /** Works it out; refuses what makes no sense. */
    static Plan of(ConfigTree tree, String name, VirtualKind kind) throws ConfigException {
        List<String> unknown = kind.vlans().stream()
                .filter(vlan -> !vlan.equals(VirtualServers.TUNNEL_VLAN))
                .toList();
        if (!unknown.isEmpty()) {
            throw ConfigException.notFound(
                    "VLAN", unknown.get(0), "Virtual Server " + name + " names it in vlans; there is: isession");
        }
        Subnet source = Subnet.parse(kind.source())
                .orElseThrow(() -> invalid(
                        name,
                        "source must be an address and a prefix length, such as 10.0.0.0/8, not " + kind.source()));
        Destination destination = destination(name, kind);
        Optional<Interception> interception = interception(kind, destination);
        int port =
                interception.isPresent() && kind.interceptionPort() != 0 ? kind.interceptionPort() : destination.port();
        if (port == 0 && bound(kind)) {
            throw invalid(name, needsPort(destination, interception.isPresent()));
        }
        String isession = profile(tree, name, kind, ISESSION, Context.SERVERSIDE);
        if (!profile(tree, name, kind, ISESSION, Context.CLIENTSIDE).isEmpty() && !everywhere(kind, isession)) {
            throw invalid(name, "an iSession profile belongs to the server side: { context serverside }");
        }
        return new Plan(
                name,
                destination,
                kind.enabled() == Enabled.ENABLED,
                bound(kind),
                listed(kind) == (kind.vlanMode() == Vlans.VLANS_ENABLED),
                kind.pool().equals("none") ? "" : kind.pool(),
                isession,
                orDefault(profile(tree, name, kind, TCP, Context.CLIENTSIDE)),
                orDefault(profile(tree, name, kind, TCP, Context.SERVERSIDE)),
                profile(tree, name, kind, CLIENT_SSL, Context.CLIENTSIDE),
                profile(tree, name, kind, SERVER_SSL, Context.SERVERSIDE),
                http(tree, name, kind),
                interception,
                new InetSocketAddress(interception.isPresent() ? ANY : destination.address(), port),
                kind.snat() == VirtualKind.Snat.NONE,
                kind.connectionLimit(),
                source);
    }

    /**
     * What serves flows that go straight to their destination, which no virtual server matches.
     *
     * @param name what it is called in the log
     */
    static Plan straight(String name) {
        Destination anything = new Destination(new Subnet(ANY, 0), 0);
        return new Plan(
                name,
                anything,
                true,
                false,
                true,
                "",
                "",
                DEFAULT_TCP,
                DEFAULT_TCP,
                "",
                "",
                "",
                Optional.empty(),
                new InetSocketAddress(ANY, 0),
                false,
                0,
                anything.network());
    }

    private static Destination destination(String name, VirtualKind kind) throws ConfigException {
        try {
            return Destination.of(kind.destination(), kind.mask());
        } catch (IllegalArgumentException e) {
            throw invalid(name, e.getMessage());
        }
    }

    /** Only what is one address, or translates any, can be addressed to this host. */
    private static Optional<Interception> interception(VirtualKind kind, Destination destination) {
        boolean elsewhere = !destination.host() && (!destination.anywhere() || !kind.translateAddress());
        if (!elsewhere || !bound(kind)) {
            return Optional.empty();
        }
        return Optional.of(
                kind.interception() == VirtualKind.Method.TPROXY ? Interception.TPROXY : Interception.REDIRECT);
    }

    private static String needsPort(Destination destination, boolean intercepted) {
        return intercepted
                ? "destination has any port: interception-port must tell the local port to which its traffic is brought"
                : "destination needs a port, such as " + Addresses.join(Addresses.text(destination.address()), "80")
                        + "; any port can be reached from tunnels only (vlans-enabled vlans { isession }), or where"
                        + " traffic is intercepted (translate-address disabled)";
    }

    private static boolean everywhere(VirtualKind kind, String profile) {
        return !profile.isEmpty() && kind.profiles().get(profile).context() == Context.ALL;
    }

    private static boolean listed(VirtualKind kind) {
        return kind.vlans().contains(VirtualServers.TUNNEL_VLAN);
    }

    /** The only network that can be listed is that of tunnels: enabling some network excludes the real ones. */
    private static boolean bound(VirtualKind kind) {
        return kind.vlanMode() == Vlans.VLANS_DISABLED;
    }

    private static String orDefault(String tcp) {
        return tcp.isEmpty() ? DEFAULT_TCP : tcp;
    }

    private static String http(ConfigTree tree, String name, VirtualKind kind) throws ConfigException {
        String http = profile(tree, name, kind, HttpProfile.KIND, Context.CLIENTSIDE);
        if (!http.equals(profile(tree, name, kind, HttpProfile.KIND, Context.SERVERSIDE))) {
            throw invalid(name, "an http profile holds on both sides: { context all }");
        }
        return http;
    }

    private static String profile(ConfigTree tree, String name, VirtualKind kind, String of, Context side)
            throws ConfigException {
        String found = "";
        for (Map.Entry<String, VirtualKind.ProfileUse> use : kind.profiles().entrySet()) {
            Context context = use.getValue().context();
            boolean here = context == Context.ALL || context == side;
            if (here && tree.get(new ObjectId(of, use.getKey())).isPresent()) {
                if (!found.isEmpty()) {
                    throw invalid(
                            name,
                            "only one " + of.substring(of.lastIndexOf(' ') + 1)
                                    + " profile can hold on the " + side.name().toLowerCase(java.util.Locale.ROOT)
                                    + ": "
                                    + found + " or " + use.getKey() + "; give each a context");
                }
                found = use.getKey();
            }
        }
        return found;
    }

    private static ConfigException invalid(String name, String detail) {
        return ConfigException.invalid("Virtual Server " + name + ": " + detail);
    }

    /** Whether its destination is one address. */
    boolean host() {
        return destination.host();
    }
}
