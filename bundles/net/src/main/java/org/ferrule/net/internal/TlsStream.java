package org.ferrule.net.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** A TLS session, after its handshake, as a stream on top of another. On the thread of the loop of both. */
final class TlsStream implements Movable, StreamHandler {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** What an engine has on the heap, and a record of which only a part has arrived. */
    private static final long HELD = 48 << 10;

    private final Stream transport;
    private final SSLEngine engine;
    private TlsScratch scratch;

    private final MemoryAccount account;

    private final TlsRecords records = new TlsRecords();

    /** Encrypted bytes that arrived while nobody wanted to read. */
    private ByteBuffer early;

    private StreamHandler handler;
    private boolean moving;
    private boolean suspended = true;
    private boolean inputEnded;
    private boolean outputEnded;
    private CloseReason closed;

    TlsStream(Stream transport, SSLEngine engine, TlsScratch scratch, ByteBuffer early) {
        this.transport = transport;
        this.engine = engine;
        this.scratch = scratch;
        account = scratch.account();
        account.take(HELD);
        early(early.hasRemaining() ? copy(early) : null);
        transport.handler(this);
        transport.suspendRead();
    }

    private void early(ByteBuffer next) {
        account.take((next == null ? 0 : next.capacity()) - (early == null ? 0 : early.capacity()));
        early = next;
    }

    private static ByteBuffer copy(ByteBuffer data) {
        return ByteBuffer.allocate(data.remaining()).put(data).flip();
    }

    @Override
    public EventLoop loop() {
        return transport.loop();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return transport.remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
        return transport.localAddress();
    }

    @Override
    public void handler(StreamHandler next) {
        boolean first = handler == null;
        handler = next;
        if (first) {
            resumeRead();
        }
    }

    @Override
    public boolean pace(long bytesPerSecond) {
        return transport.pace(bytesPerSecond);
    }

    @Override
    public boolean unsentLowWaterMark(int bytes) {
        return transport.unsentLowWaterMark(bytes);
    }

    @Override
    public long bandwidth() {
        return transport.bandwidth();
    }

    @Override
    public void vital() {
        transport.vital();
    }

    @Override
    public long queued() {
        return transport.queued();
    }

    @Override
    public boolean closed() {
        return closed != null;
    }

    @Override
    public void suspendRead() {
        suspended = true;
        transport.suspendRead();
    }

    @Override
    public void resumeRead() {
        if (!suspended || handler == null || closed != null) {
            return;
        }
        suspended = false;
        if (early != null) {
            loop().execute(this::deliverEarly);
        } else if (!inputEnded) {
            transport.resumeRead();
        }
    }

    private void deliverEarly() {
        if (suspended || moving || early == null || closed != null) {
            return;
        }
        ByteBuffer data = early;
        early(null);
        received(transport, data);
        if (!suspended && !moving && closed == null && early == null) {
            handler.paused(this);
            if (!inputEnded) {
                transport.resumeRead();
            }
        }
    }

    @Override
    public void move(TcpService service, Loop target, Runnable done) {
        if (!(transport instanceof Movable movable)) {
            throw new IllegalArgumentException("only TCP connections move, and TLS on them");
        }
        movable.move(service, target, () -> {
            moving = false;
            scratch = target.tls();
            if (!suspended && early == null) {
                transport.resumeRead();
            } else if (!suspended) {
                // What arrived first is told first.
                transport.suspendRead();
                target.execute(this::deliverEarly);
            }
            done.run();
        });
        moving = true;
    }

    @Override
    public boolean write(ByteBuffer data) {
        if (closed != null || outputEnded) {
            data.position(data.limit());
            return true;
        }
        boolean room = true;
        try {
            while (data.hasRemaining()) {
                ByteBuffer sealed = scratch.sealed();
                seal(data, sealed);
                room = transport.write(sealed.flip());
            }
        } catch (SSLException e) {
            data.position(data.limit());
            broken(e);
        }
        return room;
    }

