package org.ferrule.lab;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where everything at two sites is, and the configuration that joins them, as its user types it.
 *
 * @param web what clients call
 * @param tunnel the data centre's end of the tunnel
 * @param origin the server at the data centre
 * @param local the branch's own server
 */
public record SitePlan(
        InetSocketAddress web, InetSocketAddress tunnel, InetSocketAddress origin, InetSocketAddress local) {
    /** Where the branch is. */
    public static final String BRANCH = "127.0.10.1";

    /** Where the data centre is. */
    public static final String DC = "127.0.20.1";

    /** Where the origin is. */
    public static final String ORIGIN = "127.0.30.1";

    /** Where the branch's own server is. */
    public static final String LOCAL = "127.0.30.2";

    /** The ports that the README shows, or free ones where those are taken. */
    public static SitePlan onUsualPorts() {
        return new SitePlan(at(BRANCH, 8080), at(DC, 4443), at(ORIGIN, 8000), at(LOCAL, 8000));
    }

    /** Free ports, so that several plans can be carried out at once. */
    public static SitePlan onFreePorts() {
        return new SitePlan(at(BRANCH, 0), at(DC, 0), at(ORIGIN, 0), at(LOCAL, 0));
    }

    private static InetSocketAddress at(String address, int wanted) {
        return new InetSocketAddress(address, Ports.free(address, wanted));
    }

    /** What is typed at the data centre. */
    public List<String> dc() {
        return List.of(
                "modify wom local-endpoint addresses add { " + DC + " } tunnel-port " + tunnel.getPort(),
                "create ltm pool web_pool members add { " + member(origin) + " } monitor http",
                "create ltm virtual web destination " + member(web)
                        + " vlans-enabled vlans add { isession } pool web_pool");
    }

    /** What is typed at the branch. */
    public List<String> branch() {
        return List.of(
                "create ltm pool dc_endpoints members add { " + member(tunnel) + " }",
                "create wom profile isession to_dc endpoint-pool dc_endpoints",
                "create ltm pool local_web members add { " + member(local) + " } monitor http",
                "create ltm virtual web destination " + member(web)
                        + " translate-address disabled translate-port disabled profiles add"
                        + " { tcp-lan-optimized { context clientside } tcp-wan-optimized { context serverside }"
                        + " to_dc { context serverside } } pool local_web");
    }

    /** An address and port as the shell takes them: a dot stands before the port of an IPv6 address. */
    public static String member(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return host + (host.contains(":") ? "." : ":") + address.getPort();
    }
}
