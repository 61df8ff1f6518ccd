package org.ferrule.net.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.ferrule.config.Capabilities;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigModule;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.Reservation;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.module.Configured;
import org.ferrule.module.Drainable;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Interception;
import org.ferrule.stream.Listener;
import org.ferrule.stream.ListeningSocket;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.TcpSettings;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The appliance's network: loops, listeners and connectors, with the tcp profiles that set them. */
@Component(service = {Network.class, ConfigModule.class, Drainable.class, TcpNetwork.class})
public final class TcpNetwork implements Network, ConfigModule, Configured, Drainable {
    private static final String KIND = "ltm profile tcp";

    private final LoopGroup group;
    private final Listeners listeners;
    private volatile Map<String, TcpSettings> profiles = Map.of();
    private volatile boolean configured;

    @Activate
    public TcpNetwork() {
        this(MemoryBudget.ofProcess());
    }

    /** @param budget of the memory for connections */
    TcpNetwork(MemoryBudget budget) {
        group = new LoopGroup(this, budget);
        listeners = new Listeners(group, ServerSocketChannel::accept);
    }

    @Deactivate
    void deactivate() {
        listeners.close();
        group.close();
    }

    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(group.loops());
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address) throws IOException {
        return listeners.listen(owner, address, Optional.empty());
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address, Interception interception) throws IOException {
        return listeners.listen(owner, address, Optional.of(interception));
    }

    @Override
    public Listener adopt(String owner, ListeningSocket socket) {
        return listeners.adopt(owner, socket);
    }

    @Override
    public Optional<IOException> notTransparent() {
        return group.transparency().missing();
    }

    @Override
    public void connect(
            EventLoop loop,
            InetSocketAddress address,
            Optional<InetSocketAddress> source,
            TcpSettings settings,
            Duration timeout,
            ConnectHandler result) {
        Loop owner = (Loop) loop;
        Connecting connecting = new Connecting(owner, address, source, settings, result);
        if (owner.inLoop()) {
            connecting.start(timeout);
        } else {
            owner.execute(() -> connecting.start(timeout));
        }
    }

    /** A connection that is being opened; on its loop. */
    private final class Connecting implements Loop.Ready {
        private final Loop loop;
        private final InetSocketAddress address;
        private final Optional<InetSocketAddress> source;
        private final TcpSettings settings;
        private final ConnectHandler result;
        private SocketChannel channel;
        private EventLoop.Timer timer;

        Connecting(
                Loop loop,
                InetSocketAddress address,
                Optional<InetSocketAddress> source,
                TcpSettings settings,
                ConnectHandler result) {
            this.loop = loop;
            this.address = address;
            this.source = source;
            this.settings = settings;
            this.result = result;
        }

        void start(Duration timeout) {
            try {
                channel = source.isPresent() ? group.transparency().at(source.get()) : SocketChannel.open();
                boolean connected = connect();
                timer = loop.schedule(timeout, () -> fail("no answer within " + timeout.toMillis() + " ms"));
                // A server on this host has answered by now: not to be told of that saves a selection and two calls.
                if (connected || channel.finishConnect()) {
                    connected();
                } else {
                    channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
                }
            } catch (IOException | IllegalArgumentException e) {
                // Of an address of the wrong family only the exception's name tells.
                String reason = e.getMessage() == null ? e.toString() : e.getMessage();
                // Later: who dials another server then would come back within this call, once for each that refuses.
                loop.execute(() -> fail(reason));
            }
        }

        /** From the source's port if it is free, which for a destination that it is connected to already it is not. */
        private boolean connect() throws IOException {
            try {
                return dial();
            } catch (BindException e) {
                if (source.isEmpty()) {
                    throw e;
                }
                channel.close();
                channel = group.transparency()
                        .at(new InetSocketAddress(source.get().getAddress(), 0));
                return dial();
            }
        }

        private boolean dial() throws IOException {
            channel.configureBlocking(false);
            group.options().apply(channel, settings);
            return channel.connect(address);
        }

        @Override
        public void ready(SelectionKey key) {
            try {
                if (channel.finishConnect()) {
                    key.interestOps(0);
                    connected();
                }
            } catch (IOException e) {
                fail(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void stopped() {
            fail("the network module stops");
        }

        private void connected() {
            if (timer != null) {
                timer.cancel();
            }
            try {
                InetSocketAddress own = (InetSocketAddress) channel.getLocalAddress();
                TcpStream stream = new TcpStream(channel, own, settings, group);
                stream.enter(group.service(), loop, () -> result.connected(stream));
            } catch (IOException e) {
                fail(String.valueOf(e.getMessage()));
            }
        }

        private void fail(String reason) {
            if (timer != null) {
                timer.cancel();
            }
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                reason += "; and it could not be closed: " + e.getMessage();
            }
            result.failed(new IOException(Listeners.text(address) + ": " + reason.toLowerCase(Locale.ROOT)));
        }
    }

    @Override
    public void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result) {
        try {
            TlsHandshake.start(
                    transport, engine, handshakeTimeout, group.workers(), loop -> ((Loop) loop).tls(), result);
        } catch (RejectedExecutionException e) {
            transport.reset();
            result.failed(new IOException("the network module stops"));
        }
    }

    @Override
    public void move(Stream stream, EventLoop target, Consumer<Stream> done) {
        if (!(stream instanceof Movable movable)) {
            throw new IllegalArgumentException("only TCP connections move, and TLS on them");
        }
        movable.move(group.service(), (Loop) target, () -> done.accept(stream));
    }

    @Override
    public TcpSettings settings(String tcpProfile) {
        TcpSettings settings = profiles.get(tcpProfile);
        return settings == null ? TcpProfile.DEFAULTS : settings;
    }

    /** The streams that live on its loops. */
    @Override
    public int users() {
        return group.loops().stream().mapToInt(EventLoop::streams).sum();
    }

    /** Whoever listens or connects takes the newest network by itself; what was opened in this one stays to its end. */
    @Override
    public void drain() {
        // There is nothing to hasten.
    }

    @Override
    public void resume() {
        // It never ceased.
    }

    /** The settings of all profiles, by their full names. */
    Map<String, TcpSettings> profiles() {
        return profiles;
    }

    /** The loops, with what is set on their sockets and counted of them. */
    LoopGroup group() {
        return group;
    }

    @Override
    public String module() {
        return "net";
    }

    @Override
    public List<Class<? extends Record>> kinds() {
        return List.of(TcpProfile.class);
    }

    @Override
    public String shipped() {
        return TcpProfile.SHIPPED;
    }

    /** What a profile asks of the kernel and anybody may have costs no privilege; shipped ones ask for the sake of tunnels. */
    @Override
    public Set<String> capabilities(ConfigTree tree) {
        return capabilities(tree, new KernelLimits());
    }

    static Set<String> capabilities(ConfigTree tree, KernelLimits limits) {
        boolean tunnels = !tree.ids("cm trusted-device").isEmpty();
        return tree.views(TcpProfile.class).entrySet().stream()
                        .filter(entry -> tunnels || tree.own().containsKey(new ObjectId(KIND, entry.getKey())))
                        .anyMatch(entry -> entry.getValue().privileged(limits))
                ? Set.of(Capabilities.ADMIN)
                : Set.of();
    }

    @Override
    public Reservation prepare(ConfigTree running, ConfigTree proposed) throws ConfigException {
        for (Map.Entry<String, TcpProfile> profile :
                proposed.views(TcpProfile.class).entrySet()) {
            profile.getValue().check(profile.getKey());
        }
        return Reservation.NOTHING;
    }

    @Override
    public void reconcile(ConfigTree tree) {
        Map<String, TcpSettings> next = new java.util.HashMap<>();
        tree.views(TcpProfile.class).forEach((name, profile) -> next.put(name, profile.settings(name)));
        profiles = Map.copyOf(next);
        configured = true;
    }
}
