package org.ferrule.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.ferrule.lab.Await;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;

/** An iSession of two appliances, compression off, beside two stunnels back to back. */
public final class Tunnel {
    private static final int SECONDS = 5;
    private static final double BULK_TARGET = 0.7;

    private Tunnel() {}

    /** Runs the bench: {@code [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        Bench.main("tunnel", args, new String[] {"haproxy", "iperf3", "wrk", "stunnel", "openssl"}, Tunnel::measure);
    }

    private static List<Result> measure(Tools tools, Path folder) {
        InetSocketAddress sink = Relay.address("127.0.30.1");
        InetSocketAddress origin = Relay.address("127.0.30.1");
        tools.serve(sink, "iperf3", "--server", "--bind", "127.0.30.1", "--port", "" + sink.getPort());
        tools.smallAnswers(origin);
        InetSocketAddress theirBulk = stunnels(tools, folder, "bulk", sink);
        InetSocketAddress theirWeb = stunnels(tools, folder, "web", origin);
        InetSocketAddress ourBulk = Relay.address("127.0.10.1");
        InetSocketAddress ourWeb = Relay.address("127.0.10.1");
        try (Sites sites = Sites.onFreePorts(folder).start()) {
            configure(sites, ourBulk, sink, ourWeb, origin);
            tools.requests(ourWeb, 3);
            tools.bulk(ourBulk, 3, false);
            return List.of(
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
                            BULK_TARGET));
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

    private static void configure(
            Sites sites,
            InetSocketAddress bulk,
            InetSocketAddress sink,
            InetSocketAddress web,
            InetSocketAddress origin) {
        sites.configure(command -> {});
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            branch.must("modify wom profile isession to_dc compression disabled");
            at(dc, branch, "bulk", bulk, sink);
            at(dc, branch, "small", web, origin);
        }
        sites.awaitTunnel(true);
        Await.until("requests are answered", () -> Tools.answers(bulk) && Tools.answers(web));
    }

    private static void at(Tmsh dc, Tmsh branch, String name, InetSocketAddress near, InetSocketAddress server) {
        dc.must("create ltm pool " + name + " members add { " + Tools.text(server) + " }");
        dc.must("create ltm virtual " + name + " destination " + Tools.text(near)
                + " vlans-enabled vlans add { isession } pool " + name);
        branch.must("create ltm virtual " + name + " destination " + Tools.text(near)
                + " profiles add { to_dc { context serverside } }");
    }
}
