package org.ferrule.net.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.ferrule.config.Capabilities;
import org.ferrule.config.kind.Addresses;
import org.ferrule.memory.Admission;
import org.ferrule.stream.Interception;
import org.ferrule.stream.Listener;
import org.ferrule.stream.ListeningSocket;
import org.ferrule.stream.PrivilegeException;
import org.ferrule.stream.Stream;
import org.ferrule.stream.TcpSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listening sockets and who claims them. Any thread. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final int BACKLOG = 4096;

    /** Accepted in one go before other connections get their turn. */
    private static final int BURST = 64;

    private static final String DENIED = "Permission denied";

    static final Duration BACK_OFF = Duration.ofMillis(100);

    private final LoopGroup loops;
    private final Acceptor acceptor;
    private final AcceptFailures failures = new AcceptFailures(System::nanoTime);
    private final AcceptFailures shortages = new AcceptFailures(System::nanoTime);
    private final Map<InetSocketAddress, Socket> sockets = new HashMap<>();

    /** How a connection is taken from the kernel; gives null if there is none. Tests have it fail. */
    @FunctionalInterface
    interface Acceptor {
        SocketChannel accept(ServerSocketChannel from) throws IOException;
    }

    Listeners(LoopGroup loops, Acceptor acceptor) {
        this.loops = loops;
        this.acceptor = acceptor;
    }

    /** @param interception how connections come that were addressed elsewhere; empty: none do */
    synchronized Listener listen(String owner, InetSocketAddress address, Optional<Interception> interception)
            throws IOException {
        Socket socket = sockets.get(address);
        if (socket != null && !socket.owner.equals(owner)) {
            throw new BindException(text(address) + " is in use by " + socket.owner);
        }
        boolean transparent = interception.isPresent() && interception.get() == Interception.TPROXY;
        if (socket == null) {
            socket = new Socket(owner, bound(address, bind(address, transparent)));
            sockets.put(socket.address, socket);
        } else if (transparent) {
            loops.transparency().open(socket.channel);
        }
        socket.intercepts |= interception.isPresent();
        return socket.claim();
    }

    /** Goes on with a socket that another network has released. */
    synchronized Listener adopt(String owner, ListeningSocket released) {
        Socket socket = new Socket(owner, released);
        sockets.put(socket.address, socket);
        return socket.claim();
    }

    private ServerSocketChannel bind(InetSocketAddress address, boolean transparent) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.configureBlocking(false);
            if (transparent) {
                loops.transparency().open(channel);
            }
            return channel.bind(address, BACKLOG);
        } catch (PrivilegeException e) {
            channel.close();
            throw e;
        } catch (IOException e) {
            channel.close();
            // Of what is missing only the system's own words tell.
            if (Capabilities.privileged(address.getPort()) && DENIED.equals(e.getMessage())) {
                throw new PrivilegeException(
                        text(address) + ": permission denied: a port below 1024 takes " + Capabilities.BIND + "; "
                                + Capabilities.remedy(Capabilities.BIND),
                        Capabilities.afterRestart(Capabilities.BIND));
            }
            throw new BindException(text(address) + ": " + reason(e));
        }
    }

    /** With the address as it was asked for: the kernel may spell any address otherwise. */
    private static ListeningSocket bound(InetSocketAddress asked, ServerSocketChannel channel) throws IOException {
        int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        return new ListeningSocket(channel, new InetSocketAddress(asked.getAddress(), port), false);
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + message.substring(1);
    }

    static String text(InetSocketAddress address) {
        return Addresses.text(address);
    }

    synchronized void close() {
        new ArrayList<>(sockets.values()).forEach(Socket::close);
        sockets.clear();
    }

    /** A listening socket; the last of its claims gets the connections. */
    private final class Socket implements Loop.Ready {
        private final String owner;
        private final ServerSocketChannel channel;
        private final InetSocketAddress address;
        private final Loop loop = loops.leastLoaded();
        private final List<Claim> claims = new ArrayList<>();
        private volatile Claim active;

        /** Whether connections may have been addressed elsewhere. */
        private volatile boolean intercepts;

        /** The settings that the socket has for new connections to inherit, and whether they do. On the loop. */
        private TcpSettings settled;

        private boolean inherits;

        /** Whether some may wait in the backlog that came before that. On the loop. */
        private boolean older;

        Socket(String owner, ListeningSocket bound) {
            this.owner = owner;
            channel = bound.channel();
            address = bound.address();
            intercepts = bound.intercepts();
        }

        Claim claim() {
            Claim claim = new Claim(this);
            claims.add(claim);
            return claim;
        }

        void activate() {
            Claim ready = null;
            for (Claim claim : claims) {
                ready = claim.accepted != null ? claim : ready;
            }
            boolean first = active == null && ready != null;
            active = ready;
            if (first) {
                loop.execute(this::register);
            }
        }

        private void register() {
            try {
                if (channel.isOpen()) {
                    SelectionKey key = channel.keyFor(loop.selector());
                    if (key == null) {
                        channel.register(loop.selector(), SelectionKey.OP_ACCEPT, this);
                    } else {
                        key.interestOps(SelectionKey.OP_ACCEPT);
                    }
                }
            } catch (IOException e) {
                LOG.error("{} cannot be listened on", text(address), e);
            }
        }

        @Override
        public void ready(SelectionKey key) {
            for (int i = 0; i < BURST; i++) {
                // Whoever claims it before it is taken from the kernel gets it, also if that changes at this moment.
                Claim claim = active;
                if (claim == null) {
                    // They wait in the kernel's backlog until somebody wants them.
                    key.interestOps(0);
                    return;
                }
                if (!admit(claim)) {
                    waitForMemory(key);
                    return;
                }
                TcpSettings settings = claim.settings;
                if (settled != settings) {
                    settled = settings;
                    inherits = loops.options().inherit(channel, settings);
                    older = true;
                }
                SocketChannel accepted;
                try {
                    accepted = acceptor.accept(channel);
                } catch (IOException e) {
                    loops.memory().connections().ended();
                    backOff(key, e);
                    return;
                }
                if (accepted == null) {
                    loops.memory().connections().ended();
                    older = false;
                    return;
                }
                long failed = failures.accepted();
                if (failed > 0) {
                    LOG.info("connections are accepted again, after {} attempts that failed", failed);
                }
                long waited = shortages.accepted();
                if (waited > 0) {
                    LOG.info("there is memory for connections again; {} times there was none", waited);
                }
                take(accepted, claim, settings);
            }
        }

        private boolean admit(Claim claim) {
            Admission connections = loops.memory().connections();
            if (claim.vital) {
                connections.admitAnyway();
                return true;
            }
            return connections.admit();
        }

        /** They wait in the kernel's backlog until others end. */
        private void waitForMemory(SelectionKey key) {
            if (shortages.failed()) {
                LOG.warn("{} takes no connections: memory is scarce; show sys memory tells who has it", text(address));
            }
            tryLater(key);
        }

        /** Usually file descriptors have run out: trying again at once would only burn the processor. */
        private void backOff(SelectionKey key, IOException e) {
            if (failures.failed()) {
                LOG.warn(
                        "{} cannot accept connections: {}; raise the limit of open files (ulimit -n)",
                        text(address),
                        e.getMessage());
            }
            tryLater(key);
        }

        private void tryLater(SelectionKey key) {
            key.interestOps(0);
            loop.schedule(BACK_OFF, () -> {
                if (key.isValid()) {
                    key.interestOps(SelectionKey.OP_ACCEPT);
                }
            });
        }

        private void take(SocketChannel accepted, Claim claim, TcpSettings settings) {
            try {
                accepted.configureBlocking(false);
                if (inherits && !older) {
                    loops.options().applyRest(accepted, settings);
                } else {
                    loops.options().apply(accepted, settings);
                }
                InetSocketAddress called = intercepts
                        ? loops.transparency().destination(accepted)
                        : (InetSocketAddress) accepted.getLocalAddress();
                TcpStream stream = TcpStream.admitted(accepted, called, settings, loops);
                stream.enter(loops.service(), loops.leastLoaded(), () -> claim.accepted.accept(stream));
            } catch (IOException e) {
                // It was reset before it could be taken in.
                LOG.debug("a connection to {} is gone already", text(address), e);
                discard(accepted);
            } catch (IllegalStateException e) {
                LOG.debug("a connection to {} comes too late: the network module stops", text(address), e);
                discard(accepted);
            }
        }

        private void discard(SocketChannel accepted) {
            loops.memory().connections().ended();
            try {
                accepted.close();
            } catch (IOException e) {
                LOG.debug("a connection to {} could not be closed", text(address), e);
            }
        }

        /** Leaves the channel to another network. */
        ListeningSocket release() {
            active = null;
            loop.execute(() -> {
                SelectionKey key = channel.keyFor(loop.selector());
                if (key != null) {
                    key.cancel();
                }
            });
            return new ListeningSocket(channel, address, intercepts);
        }

        void close() {
            active = null;
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("{} could not be closed: {}", text(address), e.getMessage());
            }
            // A closed channel leaves its selector, and frees its port, when that selects next.
            loop.execute(() -> {});
        }
    }

    private final class Claim implements Listener {
        private final Socket socket;
        private volatile TcpSettings settings;
        private volatile Consumer<Stream> accepted;
        private volatile boolean vital;

        Claim(Socket socket) {
            this.socket = socket;
        }

        @Override
        public InetSocketAddress address() {
            return socket.address;
        }

        @Override
        public void accept(TcpSettings with, Consumer<Stream> handler) {
            synchronized (Listeners.this) {
                settings = with;
                accepted = handler;
                socket.activate();
            }
        }

        @Override
        public void vital() {
            vital = true;
        }

        @Override
        public Optional<ListeningSocket> release() {
            synchronized (Listeners.this) {
                return leave() ? Optional.of(socket.release()) : Optional.empty();
            }
        }

        @Override
        public void close() {
            synchronized (Listeners.this) {
                if (leave()) {
                    socket.close();
                }
            }
        }

        /** Gives whether it was the last claim. */
        private boolean leave() {
            if (!socket.claims.remove(this)) {
                return false;
            }
            if (!socket.claims.isEmpty()) {
                socket.activate();
                return false;
            }
            sockets.remove(socket.address, socket);
            return true;
        }
    }
}
