package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.traffic.Pools;
import org.ferrule.traffic.Tunnels;
import org.ferrule.traffic.VirtualServers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client connection inside a tunnel, as a stream. On the loop of its fibre, all of it. */
final class Flow implements Stream {
    private static final Logger LOG = LoggerFactory.getLogger(Flow.class);

    private final Fibre fibre;
    private final int id;
    private final Opening opening;
    private final boolean openedHere;

    /** Null as soon as the peer has the flow: what chose it takes memory for as long as it is kept. */
    private Tunnels.FlowHandler opener;

    private final FlowOutput output;
    private final FlowInput input;
    private StreamHandler handler;
    private boolean answered;
    private CloseReason closed;

    /** The endpoint that was chosen of a pool, which counts what the flow moves; null without one. */
    private Pools.Selection member;

    private final FlowEvent event = FlowEvent.begun();

    /** @param opener who opened it at this end; null for a flow that the peer opened */
    Flow(Fibre fibre, int id, Opening opening, Tunnels.FlowHandler opener) {
        this.fibre = fibre;
        this.id = id;
        this.opening = opening;
        this.opener = opener;
        openedHere = opener != null;
        output = new FlowOutput(fibre, this);
        input = new FlowInput(fibre, this);
    }

    /** The appliances that it passed. */
    List<String> via() {
        return opening.via();
    }

    /** Its trust domain. */
    String domain() {
        return opening.domain();
    }

    int id() {
        return id;
    }

    /** It waits for the dictionary no more; {@code stall} is null unless that was recorded. */
    void goesOn(DictionaryStallEvent stall) {
        if (stall != null) {
            stall.over(fibre.owner().device(), opening.client());
        }
    }

    FlowOutput output() {
        return output;
    }

    FlowInput input() {
        return input;
    }

    /** Has a member of a pool count what this flow moves, until it is over, taken back, or reset. */
    void countFor(Pools.Selection chosen) {
        member = chosen;
    }

    /** So many raw bytes more were sent to the peer. */
    void sent(int raw) {
        if (member != null) {
            member.moved(raw, 0);
        }
    }

    /** So many raw bytes more came from the peer. */
    void received(int raw) {
        if (member != null) {
            member.moved(0, raw);
        }
    }

    // ---- the stream

    @Override
    public EventLoop loop() {
        return fibre.loop();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return opening.client();
    }

    @Override
    public InetSocketAddress localAddress() {
        return opening.destination();
    }

    @Override
    public void handler(StreamHandler next) {
        handler = next;
    }

    @Override
    public long queued() {
        return output.queued();
    }

    @Override
    public boolean closed() {
        return closed != null;
    }

    @Override
    public boolean write(ByteBuffer data) {
        if (closed != null) {
            data.position(data.limit());
            return true;
        }
        return output.write(data);
    }

    @Override
    public void flush() {
        if (closed == null) {
            output.flush();
        }
    }

    @Override
    public void shutdownOutput() {
        if (closed == null) {
            output.shutdown();
        }
    }

    @Override
    public void reset() {
        fail("");
    }

    /** This end cannot go on with the flow. */
    void fail(String reason) {
        if (closed == null) {
            fibre.output().text(FrameType.RESET, id, 0, reason);
            close(new CloseReason(Kind.RESET_HERE, reason));
        }
    }

    @Override
    public void suspendRead() {
        input.suspend();
    }

    @Override
    public void resumeRead() {
        if (closed == null) {
            input.resume();
        }
    }

    // ---- what its handler is told

    void deliver(ByteBuffer raw) {
        guarded(() -> handler.received(this, raw));
    }

    void paused() {
        guarded(() -> handler.paused(this));
    }

    void inputEnded() {
        guarded(() -> handler.inputEnded(this));
    }

    void writable() {
        guarded(() -> handler.writable(this));
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("the handler of a flow of {} failed", opening.client(), e);
            reset();
        }
    }

    // ---- the peer's answer

    void accept(VirtualServers.Acceptor acceptor) {
        guarded(() -> acceptor.accept(this));
    }

    /** The peer has the flow: it cannot refuse it any more. */
    void answered() {
        answered = true;
        opener = null;
    }

    void refusalReceived(String reason) throws ProtocolError {
        if (answered || !openedHere) {
            throw new ProtocolError(Rule.FLOW_STATE, "flow " + id + " is refused after it was opened");
        }
        refusedByPeer(reason);
    }

    /** The peer takes the flow no more; if it has not opened a server side, the connection may be served otherwise. */
    void refusedByPeer(String reason) {
        if (closed != null) {
            return;
        }
        if (!answered && takenBack()) {
            release(new CloseReason(Kind.RESET_BY_PEER, reason));
            opener.refused(reason);
        } else {
            close(new CloseReason(Kind.RESET_BY_PEER, reason));
        }
    }

    private boolean takenBack() {
        try {
            return opener.takeBack(this);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("the opener of a flow of {} failed", opening.client(), e);
            return false;
        }
    }

    // ---- the end

    void resetReceived(String reason) {
        close(new CloseReason(Kind.RESET_BY_PEER, reason));
    }

    void closeIfDone() {
        if (output.ended() && input.ended() && closed == null) {
            close(CloseReason.ORDERLY);
        }
    }

    /** The fibre ends, or this flow does. */
    void close(CloseReason reason) {
        if (closed == null) {
            release(reason);
            // Later, so that whoever is in the middle of a call on this stream has returned from it.
            loop().execute(() -> {
                if (handler != null) {
                    handler.closed(this, reason);
                }
            });
        }
    }

    private void release(CloseReason reason) {
        closed = reason;
        if (event != null) {
            event.over(fibre, opening, openedHere, input, output, reason);
        }
        output.release();
        input.release(reason.kind() == Kind.RESET_BY_PEER);
        if (member != null) {
            member.ended();
            member = null;
        }
        fibre.flows().remove(this);
    }
}
