package org.ferrule.isession.internal;

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
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.TcpSettings;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;

/** A network within a test, which says itself when a dial or a handshake is done, and how. */
final class Wan implements Network {
    final FakeLoop loop = new FakeLoop();
    final List<EventLoop> loops = new ArrayList<>(List.of(loop));
    final Set<InetSocketAddress> unbindable = new HashSet<>();
    final Map<InetSocketAddress, Consumer<Stream>> listeners = new HashMap<>();
    final List<Dial> dials = new ArrayList<>();
    final List<Handshake> handshakes = new ArrayList<>();
    int binds;

    /** An attempt to connect that waits for its outcome. */
    record Dial(EventLoop on, InetSocketAddress to, ConnectHandler result) {}

    /** A handshake that waits for its outcome. */
    record Handshake(FakeStream transport, ConnectHandler result) {}

    /** Another loop with the same time and turns. */
    record Numbered(FakeLoop loop, int index) implements EventLoop {
        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return loop.schedule(delay, task);
        }

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }

        @Override
        public int streams() {
            return 0;
        }
    }

    /** The oldest dial that waits comes through: its handshake begins. */
    void connect() {
        dials.remove(0).result().connected(FakeStream.pair(loop));
        loop.run();
    }

    /** The oldest dial that waits fails. */
    void refuse(String reason) {
        dials.remove(0).result().failed(new IOException(reason));
        loop.run();
    }

    /** The oldest handshake that waits succeeds. Gives the far end of its stream. */
    FakeStream secured() {
        Handshake done = handshakes.remove(0);
        done.result().connected(done.transport());
        return done.transport().far();
    }

    /** The oldest handshake that waits fails. */
    void insecure(String reason) {
        Handshake over = handshakes.remove(0);
        over.transport().reset();
        over.result().failed(new IOException(reason));
        loop.run();
    }

    /** Somebody calls. Gives the end of the caller. */
    FakeStream call(InetSocketAddress address) {
        FakeStream near = FakeStream.pair(loop);
        listeners.get(address).accept(near);
        loop.run();
        return near.far();
    }

    @Override
    public List<EventLoop> loops() {
        return loops;
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address) throws IOException {
        if (unbindable.contains(address) || listeners.containsKey(address)) {
            throw new BindException(address.getPort() + " is in use");
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
        dials.add(new Dial(on, address, result));
    }

    @Override
    public void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result) {
        handshakes.add(new Handshake((FakeStream) transport, result));
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
