package org.ferrule.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ferrule.lab.Await;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;

/** An iSession of two appliances beside two stunnels back to back, and for what is small beside two hops of HAProxy. */
public final class Tunnel {
    private static final int SECONDS = 5;
    private static final double BULK_TARGET = 0.7;
    private static final double NOISE_TARGET = 0.8;

    private Tunnel() {}

    /** Runs the bench: {@code [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        Bench.main("tunnel", args, new String[] {"haproxy", "iperf3", "wrk", "stunnel", "openssl"}, Tunnel::measure);
    }

    private static List<Result> measure(Tools tools, Path folder) throws IOException {
        InetSocketAddress sink = Relay.address("127.0.30.1");
        InetSocketAddress origin = Relay.address("127.0.30.1");
        tools.serve(sink, "iperf3", "--server", "--bind", "127.0.30.1", "--port", "" + sink.getPort());
        tools.smallAnswers(origin);
        InetSocketAddress theirBulk = stunnels(tools, folder, "bulk", sink);
        InetSocketAddress theirWeb = stunnels(tools, folder, "web", origin);
        InetSocketAddress echo = Relay.address("127.0.30.1");
        InetSocketAddress noise = Relay.address("127.0.30.1");
        tools.echo(echo);
        InetSocketAddress hops = tools.haproxies(echo);
        InetSocketAddress theirEcho = stunnels(tools, folder, "echo", echo);
        InetSocketAddress theirNoise = stunnels(tools, folder, "noise", noise);
        InetSocketAddress ourBulk = Relay.address("127.0.10.1");
        InetSocketAddress ourWeb = Relay.address("127.0.10.1");
        InetSocketAddress ourEcho = Relay.address("127.0.10.1");
        InetSocketAddress ourNoise = Relay.address("127.0.10.1");
        try (ServerSocket source = Load.noise(noise);
                Sites sites = Sites.onFreePorts(folder).start()) {
            configure(
                    sites,
                    Map.of(
                            "bulk", List.of(ourBulk, sink),
                            "small", List.of(ourWeb, origin),
                            "echo", List.of(ourEcho, echo),
                            "noise", List.of(ourNoise, noise)));
            // First, while the appliances have not grown by anything else.
            List<Result> results = new ArrayList<>(Interactive.idle(sites, ourEcho));
            results.addAll(Interactive.measure(ourEcho, hops, theirEcho));
            results.add(Bench.inTurn(
                    "incompressible, adaptive, MB/s",
                    () -> Load.stream(ourNoise, SECONDS),
                    "stunnel pair",
                    () -> Load.stream(theirNoise, SECONDS),
                    NOISE_TARGET));
            compressNothing(sites);
            tools.requests(ourWeb, 3);
            tools.bulk(ourBulk, 3, false);
            results.addAll(List.of(
                    Bench.inTurn(
                            "bulk, MB/s",
                            () -> tools.bulk(ourBulk, SECONDS, false),
                            "stunnel pair",
                            () -> tools.bulk(theirBulk, SECONDS, false),
                            BULK_TARGET),
                    Bench.inTurn(
                            "bulk down, MB/s",
                            () -> tools.bulk(ourBulk, SECONDS, true),
                            "stunnel pair",
                            () -> tools.bulk(theirBulk, SECONDS, true),
                            BULK_TARGET),
                    Bench.inTurn(
                            "small requests, 1/s",
                            () -> tools.requests(ourWeb, SECONDS),
                            "stunnel pair",
                            () -> tools.requests(theirWeb, SECONDS),
                            BULK_TARGET)));
            return results;
        }
    }

    /** A pair of stunnels in front of a server; gives where its near end listens. */
    private static InetSocketAddress stunnels(Tools tools, Path folder, String name, InetSocketAddress server) {
        InetSocketAddress near = Relay.address("127.0.12.1");
        InetSocketAddress far = Relay.address("127.0.22.1");
        Path pem = folder.resolve("stunnel.pem");
        tools.run(
                30,
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=bench",
                        "-keyout",
                        pem.toString(),
                        "-out",
                        pem + ".crt"));
        String common = "foreground = yes\npid =\nsyslog = no\ndebug = 3\nsocket = l:TCP_NODELAY=1\n"
                + "socket = r:TCP_NODELAY=1\nsslVersion = TLSv1.3\n";
        Path farConfig = tools.file(
                "stunnel-far-" + name + ".conf",
                common + "[far]\naccept = " + Tools.text(far) + "\nconnect = " + Tools.text(server) + "\ncert = " + pem
                        + ".crt\nkey = " + pem + "\nCAfile = " + pem + ".crt\nverifyPeer = yes\n");
        Path nearConfig = tools.file(
                "stunnel-near-" + name + ".conf",
                common + "client = yes\n[near]\naccept = " + Tools.text(near) + "\nconnect = " + Tools.text(far)
                        + "\ncert = " + pem + ".crt\nkey = " + pem + "\nCAfile = " + pem + ".crt\nverifyPeer = yes\n");
        tools.serve(far, "stunnel", farConfig.toString());
        tools.serve(near, "stunnel", nearConfig.toString());
        return near;
    }

    /** @param servers by name: where clients call the branch, and the server */
    private static void configure(Sites sites, Map<String, List<InetSocketAddress>> servers) {
        sites.configure(command -> {});
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            servers.forEach((name, ends) -> at(dc, branch, name, ends.get(0), ends.get(1)));
        }
        sites.awaitTunnel(true);
        Await.until(
                "requests are answered", () -> servers.values().stream().allMatch(ends -> Tools.answers(ends.get(0))));
    }

    /** What is sent in bulk to compare with stunnel is the same all over, and would shrink to nothing. */
    private static void compressNothing(Sites sites) {
        try (Tmsh branch = sites.branch().ssh()) {
            branch.must("modify wom profile isession to_dc compression disabled deduplication disabled");
        }
    }

    private static void at(Tmsh dc, Tmsh branch, String name, InetSocketAddress near, InetSocketAddress server) {
        dc.must("create ltm pool " + name + " members add { " + Tools.text(server) + " }");
        dc.must("create ltm virtual " + name + " destination " + Tools.text(near)
                + " vlans-enabled vlans add { isession } pool " + name);
        branch.must("create ltm virtual " + name + " destination " + Tools.text(near)
                + " profiles add { to_dc { context serverside } }");
    }
}
