package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.traffic.Tunnels;
import org.ferrule.traffic.VirtualServers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client connection inside a tunnel, as a stream. On the loop of its fibre, all of it. */
final class Flow implements Stream {
    private static final Logger LOG = LoggerFactory.getLogger(Flow.class);

    /** Raw bytes that wait for credit or for the fibre at which the writer stops, and goes on. */
    private static final int HIGH = 1 << 18;

    private static final int LOW = 1 << 17;

    private final Fibre fibre;
    private final int id;
    private final InetSocketAddress client;
    private final InetSocketAddress destination;
    private final Tunnels.FlowHandler opener;
    private final Window sending = new Window(Protocol.ENCODED_WINDOW, Protocol.RAW_WINDOW);
    private final Window receiving = new Window(Protocol.ENCODED_WINDOW, Protocol.RAW_WINDOW);
    private final BlockEncoder encoder = new BlockEncoder();
    private final BlockDecoder decoder = new BlockDecoder();
    private final ArrayDeque<ByteBuffer> output = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> input = new ArrayDeque<>();
    private StreamHandler handler;
    private long queued;
    private boolean overHigh;
    private boolean waiting;
    private boolean suspended;
    private boolean finPending;
    private boolean finSent;
    private boolean finReceived;
    private boolean inputEnded;
    private boolean touched;
    private boolean answered;
    private CloseReason closed;

    Flow(Fibre fibre, int id, InetSocketAddress client, InetSocketAddress destination, Tunnels.FlowHandler opener) {
        this.fibre = fibre;
        this.id = id;
        this.client = client;
        this.destination = destination;
        this.opener = opener;
    }

    int id() {
        return id;
    }

    BlockEncoder encoder() {
        return encoder;
    }

    @Override
    public EventLoop loop() {
        return fibre.loop();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return client;
    }

    @Override
    public InetSocketAddress localAddress() {
        return destination;
    }

    @Override
    public void handler(StreamHandler next) {
        handler = next;
    }

    @Override
    public long queued() {
        return queued;
    }

    @Override
    public boolean closed() {
        return closed != null;
    }

    // ---- sending

    @Override
    public boolean write(ByteBuffer data) {
        if (closed != null || finPending) {
            data.position(data.limit());
            return true;
        }
        if (output.isEmpty() && !waiting) {
            send(data);
        }
        if (data.hasRemaining()) {
            enqueue(data);
        }
        fibre.flushSoon();
        return !overHigh;
    }

    /** Sends blocks as long as there is credit and the fibre takes them. */
    private void send(ByteBuffer data) {
        while (data.hasRemaining() && !fibre.blocked() && sending.available() > 0) {
            int size = Math.min(data.remaining(), Math.min(sending.available(), Protocol.MOST_ENCODED));
            ByteBuffer block = data.slice(data.position(), size);
            data.position(data.position() + size);
            int encoded = fibre.data(this, block);
            try {
                sending.use(encoded, size);
            } catch (ProtocolError impossible) {
                throw new IllegalStateException("no more was sent than there was credit for", impossible);
            }
        }
    }

    private void enqueue(ByteBuffer data) {
        queued += data.remaining();
        while (data.hasRemaining()) {
            ByteBuffer tail = output.peekLast();
            if (tail == null || tail.limit() == tail.capacity()) {
                tail = fibre.chunks().take();
                output.add(tail);
            }
            int n = Math.min(data.remaining(), tail.capacity() - tail.limit());
            int end = tail.limit();
            tail.limit(end + n).put(end, data, data.position(), n);
            data.position(data.position() + n);
        }
        overHigh |= queued >= HIGH;
        if (sending.available() > 0) {
            waitForFibre();
        }
    }

    private void waitForFibre() {
        if (!waiting && closed == null) {
            waiting = true;
            fibre.enqueue(this);
        }
    }

    /** The fibre's turn came: sends a share of what is queued, and waits again if there is more. */
    void turn(int share) {
        waiting = false;
        int left = share;
        while (!output.isEmpty() && left > 0 && closed == null && !fibre.blocked() && sending.available() > 0) {
            ByteBuffer head = output.peek();
            int before = head.remaining();
            send(head);
            int sent = before - head.remaining();
            queued -= sent;
            left -= sent;
            if (!head.hasRemaining()) {
                fibre.chunks().give(output.poll());
            }
        }
        if (!output.isEmpty() && sending.available() > 0) {
            waitForFibre();
        }
        endOutputIfDrained();
        if (overHigh && queued <= LOW && closed == null) {
            overHigh = false;
            guarded(() -> handler.writable(this));
        }
    }

    @Override
    public void shutdownOutput() {
        if (closed == null && !finPending) {
            finPending = true;
            endOutputIfDrained();
        }
    }

