package org.ferrule.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Five networks in namespaces of this machine: client - branch - dc - server in a row, and a cable to each of the two in the
 * middle for administration. Each host knows its neighbours only; the two in the middle forward.
 */
final class Spaces implements AutoCloseable {
    static final String CLIENT = "10.1.0.2";
    static final String SERVER = "10.2.0.2";
    static final String SERVER6 = "fd00:2::2";
    static final String DC = "10.9.0.2";

    private final String id = "fe" + ProcessHandle.current().pid();

    /** The namespace of a host. */
    String of(String host) {
        return id + host;
    }

    /** Where the test reaches a host in the middle. */
    static String cable(String host) {
        return "10.78." + (host.equals("branch") ? 11 : 12) + ".2";
    }

    /** What this machine lacks, as a sentence; empty if nothing. */
    static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "it must be run as root, to make network namespaces";
        }
        try {
            run("nft", "--version");
            run("ip", "-V");
            return "";
        } catch (IllegalStateException e) {
            return "nft and ip are needed (Debian: nftables, iproute2): " + e.getMessage();
        }
    }

    Spaces make() {
        for (String host : List.of("client", "branch", "dc", "server")) {
            run("ip", "netns", "add", of(host));
            in(host, "ip", "link", "set", "lo", "up");
        }
        link("client", 2, "branch", 1, "1");
        link("branch", 1, "dc", 2, "9");
        link("dc", 1, "server", 2, "2");
        for (String host : List.of("branch", "dc")) {
            in(host, "sh", "-c", "for f in 4/ip_forward 6/conf/all/forwarding; do echo 1 > /proc/sys/net/ipv$f; done");
            String name = id + host.charAt(0);
            run("ip", "link", "add", name, "type", "veth", "peer", "name", "cable", "netns", of(host));
            run("ip", "addr", "add", cable(host).replaceFirst("2$", "1") + "/30", "dev", name);
            run("ip", "link", "set", name, "up");
            in(host, "ip", "addr", "add", cable(host) + "/30", "dev", "cable");
            in(host, "ip", "link", "set", "cable", "up");
        }
        for (String family : List.of("4", "6")) {
            String dot = family.equals("4") ? "10.%s.0.%s" : "fd00:%s::%s";
            String net = family.equals("4") ? "10.%s.0.0/24" : "fd00:%s::/64";
            route("client", family, "default", String.format(dot, "1", "1"));
            route("server", family, "default", String.format(dot, "2", "1"));
            route("branch", family, String.format(net, "2"), String.format(dot, "9", "2"));
            route("dc", family, String.format(net, "1"), String.format(dot, "9", "1"));
        }
        return this;
    }

    private void link(String left, int leftEnd, String right, int rightEnd, String net) {
        run("ip", "-n", of(left), "link", "add", right, "type", "veth", "peer", "name", left, "netns", of(right));
        address(left, right, leftEnd, net);
        address(right, left, rightEnd, net);
    }

    private void address(String host, String device, int end, String net) {
        in(host, "ip", "addr", "add", "10." + net + ".0." + end + "/24", "dev", device);
        in(host, "ip", "addr", "add", "fd00:" + net + "::" + end + "/64", "dev", device, "nodad");
        in(host, "ip", "link", "set", device, "up");
    }

    private void route(String host, String family, String to, String via) {
        in(host, "ip", "-" + family, "route", "add", to, "via", via);
    }

    /** What is marked is delivered to this host, whomever it is addressed to. */
    void deliverMarked(String host) {
        for (String family : List.of("-4", "-6")) {
            in(host, "ip", family, "rule", "add", "fwmark", "1", "lookup", "100");
            in(host, "ip", family, "route", "add", "local", "default", "dev", "lo", "table", "100");
        }
    }

    /** Replaces a host's rules. */
    void rules(String host, String chain) {
        in(host, "nft", "flush ruleset; table inet ferrule { " + chain + "; }");
    }

    /** Runs a command on a host; gives what it printed. */
    String in(String host, String... command) {
        return run(within(host, Arrays.asList(command)).toArray(String[]::new));
    }

    /** The command that runs a command on a host. */
    List<String> within(String host, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", of(host)));
        all.addAll(command);
        return all;
    }

    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (String host : List.of("client", "branch", "dc", "server")) {
            run("ip", "netns", "del", of(host));
        }
    }
}
