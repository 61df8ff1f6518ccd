package org.ferrule.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.TcpSettings;

/**
 * A network whose clients and servers a test plays. TLS changes nothing: a stream that is secured is the
 * transport itself.
 */
public final class FakeNetwork implements Network {
    /** The loop on which clients that call arrive. */
    public final FakeLoop loop = new FakeLoop();

    private final List<EventLoop> loops = new ArrayList<>(List.of(loop));
    private final List<Dialled> dialled = new ArrayList<>();
    private final Set<Integer> taken = new HashSet<>();
    private final Map<InetSocketAddress, Consumer<Stream>> listeners = new HashMap<>();
    private Consumer<Dialled> server = connection -> {};
    private int binds;

    /** A connection that is being opened: it is taken or refused once. */
    public final class Dialled {
        private final FakeLoop on;
        private final InetSocketAddress address;
        private final ConnectHandler result;

        private Dialled(FakeLoop on, InetSocketAddress address, ConnectHandler result) {
            this.on = on;
            this.address = address;
            this.result = result;
        }

        /** Where it goes. */
        public InetSocketAddress address() {
            return address;
        }

        /** Takes it; gives the server's end. */
        public FakeStream take() {
            FakeStream near = FakeStream.pair(on, address, FakeStream.CALLED);
            result.connected(near);
            return near.far();
        }

        /** Refuses it. */
        public void refuse(String reason) {
            result.failed(new IOException(reason));
        }
    }

    /** One more loop. */
    public FakeLoop addLoop() {
        FakeLoop more = new FakeLoop(loops.size());
        loops.add(more);
        return more;
    }

    /** Has this take or refuse what is dialled, at a turn of the loop; without it the test does so by hand. */
    public void server(Consumer<Dialled> next) {
        server = next;
    }

    /** What was dialled, the oldest first. */
    public List<Dialled> dialled() {
        return dialled;
    }

    /** What was dialled last. */
    public Dialled last() {
        loop.run();
        return dialled.get(dialled.size() - 1);
    }

    /** The addresses that were dialled, the oldest first. */
    public List<String> dialledHosts() {
        return dialled.stream()
                .map(connection -> connection.address().getAddress().getHostAddress())
                .toList();
    }

    /** Somebody else has the port: it cannot be listened on. */
    public void takePort(int port) {
        taken.add(port);
    }

    /** The ports that are listened on now. */
    public Set<Integer> ports() {
        Set<Integer> ports = new TreeSet<>();
        listeners.keySet().forEach(address -> ports.add(address.getPort()));
        return ports;
    }

    /** How often a port was bound. */
    public int binds() {
        return binds;
    }

    /** A client calls what listens on the address; gives the client's end. */
    public FakeStream call(String host, int port) {
        FakeStream near = FakeStream.pair(loop);
        listeners.get(new InetSocketAddress(host, port)).accept(near);
        return near.far();
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address) throws IOException {
        if (taken.contains(address.getPort()) || listeners.containsKey(address)) {
            throw new BindException("address already in use");
        }
        binds++;
        listeners.put(address, stream -> {});
        return new Listener() {
            @Override
            public InetSocketAddress address() {
                return address;
            }

            @Override
            public void accept(TcpSettings settings, Consumer<Stream> accepted) {
                listeners.put(address, accepted);
            }

            @Override
            public void close() {
                listeners.remove(address);
            }
        };
    }

    @Override
    public void connect(
            EventLoop on, InetSocketAddress address, TcpSettings settings, Duration timeout, ConnectHandler result) {
        Dialled connection = new Dialled((FakeLoop) on, address, result);
        dialled.add(connection);
        on.execute(() -> server.accept(connection));
    }

    @Override
    public void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result) {
        result.connected(transport);
    }

    @Override
    public void move(Stream stream, EventLoop target, Consumer<Stream> done) {
        ((FakeStream) stream).moveTo((FakeLoop) target);
        target.execute(() -> done.accept(stream));
    }

    @Override
    public TcpSettings settings(String tcpProfile) {
        return new TcpSettings(Duration.ZERO, false, false, 0, 0, 2, 1, Duration.ZERO);
    }
}
