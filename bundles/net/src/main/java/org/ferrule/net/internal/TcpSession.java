package org.ferrule.net.internal;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.apache.mina.core.filterchain.DefaultIoFilterChain;
import org.apache.mina.core.filterchain.IoFilterChain;
import org.apache.mina.core.service.IoHandler;
import org.apache.mina.core.service.IoProcessor;
import org.apache.mina.core.service.TransportMetadata;
import org.apache.mina.core.session.AbstractIoSession;
import org.apache.mina.core.session.SessionState;

/** A connection as MINA sees it: what its processor takes in, keeps and lets go. The work is its {@link TcpStream}'s. */
final class TcpSession extends AbstractIoSession {
    private final Loop loop;
    private final TcpStream stream;

    /** Null once it ran: what it holds is over then, and the session lives on. */
    private Runnable opened;

    private final IoFilterChain filterChain = new DefaultIoFilterChain(this);

    /** Used on the loop only. */
    private SessionState state = SessionState.OPENING;

    private TcpSession(TcpService service, Loop loop, TcpStream stream, Runnable opened) {
        super(service);
        this.loop = loop;
        this.stream = stream;
        this.opened = opened;
        config = service.getSessionConfig();
        setWriteRequestQueue(NoRequests.INSTANCE);
        try {
            // MINA looks for attributes of its own at every event.
            setAttributeMap(service.getSessionDataStructureFactory().getAttributeMap(this));
        } catch (Exception e) {
            throw new IllegalStateException("a session cannot be made: " + e.getMessage(), e);
        }
    }

    static TcpSession of(TcpService service, Loop loop, TcpStream stream, Runnable opened) {
        return new TcpSession(service, loop, stream, opened);
    }

    static TcpSession anchor(TcpService service, Loop loop) {
        return new TcpSession(service, loop, null, () -> {});
    }

    /** Null for an anchor. */
    TcpStream stream() {
        return stream;
    }

    SessionState state() {
        return state;
    }

    void state(SessionState next) {
        state = next;
    }

    /** MINA has taken it in. */
    void opened() {
        Runnable begin = opened;
        opened = null;
        if (stream != null) {
            stream.begin(begin);
        }
    }

    @Override
    public IoProcessor<TcpSession> getProcessor() {
        return loop;
    }

    @Override
    public IoFilterChain getFilterChain() {
        return filterChain;
    }

    @Override
    public IoHandler getHandler() {
        return getService().getHandler();
    }

    @Override
    public TransportMetadata getTransportMetadata() {
        return TcpService.METADATA;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return stream == null ? null : stream.remoteAddress();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return stream == null ? null : stream.localAddress();
    }
}