    /** Encrypts as many records as fit; a key update makes a record of its own, for which room is left too. */
    private void seal(ByteBuffer data, ByteBuffer sealed) throws SSLException {
        int record = 2 * engine.getSession().getPacketBufferSize();
        do {
            SSLEngineResult result = engine.wrap(data, sealed);
            if (result.getStatus() == Status.CLOSED) {
                data.position(data.limit());
                return;
            }
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                return;
            }
        } while (data.hasRemaining() && sealed.remaining() >= record);
    }

    @Override
    public void shutdownOutput() {
        if (closed != null || outputEnded) {
            return;
        }
        outputEnded = true;
        engine.closeOutbound();
        answer();
        if (inputEnded) {
            transport.shutdownOutput();
        }
    }

    /** Sends what the engine has to say by itself: a close_notify, a key update, an alert. */
    private void answer() {
        try {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                ByteBuffer sealed = scratch.sealed();
                SSLEngineResult result = engine.wrap(NOTHING, sealed);
                transport.write(sealed.flip());
                if (result.getStatus() != Status.OK || result.bytesProduced() == 0) {
                    return;
                }
            }
        } catch (SSLException e) {
            broken(e);
        }
    }

    @Override
    public void reset() {
        end(new CloseReason(Kind.RESET_HERE, ""));
        transport.reset();
    }

    @Override
    public void received(Stream stream, ByteBuffer data) {
        ByteBuffer plain = scratch.borrowPlain();
        try {
            open(data, plain);
        } catch (SSLException e) {
            answer();
            broken(e);
        } finally {
            scratch.returnPlain(plain);
        }
    }

    private void open(ByteBuffer data, ByteBuffer plain) throws SSLException {
        int most = engine.getSession().getApplicationBufferSize();
        while (data.hasRemaining() && closed == null && !inputEnded) {
            if (suspended || moving) {
                early(early == null ? copy(data) : joined(early, data));
                return;
            }
            ByteBuffer record = records.next(data);
            if (record != null) {
                unwrap(record, plain);
                records.read(record);
            }
            if (record == null || plain.remaining() < most || !data.hasRemaining()) {
                deliver(plain);
            }
        }
        deliver(plain);
    }

    private static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
        return ByteBuffer.allocate(first.remaining() + second.remaining())
                .put(first)
                .put(second)
                .flip();
    }

    private void deliver(ByteBuffer plain) {
        if (plain.position() > 0 && closed == null) {
            handler.received(this, plain.flip());
        }
        plain.clear();
    }

    private void unwrap(ByteBuffer record, ByteBuffer plain) throws SSLException {
        SSLEngineResult result = engine.unwrap(record, plain);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            deliver(plain);
            result = engine.unwrap(record, plain);
        }
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            // After the handshake these are a ticket's or a key update's: microseconds.
            Runnable task = engine.getDelegatedTask();
            if (task == null) {
                break;
            }
            task.run();
        }
        if (result.getStatus() == Status.CLOSED || engine.isInboundDone()) {
            deliver(plain);
            endInput();
        } else if (result.getStatus() != Status.OK) {
            throw new SSLException("a TLS record could not be read: " + result.getStatus());
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !outputEnded) {
            answer();
        }
    }

    private void endInput() {
        if (inputEnded || closed != null) {
            return;
        }
        inputEnded = true;
        handler.inputEnded(this);
        if (outputEnded) {
            transport.shutdownOutput();
        }
        // The end of the connection itself is still to be seen.
        transport.resumeRead();
    }

    @Override
    public void inputEnded(Stream stream) {
        if (!inputEnded) {
            end(new CloseReason(
                    Kind.RESET_BY_PEER, "the connection ended without a close_notify: it may be truncated"));
            transport.reset();
        } else if (outputEnded) {
            transport.shutdownOutput();
        }
    }

    @Override
    public void writable(Stream stream) {
        if (closed == null && handler != null) {
            handler.writable(this);
        }
    }

    @Override
    public void paused(Stream stream) {
        if (closed == null && handler != null && !suspended) {
            handler.paused(this);
        }
    }

    @Override
    public void closed(Stream stream, CloseReason reason) {
        boolean orderly = inputEnded && outputEnded;
        end(orderly ? CloseReason.ORDERLY : reason);
    }

    private void broken(SSLException e) {
        end(new CloseReason(Kind.PROTOCOL_ERROR, String.valueOf(e.getMessage())));
        transport.reset();
    }

    private void end(CloseReason reason) {
        if (closed == null) {
            closed = reason;
            early(null);
            account.release(HELD);
            loop().execute(() -> {
                if (handler != null) {
                    handler.closed(this, reason);
                }
            });
        }
    }
}
