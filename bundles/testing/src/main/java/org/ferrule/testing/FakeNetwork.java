package org.ferrule.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Interception;
import org.ferrule.stream.Listener;
import org.ferrule.stream.ListeningSocket;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.TcpSettings;

/**
 * A network whose clients and servers a test plays. TLS changes nothing: a stream that is secured is the
 * transport itself, at once unless {@link #handshakesByHand}.
 */
public final class FakeNetwork implements Network {
    /** The loop on which clients that call arrive. */
    public final FakeLoop loop = new FakeLoop().of(this);

    private final List<EventLoop> loops = new ArrayList<>(List.of(loop));
    private final List<Dialled> dialled = new ArrayList<>();
    private final Queue<Handshake> handshakes = new ArrayDeque<>();
    private final Set<InetSocketAddress> occupied = new HashSet<>();
    private final Map<InetSocketAddress, List<Claim>> claims = new HashMap<>();
    private Optional<IOException> notTransparent = Optional.empty();
    private Consumer<Dialled> server = connection -> {};
    private boolean byHand;
    private int binds;

    private record Handshake(Stream transport, ConnectHandler result) {}

    /** A connection that is being opened: it is taken or refused once. */
    public final class Dialled {
        private final FakeLoop on;
        private final InetSocketAddress address;
        private final Optional<InetSocketAddress> source;
        private final ConnectHandler result;
        private boolean waits = true;

        private Dialled(
                FakeLoop on, InetSocketAddress address, Optional<InetSocketAddress> source, ConnectHandler result) {
            this.on = on;
            this.address = address;
            this.source = source;
            this.result = result;
        }

        /** Where it is to come from; empty for this host's own address. */
        public Optional<InetSocketAddress> source() {
            return source;
        }

        /** The port it goes to. */
        public int port() {
            return address.getPort();
        }

        /** The address it goes to. */
        public String host() {
            return address.getAddress().getHostAddress();
        }

        /** Takes it; gives the server's end. */
        public FakeStream take() {
            waits = false;
            FakeStream near = FakeStream.pair(on, address, FakeStream.CALLED);
            result.connected(near);
            return near.far();
        }

        /** Refuses it. */
        public void refuse(String reason) {
            waits = false;
            result.failed(new IOException(reason));
        }
    }

    /** One more loop. */
    public FakeLoop addLoop() {
        FakeLoop more = new FakeLoop(loops.size()).of(this);
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

    /** What was dialled and is neither taken nor refused, the oldest first. */
    public List<Dialled> waiting() {
        return dialled.stream().filter(connection -> connection.waits).toList();
    }

    /** The first of those that wait. */
    public Dialled next() {
        loop.run();
        return waiting().get(0);
    }

    /** Each handshake waits from now on until the test says how it ends. */
    public FakeNetwork handshakesByHand() {
        byHand = true;
        return this;
    }

    /** How many handshakes wait. */
    public int handshakes() {
        return handshakes.size();
    }

    /** The oldest handshake that waits succeeds; gives the other end of its stream. */
    public FakeStream secured() {
        Handshake done = handshakes.remove();
        done.result().connected(done.transport());
        return ((FakeStream) done.transport()).far();
    }

    /** The oldest handshake that waits fails. */
    public void insecure(String reason) {
        Handshake over = handshakes.remove();
        over.transport().reset();
        over.result().failed(new IOException(reason));
    }

    /** The addresses that were dialled, the oldest first. */
    public List<String> dialledHosts() {
        return dialled.stream().map(Dialled::host).toList();
    }

    /** Somebody else has the address: it cannot be listened on. */
    public void occupy(InetSocketAddress address) {
        occupied.add(address);
    }

    /** Nobody else has the address any more. */
    public void vacate(InetSocketAddress address) {
        occupied.remove(address);
    }

    /** What is listened on now. */
    public Set<InetSocketAddress> bound() {
        return claims.keySet();
    }

    /** The ports that are listened on now. */
    public Set<Integer> ports() {
        return bound().stream().map(InetSocketAddress::getPort).collect(Collectors.toSet());
    }

    /** How often a port was bound. */
    public int binds() {
        return binds;
    }

    /** A client calls what listens on the address; gives the client's end. */
    public FakeStream call(String host, int port) {
        return call(new InetSocketAddress(host, port), FakeStream.CLIENT, FakeStream.CALLED);
    }

    /** A connection of a client to somewhere reaches what listens on the address; gives the client's end. */
    public FakeStream call(InetSocketAddress listener, InetSocketAddress client, InetSocketAddress called) {
        FakeStream near = FakeStream.pair(loop, client, called);
        last(claims.get(listener)).accepted.accept(near);
        return near.far();
    }

    private static Claim last(List<Claim> claims) {
        return claims.get(claims.size() - 1);
    }

    /** Addresses of other hosts cannot be used from now on, for this reason. */
    public void notTransparent(String reason) {
        notTransparent(new IOException(reason));
    }

    /** The same, with the exception that tells of it. */
    public void notTransparent(IOException reason) {
        notTransparent = Optional.of(reason);
    }

    /** The listeners that take what was addressed elsewhere, and how it comes. */
    public Map<InetSocketAddress, Interception> intercepted() {
        Map<InetSocketAddress, Interception> intercepted = new HashMap<>();
        claims.forEach((address, all) -> last(all).interception.ifPresent(how -> intercepted.put(address, how)));
        return intercepted;
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address) throws IOException {
        if (occupied.contains(address) || claims.containsKey(address)) {
            throw new BindException("address already in use");
        }
        binds++;
        return new Claim(address, Optional.empty());
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address, Interception interception) throws IOException {
        if (interception == Interception.TPROXY && notTransparent.isPresent()) {
            throw notTransparent.get();
        }
        if (!claims.containsKey(address)) {
            listen(owner, address).close();
        }
        return new Claim(address, Optional.of(interception));
    }

    @Override
    public Listener adopt(String owner, ListeningSocket socket) {
        return new Claim(socket.address(), Optional.empty());
    }

    /** One of those who listen on an address; the last one gets the connections. */
    private final class Claim implements Listener {
        private final InetSocketAddress address;
        private final Optional<Interception> interception;
        private Consumer<Stream> accepted = stream -> {};

        Claim(InetSocketAddress address, Optional<Interception> interception) {
            this.address = address;
            this.interception = interception;
            claims.computeIfAbsent(address, a -> new ArrayList<>()).add(this);
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public void accept(TcpSettings settings, Consumer<Stream> handler) {
            accepted = handler;
        }

        @Override
        public Optional<ListeningSocket> release() {
            close();
            try {
                // One that is bound to nothing: clients call the fake, and not the kernel.
                return claims.containsKey(address)
                        ? Optional.empty()
                        : Optional.of(
                                new ListeningSocket(ServerSocketChannel.open(), address, interception.isPresent()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            claims.computeIfPresent(address, (a, all) -> all.remove(this) && all.isEmpty() ? null : all);
        }
    }

    @Override
    public Optional<IOException> notTransparent() {
        return notTransparent;
    }

    @Override
    public void connect(
            EventLoop on,
            InetSocketAddress address,
            Optional<InetSocketAddress> source,
            TcpSettings settings,
            Duration timeout,
            ConnectHandler result) {
        Dialled connection = new Dialled((FakeLoop) on, address, source, result);
        dialled.add(connection);
        on.execute(() -> server.accept(connection));
    }

    @Override
    public void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result) {
        if (byHand) {
            handshakes.add(new Handshake(transport, result));
        } else {
            result.connected(transport);
        }
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
