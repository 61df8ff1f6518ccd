package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.ferrule.stream.EventLoop;

/** A far end that this one dials for a profile: a tunnel of one fibre a loop, and what was counted of it. Any thread. */
final class Endpoint {
    private final String profile;
    private final InetSocketAddress address;
    private final Stats stats = new Stats();
    private final AtomicReference<String> problem = new AtomicReference<>("not connected yet");
    private final List<Tunnel> tunnels;
    private volatile String device = "";

    Endpoint(String profile, InetSocketAddress address, List<EventLoop> loops, Core core) {
        this.profile = profile;
        this.address = address;
        tunnels = loops.stream().map(loop -> new Tunnel(this, loop, core)).toList();
    }

    void start() {
        tunnels.forEach(Tunnel::start);
    }

    void stop(String reason) {
        tunnels.forEach(tunnel -> tunnel.stop(reason));
    }

    String profile() {
        return profile;
    }

    InetSocketAddress address() {
        return address;
    }

    Stats stats() {
        return stats;
    }

    List<Tunnel> tunnels() {
        return tunnels;
    }

    /** The ready fibre of a loop, or null. On that loop. */
    Fibre readyFibre(EventLoop loop) {
        int index = loop.index();
        return index < tunnels.size() ? tunnels.get(index).readyFibre() : null;
    }

    /** Whether a flow could be opened on some loop: the peer may be there and have tunnels disabled. */
    boolean ready() {
        return tunnels.stream()
                .map(Tunnel::readyFibre)
                .anyMatch(fibre -> fibre != null && fibre.theirs().mode());
    }

    /** The trusted device at the other end; "" before it was seen. */
    String device() {
        return device;
    }

    void device(String name) {
        device = name;
    }

    /** One fibre is up; the other loops, whose clients have none yet, try at once. */
    void connected() {
        problem.set("");
        stats.reconnects.increment();
        tunnels.forEach(Tunnel::wake);
    }

    /** Keeps why there is no tunnel. Gives whether that is news. */
    boolean failed(String reason) {
        return !reason.equals(problem.getAndSet(reason));
    }

    String problem() {
        return problem.get();
    }
}
