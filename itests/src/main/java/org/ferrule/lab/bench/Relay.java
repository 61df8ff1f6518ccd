package org.ferrule.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ferrule.lab.Appliance;
import org.ferrule.lab.Await;
import org.ferrule.lab.Ports;
import org.ferrule.lab.SshKey;
import org.ferrule.lab.Tmsh;

/** A plain virtual server with a pool beside HAProxy in tcp mode. */
public final class Relay {
    private static final int SECONDS = 5;
    private static final double BULK_TARGET = 0.9;
    private static final double REQUESTS_TARGET = 0.8;

    /** A wake-up that is missed costs up to a second, and busy benches hide that. */
    private static final double LONE_TARGET = 5;

    private static final int LONE = 30;

    private Relay() {}

    /** Runs the bench: {@code [--json FILE]}. */
    public static void main(String[] args) throws IOException {
        Bench.main("relay", args, new String[] {"haproxy", "iperf3", "wrk"}, Relay::measure);
    }

    private static List<Result> measure(Tools tools, Path folder) {
        InetSocketAddress sink = address("127.0.30.1");
        InetSocketAddress origin = address("127.0.30.1");
        tools.serve(sink, "iperf3", "--server", "--bind", "127.0.30.1", "--port", "" + sink.getPort());
        tools.smallAnswers(origin);
        InetSocketAddress theirBulk = address("127.0.12.1");
        InetSocketAddress theirWeb = address("127.0.12.1");
        tools.haproxy(Map.of(theirBulk, sink, theirWeb, origin));
        InetSocketAddress ourBulk = address("127.0.10.1");
        InetSocketAddress ourWeb = address("127.0.10.1");
        try (Appliance appliance = Appliance.of(
                        "relay", folder.resolve("relay"), "127.0.10.1", Ports.free("127.0.10.1", 0), SshKey.generate())
                .start()) {
            configure(appliance, ourBulk, sink, ourWeb, origin);
            tools.requests(ourWeb, 3);
            tools.bulk(ourBulk, 3, false);
            return List.of(
                    Bench.inTurn(
                            "bulk, MB/s",
                            () -> tools.bulk(ourBulk, SECONDS, false),
                            "HAProxy",
                            () -> tools.bulk(theirBulk, SECONDS, false),
                            BULK_TARGET),
                    Bench.inTurn(
                            "small requests, 1/s",
                            () -> tools.requests(ourWeb, SECONDS),
                            "HAProxy",
                            () -> tools.requests(theirWeb, SECONDS),
                            REQUESTS_TARGET),
                    Bench.inTurn(
                            "lone connection, ms",
                            () -> tools.lone(ourWeb, LONE),
                            "HAProxy",
                            () -> tools.lone(theirWeb, LONE),
                            LONE_TARGET,
                            Result::below));
        }
    }

    static InetSocketAddress address(String host) {
        return new InetSocketAddress(host, Ports.free(host, 0));
    }

    static void configure(
            Appliance appliance,
            InetSocketAddress bulk,
            InetSocketAddress sink,
            InetSocketAddress web,
            InetSocketAddress origin) {
        try (Tmsh tmsh = appliance.ssh()) {
            tmsh.must("create ltm pool sink members add { " + Tools.text(sink) + " }");
            tmsh.must("create ltm pool origin members add { " + Tools.text(origin) + " }");
            tmsh.must("create ltm virtual bulk destination " + Tools.text(bulk) + " pool sink");
            tmsh.must("create ltm virtual web destination " + Tools.text(web) + " pool origin");
        }
        Await.until("the virtual servers listen", () -> Tools.answers(bulk) && Tools.answers(web));
    }
}
