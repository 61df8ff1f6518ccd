package org.ferrule.net.internal;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.service.AbstractIoService;
import org.apache.mina.core.service.DefaultTransportMetadata;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.service.TransportMetadata;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.session.IoSessionConfig;
import org.apache.mina.transport.socket.DefaultSocketSessionConfig;
import org.apache.mina.transport.socket.SocketSessionConfig;

/** The service, in MINA's sense, that all connections of the appliance belong to. */
final class TcpService extends AbstractIoService {
    static final TransportMetadata METADATA = new DefaultTransportMetadata(
            "ferrule", "tcp", false, true, InetSocketAddress.class, SocketSessionConfig.class, IoBuffer.class);

    TcpService(Executor executor) {
        super(new DefaultSocketSessionConfig(), executor);
        setHandler(new Opened());
    }

    /** Passes on the moment at which MINA has taken a session in. */
    private static final class Opened extends IoHandlerAdapter {
        @Override
        public void sessionOpened(IoSession session) {
            ((TcpSession) session).opened();
        }
    }

    @Override
    public TransportMetadata getTransportMetadata() {
        return METADATA;
    }

    @Override
    public IoSessionConfig getSessionConfig() {
        return sessionConfig;
    }

    @Override
    protected void dispose0() {
        // The loops are disposed of by their owner.
    }
}
