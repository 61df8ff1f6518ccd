package org.ferrule.ssh.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2Acceptor;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.apache.sshd.common.util.threads.ThreadUtils;

/**
 * MINA's acceptor, whose listening sockets can be shared with the next version of the module. They are the library's and
 * cannot be handed over; but while both versions listen, no client is refused.
 *
 * <p>Sharing is Linux's {@code SO_REUSEPORT} (socket(7)). The older version's sockets have it only while it is being
 * replaced, and the newer one's only where this very process holds the port, so that another program never shares it.
 *
 * <p>For one thread at a time.
 */
final class SharedAcceptor extends Nio2Acceptor {
    private boolean joining;

    private SharedAcceptor(Service service, IoHandler handler, AsynchronousChannelGroup group) {
        super(service, service.getFactoryManager(), handler, group, service.resuming);
    }

    /**
     * Listens at one more address; beside the older version of the module, if that shares it.
     *
     * @throws IOException if the address or the port cannot be had
     */
    void listen(InetSocketAddress address) throws IOException {
        joining = false;
        try {
            probe(address);
        } catch (IOException taken) {
            if (!PortHolder.isThisProcess(address.getPort())) {
                throw taken;
            }
            joining = true;
            probe(address);
        }
        bind(address);
    }

    /** SSHD logs a stack trace where binding fails, and this is tried again and again: so look first. */
    private void probe(InetSocketAddress address) throws IOException {
        // Bound, but not listening: a client that came just now would be reset.
        try (SocketChannel probe = SocketChannel.open()) {
            probe.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            probe.setOption(StandardSocketOptions.SO_REUSEPORT, joining);
            probe.bind(address);
        }
    }

    @Override
    protected AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(
            SocketAddress address, AsynchronousChannelGroup group) throws IOException {
        AsynchronousServerSocketChannel channel = super.openAsynchronousServerSocketChannel(address, group);
        return channel.setOption(StandardSocketOptions.SO_REUSEPORT, joining);
    }

    /** Whether a newer version of the module may listen beside this one from now on. */
    void share(boolean shared) throws IOException {
        for (AsynchronousServerSocketChannel channel : channels.values()) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
        }
    }

    /** Makes such acceptors. */
    static final class Factory extends Nio2ServiceFactoryFactory {
        @Override
        public IoServiceFactory create(FactoryManager manager) {
            return new Service(manager);
        }
    }

    /** The library's factory keeps its channel group to itself: acceptors have one here, on the same
     * threads. */
    private static final class Service extends Nio2ServiceFactory {
        private final AsynchronousChannelGroup group;
        private final CloseableExecutorService resuming;

        Service(FactoryManager manager) {
            this(manager, ThreadUtils.newFixedThreadPool(manager + "-nio2-resume", getNioWorkers(manager)));
        }

        private Service(FactoryManager manager, CloseableExecutorService resuming) {
            super(manager, null, resuming);
            this.resuming = resuming;
            try {
                group = AsynchronousChannelGroup.withThreadPool(ThreadUtils.noClose(getExecutorService()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public IoAcceptor createAcceptor(IoHandler handler) {
            return autowireCreatedService(new SharedAcceptor(this, handler, group));
        }

        @Override
        protected void doCloseImmediately() {
            try {
                group.shutdownNow();
            } catch (IOException e) {
                log.debug("SSH: a channel did not close: {}", e.getMessage());
            }
            super.doCloseImmediately();
        }
    }
}
