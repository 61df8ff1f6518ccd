package org.ferrule.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.ferrule.lab.Await;
import org.ferrule.lab.Sites;
import org.ferrule.lab.Tmsh;

/** An iSession of two appliances beside two stunnels back to back, and for what is small beside two hops of HAProxy. */
public final class Tunnel {
    private static final int SECONDS = 5;
    private static final double BULK_TARGET = 0.7;
    private static final double NOISE_TARGET = 0.8;
    private static final int WARM_UP = 3;

    /**
     * What is not made smaller takes ways of its own, and Java goes on compiling them for half a minute. Flows of the length that
     * is measured: after a single one of 20 or 60 seconds the next was a tenth slower than those after it.
     */
    private static final int NOISE_WARM_UP = 6;

    private static final String SERVERS = "127.0.30.1";
    private static final String STUNNELS = "stunnel pair";
    private static final String IDLE = "idle flows";
    private static final String ECHO = "echo";
    private static final String CONNECTIONS = "connections";

    private final Tools tools;
    private final Path folder;
    private final Sites sites;
    private final Predicate<String> wanted;
    private final List<Result> results = new ArrayList<>();

    private Tunnel(Tools tools, Path folder, Sites sites, Predicate<String> wanted) {
        this.tools = tools;
        this.folder = folder;
        this.sites = sites;
        this.wanted = wanted;
    }

    /** Runs the bench: {@code [--only TEXT] [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        Bench.inParts("tunnel", args, new String[] {"haproxy", "iperf3", "wrk", "stunnel", "openssl"}, Tunnel::measure);
    }

    private static List<Result> measure(Tools tools, Path folder, Predicate<String> wanted) throws IOException {
        InetSocketAddress noise = Relay.address(SERVERS);
        try (ServerSocket source = Load.noise(noise);
                Sites sites = Sites.onFreePorts(folder).start()) {
            sites.configure(command -> {});
            // The flows, the codecs and the tunnel are what is measured here; bench/dedup measures the dictionary.
            set("deduplication disabled", sites);
            Tunnel bench = new Tunnel(tools, folder, sites, wanted);
            bench.small();
            bench.noise(noise);
            set("compression disabled", sites);
            bench.bulk();
            return bench.results;
        }
    }

    private static void set(String options, Sites sites) {
        try (Tmsh branch = sites.branch().ssh()) {
            branch.must("modify wom profile isession to_dc " + options);
        }
    }

    /** Idle flows come first, while the appliances have not grown by anything else. */
    private void small() throws IOException {
        if (!wanted.test(IDLE) && !wanted.test(ECHO) && !wanted.test(CONNECTIONS)) {
            return;
        }
        InetSocketAddress echo = Relay.address(SERVERS);
        tools.echo(echo);
        InetSocketAddress ours = ours("echo", echo);
        if (wanted.test(IDLE)) {
            results.addAll(Interactive.idle(sites, ours));
        }
        InetSocketAddress hops = tools.haproxies(echo);
        if (wanted.test(ECHO)) {
            results.addAll(Interactive.echoes(ours, hops, stunnels("echo", echo)));
        }
        if (wanted.test(CONNECTIONS)) {
            results.addAll(Interactive.connections(ours, hops));
        }
    }

    private void noise(InetSocketAddress noise) {
        if (wanted.test("incompressible")) {
            InetSocketAddress ours = ours("noise", noise);
            InetSocketAddress theirs = stunnels("noise", noise);
            String metric = "incompressible, adaptive, MB/s";
            Bench.warmUp(metric, () -> flows(ours, NOISE_WARM_UP), NOISE_WARM_UP * SECONDS);
            results.add(Bench.inTurn(
                    metric,
                    () -> Load.stream(ours, SECONDS),
                    STUNNELS,
                    () -> Load.stream(theirs, SECONDS),
                    NOISE_TARGET));
        }
    }

    /** One after the other; gives their mean. */
    private static double flows(InetSocketAddress at, int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> Load.stream(at, SECONDS))
                .average()
                .orElseThrow();
    }

    /** What is sent in bulk to compare with stunnel is the same all over, and would shrink to nothing. */
    private void bulk() {
        if (wanted.test("bulk")) {
            InetSocketAddress sink = Relay.address(SERVERS);
            tools.serve(sink, "iperf3", "--server", "--bind", SERVERS, "--port", "" + sink.getPort());
            InetSocketAddress ours = ours("bulk", sink);
            InetSocketAddress theirs = stunnels("bulk", sink);
            tools.bulk(ours, WARM_UP, false);
            for (boolean down : new boolean[] {false, true}) {
                results.add(Bench.inTurn(
                        down ? "bulk down, MB/s" : "bulk, MB/s",
                        () -> tools.bulk(ours, SECONDS, down),
                        STUNNELS,
                        () -> tools.bulk(theirs, SECONDS, down),
                        BULK_TARGET));
            }
        }
        if (wanted.test("requests")) {
            InetSocketAddress origin = Relay.address(SERVERS);
            tools.smallAnswers(origin);
            InetSocketAddress ours = ours("small", origin);
            InetSocketAddress theirs = stunnels("web", origin);
            tools.requests(ours, WARM_UP);
            results.add(Bench.inTurn(
                    "small requests, 1/s",
                    () -> tools.requests(ours, SECONDS),
                    STUNNELS,
                    () -> tools.requests(theirs, SECONDS),
                    BULK_TARGET));
        }
    }

    /** A pair of stunnels in front of a server; gives where its near end listens. */
    private InetSocketAddress stunnels(String name, InetSocketAddress server) {
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

    /** Has the branch serve it through the tunnel; gives where. */
    private InetSocketAddress ours(String name, InetSocketAddress server) {
        InetSocketAddress near = Relay.address("127.0.10.1");
        try (Tmsh dc = sites.dc().ssh();
                Tmsh branch = sites.branch().ssh()) {
            dc.must("create ltm pool " + name + " members add { " + Tools.text(server) + " }");
            dc.must("create ltm virtual " + name + " destination " + Tools.text(near)
                    + " vlans-enabled vlans add { isession } pool " + name);
            branch.must("create ltm virtual " + name + " destination " + Tools.text(near)
                    + " profiles add { to_dc { context serverside } }");
        }
        sites.awaitTunnel(true);
        Await.until("requests are answered", () -> Tools.answers(near));
        return near;
    }
}