    private void endOutputIfDrained() {
        if (finPending && !finSent && output.isEmpty() && closed == null) {
            finSent = true;
            fibre.sendEmpty(FrameType.FIN, id);
            encoder.close();
            closeIfDone();
        }
    }

    @Override
    public void reset() {
        if (closed == null) {
            fibre.sendReset(id);
            close(new CloseReason(Kind.RESET_HERE, ""));
        }
    }

    // ---- receiving

    void received(ByteBuffer block) throws ProtocolError {
        int raw = BlockDecoder.rawSize(block);
        if (finReceived) {
            throw new ProtocolError(Rule.FLOW_STATE, "data of a flow after its end");
        }
        receiving.use(block.remaining() - Protocol.BLOCK_HEADER, raw);
        if (suspended || !input.isEmpty()) {
            input.add(ByteBuffer.allocate(block.remaining()).put(block).flip());
        } else {
            deliver(block, raw);
        }
    }

    private void deliver(ByteBuffer block, int rawSize) throws ProtocolError {
        touched = true;
        int encoded = block.remaining() - Protocol.BLOCK_HEADER;
        ByteBuffer raw = fibre.raw(rawSize);
        decoder.decode(block, raw, fibre::peerCodec);
        fibre.countIn(encoded, rawSize);
        guarded(() -> handler.received(this, raw.flip()));
        receiving.drained(encoded, rawSize);
        if (closed == null && receiving.worthTelling()) {
            fibre.sendCredit(receiving, id);
        }
    }

    /** All that had arrived was passed on. */
    void paused() {
        if (touched && closed == null && !suspended && input.isEmpty()) {
            touched = false;
            guarded(() -> handler.paused(this));
        }
    }

    void finReceived() throws ProtocolError {
        if (finReceived) {
            throw new ProtocolError(Rule.FLOW_STATE, "the end of a flow's data came twice");
        }
        finReceived = true;
        endInputIfDrained();
    }

    private void endInputIfDrained() {
        if (finReceived && !inputEnded && input.isEmpty() && closed == null) {
            inputEnded = true;
            decoder.close();
            guarded(() -> handler.inputEnded(this));
            closeIfDone();
        }
    }

    @Override
    public void suspendRead() {
        suspended = true;
    }

    @Override
    public void resumeRead() {
        if (suspended && closed == null) {
            suspended = false;
            if (!input.isEmpty()) {
                loop().execute(this::drainInput);
            }
        }
    }

    private void drainInput() {
        try {
            while (!input.isEmpty() && !suspended && closed == null) {
                ByteBuffer block = input.poll();
                deliver(block, BlockDecoder.rawSize(block));
            }
        } catch (ProtocolError e) {
            fibre.fail(e);
            return;
        }
        endInputIfDrained();
        paused();
        fibre.flushSoon();
    }

    void creditReceived(int encoded, int raw) throws ProtocolError {
        sending.add(encoded, raw);
        if (!output.isEmpty()) {
            waitForFibre();
        }
    }

    /** The peer reads no more: what is queued is dropped, and the direction ends. */
    void stopSending() {
        output.forEach(fibre.chunks()::give);
        output.clear();
        queued = 0;
        finPending = true;
        endOutputIfDrained();
        if (overHigh && closed == null) {
            overHigh = false;
            guarded(() -> handler.writable(this));
        }
    }

    void resetReceived(String reason) {
        close(new CloseReason(Kind.RESET_BY_PEER, reason));
    }

    /** The peer has the flow: it cannot refuse it any more. */
    void answered() {
        answered = true;
    }

    void refusalReceived(String reason) throws ProtocolError {
        if (answered || opener == null) {
            throw new ProtocolError(Rule.FLOW_STATE, "flow " + id + " is refused after it was opened");
        }
        refusedByPeer(reason);
    }

    /** The peer takes the flow no more; if it has not opened a server side, the connection may be served otherwise. */
    void refusedByPeer(String reason) {
        if (closed != null) {
            return;
        }
        if (!answered && takenBack(reason)) {
            release(new CloseReason(Kind.RESET_BY_PEER, reason));
        } else {
            close(new CloseReason(Kind.RESET_BY_PEER, reason));
        }
    }

    private boolean takenBack(String reason) {
        try {
            return opener.refusedByPeer(this, reason);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("the opener of a flow of {} failed", client, e);
            return false;
        }
    }

    void accept(VirtualServers.Acceptor acceptor) {
        guarded(() -> acceptor.accept(this));
    }

    // ---- the end

    private void closeIfDone() {
        if (finSent && inputEnded && closed == null) {
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
        output.forEach(fibre.chunks()::give);
        output.clear();
        input.clear();
        queued = 0;
        encoder.close();
        decoder.close();
        fibre.remove(this);
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("the handler of a flow of {} failed", client, e);
            reset();
        }
    }
}
