package org.ferrule.virtual.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;
import org.ferrule.tls.TlsProfiles;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.Tunnels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: finds its server side, and joins the two. On the loop of the client's stream, all of it.
 *
 * <p>The server side is a flow in a tunnel where the virtual server has an iSession profile, else a member of its pool.
 * What no tunnel takes is served by the virtual server's own pool, and without one as {@code no-route} says.
 */
final class Connection implements Proxy.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final VirtualServer virtual;
    private final Modules modules;
    private final Proxy proxy;
    private final Stream client;

    /** Whether the client is a flow that a peer opened. */
    private final boolean tunnelled;

    private Set<String> tried = Set.of();
    private Pools.Selection selection;

    /** Null unless somebody records. */
    private final ConnectionEvent event = ConnectionEvent.begun();

    /** Of the server; null as long as there is none, or if it is a flow. */
    private InetSocketAddress server;

    private boolean flow;
    private String failure = "";

    private Connection(VirtualServer virtual, Modules modules, Stream client, boolean tunnelled) {
        this.virtual = virtual;
        this.modules = modules;
        this.client = client;
        this.tunnelled = tunnelled;
        proxy = new Proxy(client, modules.http().identity(virtual.plan().http()), modules.held(), this);
    }

    /** Takes a client's connection in. */
    static void accept(VirtualServer virtual, Modules modules, Stream client) {
        if (admit(virtual, client)) {
            EventLoop home = home(virtual.plan(), modules, client.loop(), client.localAddress());
            if (home == client.loop()) {
                begin(virtual, modules, client, false);
            } else {
                client.loop().network().move(client, home, moved -> begin(virtual, modules, moved, false));
            }
        }
    }

    /** Takes a flow of a tunnel in. It stays on the loop of its fibre. */
    static void fromTunnel(VirtualServer virtual, Modules modules, Stream flow) {
        if (admit(virtual, flow)) {
            begin(virtual, modules, flow, true);
        }
    }

    private static boolean admit(VirtualServer virtual, Stream client) {
        Plan plan = virtual.plan();
        Counters counters = virtual.counters();
        boolean full = plan.limit() > 0 && counters.current.get() >= plan.limit();
        if (full
                || !plan.enabled()
                || plan.source().closeness(client.remoteAddress().getAddress()) < 0) {
            counters.refused.increment();
            client.handler(Discard.INSTANCE);
            client.reset();
            return false;
        }
        counters.accepted();
        return true;
    }

    /** The loop that has a fibre to the client's endpoint: a flow lives where its fibre does, and so must its client. */
    private static EventLoop home(Plan plan, Modules modules, EventLoop loop, InetSocketAddress called) {
        return plan.isession().isEmpty()
                ? loop
                : modules.tunnels(plan.isession())
                        .map(tunnels -> tunnels.loopFor(loop, plan.isession(), called))
                        .orElse(loop);
    }

    private static void begin(VirtualServer virtual, Modules modules, Stream client, boolean tunnelled) {
        if (virtual.plan().clientSsl().isEmpty()) {
            new Connection(virtual, modules, client, tunnelled).start();
        } else {
            secure(virtual, modules, client, tunnelled);
        }
    }

    private static void secure(VirtualServer virtual, Modules modules, Stream client, boolean tunnelled) {
        String profile = virtual.plan().clientSsl();
        Optional<TlsProfiles> profiles = modules.tls().best();
        Optional<SSLEngine> engine = profiles.flatMap(tls -> tls.clientSide(profile));
        if (profiles.isEmpty()) {
            LOG.debug("{}: module crypto is not running", virtual.plan().name());
            drop(virtual, client);
        } else if (engine.isEmpty()) {
            new Connection(virtual, modules, client, tunnelled).start();
        } else {
            Network network = client.loop().network();
            network.secure(client, engine.get(), profiles.get().handshakeTimeout(profile), new ConnectHandler() {
                @Override
                public void connected(Stream stream) {
                    new Connection(virtual, modules, stream, tunnelled).start();
                }

                @Override
                public void failed(IOException reason) {
                    LOG.debug("{}: {}", virtual.plan().name(), reason.getMessage());
                    virtual.counters().failed.increment();
                    virtual.counters().ended();
                }
            });
        }
    }

    private static void drop(VirtualServer virtual, Stream client) {
        virtual.counters().failed.increment();
        virtual.counters().ended();
        client.handler(Discard.INSTANCE);
        client.reset();
    }

    private void start() {
        if (!virtual.plan().isession().isEmpty()) {
            tunnel();
        } else if (!virtual.plan().pool().isEmpty()) {
            pool();
        } else {
            straight();
        }
    }

    private void tunnel() {
        Optional<Tunnels> tunnels = modules.tunnels(virtual.plan().isession());
        if (tunnels.isEmpty()) {
            fallback("module isession is not running");
            return;
        }
        tunnels.get().open(client, virtual.plan().isession(), new Tunnels.FlowHandler() {
            @Override
            public String virtualServer() {
                return virtual.plan().name();
            }

            @Override
            public void opened(Stream opened) {
                virtual.counters().servedByTunnel.increment();
                flow = true;
                proxy.attach(opened, true);
            }

            @Override
            public void refused(String reason) {
                fallback(reason);
            }

            @Override
            public boolean takeBack(Stream refused) {
                boolean taken = proxy.takeBack(refused);
                if (taken) {
                    flow = false;
                    virtual.counters().servedByTunnel.decrement();
                }
                return taken;
            }
        });
    }

    private void fallback(String reason) {
        if (proxy.over()) {
            return;
        }
        LOG.debug(
                "{}: no tunnel takes the connection of {}: {}", virtual.plan().name(), client.remoteAddress(), reason);
        boolean passthru = modules.tunnels().best().map(Tunnels::noRoute).orElse(Tunnels.NoRoute.PASSTHRU)
                == Tunnels.NoRoute.PASSTHRU;
        if (!virtual.plan().pool().isEmpty()) {
            pool();
        } else if (passthru) {
            straight();
        } else {
            fail("no-route drop");
        }
    }

    private void pool() {
        Optional<Pools.Selection> next = modules.pools()
                .best()
                .flatMap(pools -> pools.select(virtual.plan().pool(), tried));
        if (next.isEmpty()) {
            fail("no member of " + virtual.plan().pool() + " is available");
            return;
        }
        selection = next.get();
        connect(selection.address());
    }

    /**
     * To where the client wanted to go; never to ourselves, which would go round for ever. What a peer sends reaches
     * nothing else of this host either, such as its shell.
     */
    private void straight() {
        InetSocketAddress destination = client.localAddress();
        if (modules.ours().test(destination) || tunnelled && modules.host().contains(destination.getAddress())) {
            fail("without a pool there is nothing to serve it");
            return;
        }
        virtual.counters().passedThrough.increment();
        connect(destination);
    }

    private void connect(InetSocketAddress address) {
        EventLoop loop = client.loop();
        long asked = loop.nanoTime();
        TcpSettings settings = loop.network().settings(virtual.plan().serverTcp());
        loop.network().connect(loop, address, source(address), settings, CONNECT_TIMEOUT, new ConnectHandler() {
            @Override
            public void connected(Stream server) {
                seen(address, Duration.ofNanos(loop.nanoTime() - asked));
                secureServer(server, address);
            }

            @Override
            public void failed(IOException reason) {
                another(reason);
            }
        });
    }

    /** Where a tunnel should have led, a server that is reached after all says nothing of what this end is near to. */
    private void seen(InetSocketAddress server, Duration took) {
        if (virtual.plan().isession().isEmpty()) {
            modules.tunnels().best().ifPresent(tunnels -> tunnels.serverSeen(server, took));
        }
    }

    /** Whose address the server is to see; a server of the other family can only see the appliance's. */
    private Optional<InetSocketAddress> source(InetSocketAddress server) {
        if (!virtual.plan().keepsSource()) {
            return Optional.empty();
        }
        InetSocketAddress source = client.remoteAddress();
        if (source.getAddress().getClass() == server.getAddress().getClass()) {
            return Optional.of(source);
        }
        virtual.counters().sourceMapped.increment();
        return Optional.empty();
    }

    private void secureServer(Stream server, InetSocketAddress address) {
        String profile = virtual.plan().serverSsl();
        if (profile.isEmpty()) {
            attach(server);
            return;
        }
        Optional<TlsProfiles> profiles = modules.tls().best();
        if (profiles.isEmpty()) {
            server.handler(Discard.INSTANCE);
            server.reset();
            fail("module crypto is not running");
            return;
        }
        Optional<SSLEngine> engine =
                profiles.get().serverSide(profile, address.getAddress().getHostAddress(), address.getPort());
        if (engine.isEmpty()) {
            attach(server);
            return;
        }
        Network network = server.loop().network();
        network.secure(server, engine.get(), profiles.get().handshakeTimeout(profile), new ConnectHandler() {
            @Override
            public void connected(Stream stream) {
                attach(stream);
            }

            @Override
            public void failed(IOException reason) {
                another(reason);
            }
        });
    }

    private void attach(Stream stream) {
        if (selection != null) {
            selection.connected();
            // What a tunnel did not answer is sent to the member now.
            selection.moved(proxy.toServer(), 0);
            virtual.counters().servedLocally.increment();
        }
        server = stream.remoteAddress();
        proxy.attach(stream, false);
    }

    /** The member could not be reached: the next one is tried, each once. */
    private void another(IOException reason) {
        if (proxy.over()) {
            release();
            return;
        }
        LOG.debug("{}: {}", virtual.plan().name(), reason.getMessage());
        if (selection == null) {
            fail(reason.getMessage());
            return;
        }
        if (tried.isEmpty()) {
            tried = new HashSet<>();
        }
        tried.add(selection.member());
        release();
        pool();
    }

    private void fail(String reason) {
        failure = reason;
        LOG.debug("{}: the connection of {} is reset: {}", virtual.plan().name(), client.remoteAddress(), reason);
        virtual.counters().failed.increment();
        client.reset();
    }

    private void release() {
        if (selection != null) {
            selection.ended();
            selection = null;
        }
    }

    @Override
    public void toServer(int bytes) {
        virtual.counters().fromClients.add(bytes);
        // What comes while a member is dialled is counted when it is there.
        if (selection != null && server != null) {
            selection.moved(bytes, 0);
        }
    }

    @Override
    public void toClient(int bytes) {
        virtual.counters().toClients.add(bytes);
        if (selection != null) {
            selection.moved(0, bytes);
        }
    }

    @Override
    public void ended() {
        if (event != null) {
            String by = flow ? ConnectionEvent.TUNNEL : server == null ? "" : Addresses.text(server);
            event.over(virtual.plan().name(), client.remoteAddress(), by, proxy, failure);
        }
        virtual.counters().ended();
        release();
    }

    /** For a connection that is about to be reset. */
    enum Discard implements StreamHandler {
        INSTANCE;

        @Override
        public void received(Stream stream, ByteBuffer data) {
            data.position(data.limit());
        }

        @Override
        public void inputEnded(Stream stream) {
            // It is being reset.
        }

        @Override
        public void closed(Stream stream, CloseReason reason) {
            // That was wanted.
        }
    }
}
