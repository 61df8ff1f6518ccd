package org.ferrule.ssh.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.file.nonefs.NoneFileSystemFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.random.SingletonRandomFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.SessionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MINA's SSH server as an appliance wants it: nothing but sessions, and addresses that come and go while sessions live on.
 *
 * <p>Any thread. Everything that SSHD would look up by name through a class loader is set explicitly.
 */
final class AdminServer extends SshServer {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(3);

    /** What SSHD bound, by what was asked for: it may spell "any address" otherwise. */
    private final Map<InetSocketAddress, SocketAddress> bound = new HashMap<>();

    private volatile Predicate<SocketAddress> admits = remote -> true;

    AdminServer(Limits limits, List<KeyPair> hostKeys) {
        setKeyPairProvider(KeyPairProvider.wrap(hostKeys));
        setKeyExchangeFactories(Algorithms.keyExchanges());
        setCipherFactories(Algorithms.ciphers());
        setMacFactories(Algorithms.macs());
        setCompressionFactories(Algorithms.compressions());
        setSignatureFactories(Algorithms.signatures());
        setRandomFactory(new SingletonRandomFactory(SecurityUtils.getRandomFactory()));
        setIoServiceFactoryFactory(new SharedAcceptor.Factory());
        setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE, UserAuthPasswordFactory.INSTANCE));
        setChannelFactories(List.of(new SessionChannels()));
        setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE));
        setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        setFileSystemFactory(NoneFileSystemFactory.INSTANCE);
        setSubsystemFactories(List.of());
        bounds(limits);
    }

    /** Whose connections are let in to try and log in. */
    void admitIf(Predicate<SocketAddress> test) {
        admits = test;
    }

    private void bounds(Limits limits) {
        CoreModuleProperties.SERVER_IDENTIFICATION.set(this, "Ferrule");
        CoreModuleProperties.AUTH_TIMEOUT.set(this, limits.loginGrace());
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(this, limits.maxAuthTries());
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(this, 10);
        CoreModuleProperties.WINDOW_SIZE.set(this, 256L * 1024);
        // Inactivity is judged by what people type (see Inactivity), not by packets, which a client sends to stay
        // alive.
        CoreModuleProperties.IDLE_TIMEOUT.set(this, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(this, Duration.ZERO);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(this, true);
        CoreModuleProperties.TCP_NODELAY.set(this, true);
        // A reader may pause (a pager, ctrl-S); what waits for it is one window.
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(this, Duration.ofMinutes(10));
    }

    /** Makes the server ready to listen. */
    @Override
    public void open() {
        checkConfig();
        setSessionFactory(createSessionFactory());
        acceptor = createAcceptor();
        setupSessionTimeout(getSessionFactory());
    }

    /**
     * Listens at one more address; beside the older version of the module, if that shares it.
     *
     * @throws IOException if the address or the port cannot be had
     */
    synchronized void listen(InetSocketAddress address) throws IOException {
        Set<SocketAddress> before = acceptor.getBoundAddresses();
        acceptor().listen(address);
        Set<SocketAddress> after = acceptor.getBoundAddresses();
        after.removeAll(before);
        bound.put(address, after.iterator().next());
    }

    /**
     * Whether a newer version of the module may listen at the same addresses beside this one.
     *
     * @throws IOException if the system cannot do that
     */
    synchronized void share(boolean shared) throws IOException {
        acceptor().share(shared);
    }

    private SharedAcceptor acceptor() {
        return (SharedAcceptor) acceptor;
    }

    /** Listens no longer at the address; sessions that came in there live on. */
    synchronized void unlisten(InetSocketAddress address) {
        SocketAddress local = bound.remove(address);
        if (local != null) {
            acceptor.unbind(local);
        }
    }

    /** Where it listens. */
    synchronized Set<InetSocketAddress> listening() {
        return Set.copyOf(bound.keySet());
    }

    /** Whether it listens there. */
    synchronized boolean listensAt(InetSocketAddress address) {
        return bound.containsKey(address);
    }

    /** Ends all sessions and stops listening, within seconds. */
    void shut() {
        try {
            if (!close(true).await(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("SSH: not every session has ended in {} seconds", CLOSE_TIME.toSeconds());
            }
        } catch (IOException e) {
            LOG.warn("SSH: the server did not stop cleanly: {}", e.getMessage());
        }
    }

    @Override
    protected SessionFactory createSessionFactory() {
        return new BoundedSessions();
    }

    /** Makes sessions of connections; closes at once those that are too many. */
    private final class BoundedSessions extends SessionFactory {
        BoundedSessions() {
            super(AdminServer.this);
        }

        @Override
        public void sessionCreated(IoSession connection) throws Exception {
            if (admits.test(connection.getRemoteAddress())) {
                super.sessionCreated(connection);
            } else {
                connection.close(true);
            }
        }

        @Override
        public void sessionClosed(IoSession connection) throws Exception {
            if (AbstractSession.getSession(connection, true) != null) {
                super.sessionClosed(connection);
            }
        }
    }

    /** Makes channels for sessions, the only sort that there is. */
    private static final class SessionChannels implements ChannelFactory {
        @Override
        public String getName() {
            return "session";
        }

        @Override
        public Channel createChannel(Session session) {
            return new AdminChannel();
        }
    }
}
