package org.ferrule.virtual.internal;

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

/** A network of a test: servers that answer or do not, addresses that can be bound or not. */
final class FakeNetwork implements Network {
    final FakeLoop loop = new FakeLoop();
    final Set<String> unreachable = new HashSet<>();
    final Set<Integer> unbindable = new HashSet<>();
    final List<String> dialled = new ArrayList<>();
    final List<Peer> servers = new ArrayList<>();
    private final Map<InetSocketAddress, Consumer<Stream>> listeners = new HashMap<>();
    int binds;

    /** The ports that are bound now. */
    Set<Integer> ports() {
        Set<Integer> ports = new TreeSet<>();
        listeners.keySet().forEach(a -> ports.add(a.getPort()));
        return ports;
    }

    /** A client calls. */
    Peer call(String host, int port) {
        FakeStream near = FakeStream.pair(loop);
        Peer peer = new Peer(near.far());
        listeners.get(new InetSocketAddress(host, port)).accept(near);
        return peer;
    }

    @Override
    public List<EventLoop> loops() {
        return List.of(loop);
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address) throws IOException {
        if (unbindable.contains(address.getPort()) || listeners.containsKey(address)) {
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
        String host = address.getAddress().getHostAddress();
        dialled.add(host);
        on.execute(() -> {
            if (unreachable.contains(host)) {
                result.failed(new IOException(host + ": connection refused"));
            } else {
                FakeStream near = FakeStream.pair(loop);
                servers.add(new Peer(near.far()));
                result.connected(near);
            }
        });
    }

    @Override
    public void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void move(Stream stream, EventLoop target, Consumer<Stream> done) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TcpSettings settings(String tcpProfile) {
        return new TcpSettings(Duration.ZERO, false, false, 0, 0, 2, 1, Duration.ZERO);
    }
}
