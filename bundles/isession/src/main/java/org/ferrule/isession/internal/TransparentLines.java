package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ferrule.stream.EventLoop;

/**
 * The lines of an endpoint to further ports where it listens, for port-transparency: one for each port and loop, opened when
 * a flow to that port wants it, and left when it rests. Any thread.
 */
final class TransparentLines {
    /** The most lines of an endpoint, however often the peer changes its mind about where it listens. */
    static final int MOST = 8 * Options.MOST_PORTS;

    private final Endpoint endpoint;
    private final Core core;
    private final Map<Key, Line> lines = new ConcurrentHashMap<>();

    /** Those that take no more flows, as long as they have some. */
    private final Set<Tunnel> retired = ConcurrentHashMap.newKeySet();

    private volatile boolean stopped;

    private record Key(EventLoop loop, int port) {}

    TransparentLines(Endpoint endpoint, Core core) {
        this.endpoint = endpoint;
        this.core = core;
    }

    /** A line to one port. */
    private final class Line implements Tunnel.Watch {
        private final InetSocketAddress address;
        private final Tunnel tunnel;
        private volatile String problem = "not connected yet";
        private volatile long wantedAt;

        Line(Key key) {
            address = new InetSocketAddress(endpoint.address().getAddress(), key.port());
            tunnel = new Tunnel(endpoint, this, key.loop(), core);
            wantedAt = key.loop().nanoTime();
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        int port() {
            return address.getPort();
        }

        /** What listens there may be something else, behind a translation of addresses. */
        @Override
        public boolean meets(String device) {
            return device.equals(endpoint.device());
        }

        @Override
        public void connected() {
            problem = "";
        }

        @Override
        public boolean failed(String reason) {
            boolean news = !reason.equals(problem);
            problem = reason;
            return news;
        }

        @Override
        public boolean up() {
            return lines.values().stream().anyMatch(l -> l.port() == port() && l.tunnel.readyFibre() != null);
        }

        /** How long nobody has wanted it, nor had a flow on it. */
        Duration idle() {
            Duration unwanted = Duration.ofNanos(tunnel.loop().nanoTime() - wantedAt);
            Duration unused = tunnel.readyFibre() == null ? unwanted : tunnel.idle();
            return unwanted.compareTo(unused) < 0 ? unwanted : unused;
        }
    }

    /**
     * A ready fibre to the port; null if there is none now: then it is being opened, for flows that come later. On the loop.
     *
     * @param shared whether others may use it, too; else it is the caller's, and is replaced
     */
    Fibre fibre(EventLoop loop, int port, boolean shared) {
        Line line = lines.get(new Key(loop, port));
        if (line == null) {
            open(new Key(loop, port));
            return null;
        }
        line.wantedAt = loop.nanoTime();
        return shared ? line.tunnel.readyFibre() : line.tunnel.take();
    }

    private void open(Key key) {
        if (key.port() == endpoint.address().getPort() || stopped || lines.size() >= MOST) {
            return;
        }
        Line line = new Line(key);
        lines.put(key, line);
        line.tunnel.start();
        if (stopped) {
            line.tunnel.stop("the endpoint was left");
        }
    }

    /** All lines. */
    List<Tunnel> tunnels() {
        return lines.values().stream().map(line -> line.tunnel).toList();
    }

    /** Port by port: its fibres, their flows, and why there is none. */
    List<Map<String, Object>> shown() {
        Map<Integer, List<Line>> byPort =
                lines.values().stream().collect(Collectors.groupingBy(Line::port, TreeMap::new, Collectors.toList()));
        return byPort.entrySet().stream()
                .map(port -> {
                    List<Line> of = port.getValue();
                    List<Fibre> ready = of.stream()
                            .map(line -> line.tunnel.readyFibre())
                            .filter(Objects::nonNull)
                            .toList();
                    return shown(port.getKey(), ready, ready.isEmpty() ? of.get(0).problem : "");
                })
                .toList();
    }

    /** One port of {@code show wom remote-endpoint}. */
    static Map<String, Object> shown(int port, List<Fibre> fibres, String problem) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("port", port);
        row.put("fibres", fibres.size());
        row.put("flows", fibres.stream().mapToInt(Fibre::flowCount).sum());
        row.put("problem", problem);
        return row;
    }

    /** Leaves lines that rest, or that are not allowed any more. Called from time to time, by one thread. */
    void tend(IsessionProfile settings) {
        List<Fibre> main = endpoint.fibres();
        lines.forEach((key, line) -> {
            boolean allowed = main.isEmpty()
                    || main.stream().anyMatch(fibre -> fibre.ours().transparent(fibre.theirs(), key.port()));
            boolean idle = line.idle().compareTo(settings.fibreIdle()) >= 0;
            if (!allowed || idle) {
                lines.remove(key);
                line.tunnel.retire(idle ? "it was idle" : "port-transparency is not in use for it any more");
            }
        });
    }

    /** Another appliance answers on the tunnel port now. */
    void retire(String reason) {
        lines.values().forEach(line -> {
            line.tunnel.retire(reason);
            retired.add(line.tunnel);
        });
        lines.clear();
    }

    /** How many fibres there are, of any state. Any thread. */
    int count() {
        retired.removeIf(tunnel -> tunnel.count() == 0);
        return Stream.concat(tunnels().stream(), retired.stream())
                .mapToInt(Tunnel::count)
                .sum();
    }

    void stop(String reason) {
        stopped = true;
        lines.values().forEach(line -> line.tunnel.stop(reason));
        lines.clear();
    }
}
