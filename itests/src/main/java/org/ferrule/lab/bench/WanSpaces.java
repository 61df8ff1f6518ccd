package org.ferrule.lab.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The two network namespaces: the client's and the data centre's. A link of 10.77.0.x and 10.77.1.x joins them, and
 * beside it a plain cable for administration, which is not measured.
 */
final class WanSpaces implements AutoCloseable {
    /** Where the data centre is for everybody but us: what is sent between these uses CUBIC. */
    static final String DC = "10.77.0.2";

    /** Where the data centre's end of the tunnel is. */
    static final String DC_TUNNEL = "10.77.1.2";

    /** Where the data centre is by the cable. */
    static final String DC_CABLE = "10.78.0.2";

    private static final String BRANCH = "10.77.0.1";
    private static final String BRANCH_TUNNEL = "10.77.1.1";
    private static final String BRANCH_CABLE = "10.78.0.1";

    private final Tools tools;
    private final String near;
    private final String far;

    private WanSpaces(Tools tools, String near, String far) {
        this.tools = tools;
        this.near = near;
        this.far = far;
    }

    /** Those that were made under a name. */
    static WanSpaces named(Tools tools, String name) {
        return new WanSpaces(tools, name + "-near", name + "-far");
    }

    String near() {
        return near;
    }

    String far() {
        return far;
    }

    /** What this machine lacks for namespaces that are joined by TUN devices, as a sentence; empty if nothing. */
    static String missing(Tools tools) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "it must be run as root, to make network namespaces";
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return "there is no /dev/net/tun: the kernel needs TUN devices (modprobe tun)";
        }
        String probe = "ferrule-probe-" + ProcessHandle.current().pid();
        String said = tools.run(10, List.of("ip", "netns", "add", probe));
        if (!said.isBlank()) {
            return "\"ip netns add\" does not work here: " + said.trim();
        }
        try {
            said = tools.run(
                    10, List.of("ip", "netns", "exec", probe, "ip", "tuntap", "add", "dev", "probe", "mode", "tun"));
            return said.isBlank() ? "" : "a TUN device cannot be made in a network namespace: " + said.trim();
        } finally {
            tools.run(10, List.of("ip", "netns", "del", probe));
        }
    }

    /** Makes the namespaces, with nothing in them yet. */
    WanSpaces make() {
        must("ip", "netns", "add", near);
        must("ip", "netns", "add", far);
        return this;
    }

    /** Gives addresses and routes to the devices of the link, which exist, and lays the cable. */
    void join(String fibres) {
        must("ip", "-n", near, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", far);
        end(near, BRANCH, BRANCH_TUNNEL, BRANCH_CABLE);
        end(far, DC, DC_TUNNEL, DC_CABLE);
        route(near, BRANCH, DC, "cubic");
        route(far, DC, BRANCH, "cubic");
        route(near, BRANCH_TUNNEL, DC_TUNNEL, fibres);
        route(far, DC_TUNNEL, BRANCH_TUNNEL, fibres);
    }

    private void end(String space, String address, String tunnel, String cable) {
        must("ip", "-n", space, "link", "set", "lo", "up");
        must("ip", "-n", space, "addr", "add", address + "/32", "dev", "wan");
        must("ip", "-n", space, "addr", "add", tunnel + "/32", "dev", "wan");
        // Bundles of segments are taken whole: at 1 Gbit/s, 16 KB are 0.13 ms.
        must(("ip -n " + space + " link set wan mtu 1500 txqueuelen 5000 gso_max_size 16384 up").split(" "));
        must("ip", "-n", space, "addr", "add", cable + "/24", "dev", "cable");
        must("ip", "-n", space, "link", "set", "cable", "up");
        // What the kernel gives a socket at most is not to be what limits any of the ways.
        for (String memory : List.of("tcp_rmem", "tcp_wmem")) {
            in(space, "sh", "-c", "echo 4096 131072 67108864 > /proc/sys/net/ipv4/" + memory);
        }
        // What one connection learned about the path would start the next one off.
        in(space, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_no_metrics_save");
    }

    private void route(String space, String from, String to, String control) {
        List<String> command =
                new ArrayList<>(List.of("ip", "-n", space, "route", "add", to, "dev", "wan", "src", from));
        if (!control.isEmpty()) {
            command.addAll(List.of("congctl", control));
        }
        must(command.toArray(String[]::new));
    }

    /** How the data centre's fibres are controlled, by the kernel's word. */
    String control() {
        String said = tools.run(10, in(far, List.of("ss", "-tinH", "state", "established", "src", DC_TUNNEL)));
        return said.lines()
                .map(String::trim)
                .filter(line -> line.contains(" wscale:"))
                .map(line ->
                        line.replaceFirst("^ts ", "").replaceFirst("^sack ", "").split(" ")[0])
                .distinct()
                .reduce((a, b) -> a + ", " + b)
                .orElse("unknown");
    }

    /** Ends all fibres, as a fault would. */
    void cutFibres() {
        tools.run(10, in(far, List.of("ss", "-K", "src", DC_TUNNEL)));
        tools.run(10, in(near, List.of("ss", "-K", "dst", DC_TUNNEL)));
    }

    /** A command to be run in a namespace. */
    static List<String> in(String space, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", space));
        all.addAll(command);
        return all;
    }

    private void in(String space, String... command) {
        must(in(space, List.of(command)).toArray(String[]::new));
    }

    private void must(String... command) {
        String said = tools.run(10, List.of(command));
        if (!said.isBlank()) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said.trim());
        }
    }

    @Override
    public void close() {
        tools.run(10, List.of("ip", "netns", "del", near));
        tools.run(10, List.of("ip", "netns", "del", far));
    }
}
