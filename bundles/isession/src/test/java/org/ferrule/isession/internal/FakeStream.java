package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** One end of a connection within a test; the other end is its {@link #far}. */
final class FakeStream implements Stream {
    private final FakeLoop loop;
    private final Queue<ByteBuffer> held = new ArrayDeque<>();
    private FakeStream far;
    private StreamHandler handler;
    private boolean holding;
    private boolean cut;
    private boolean closed;
    private boolean outputEnded;
    private Duration delay = Duration.ZERO;
    private int chunk = Integer.MAX_VALUE;

    private FakeStream(FakeLoop loop) {
        this.loop = loop;
    }

    static FakeStream pair(FakeLoop loop) {
        FakeStream near = new FakeStream(loop);
        near.far = new FakeStream(loop);
        near.far.far = near;
        return near;
    }

    FakeStream far() {
        return far;
    }

    boolean outputEnded() {
        return outputEnded;
    }

    /** What is written arrives in pieces of this size. */
    void chunk(int size) {
        chunk = size;
    }

    /** What is written arrives so much later. */
    void delay(Duration time) {
        delay = time;
    }

    /** Takes no more: what is written waits. */
    void hold() {
        holding = true;
    }

    /** Takes what waits, and more. */
    void release() {
        holding = false;
        held.forEach(this::deliver);
        held.clear();
        handler.writable(this);
    }

    /** What is written is lost from now on. */
    void cut() {
        cut = true;
    }

    private void deliver(ByteBuffer data) {
        if (cut) {
            return;
        }
        while (data.hasRemaining()) {
            int size = Math.min(chunk, data.remaining());
            ByteBuffer piece = data.slice(data.position(), size);
            data.position(data.position() + size);
            if (delay.isZero()) {
                loop.execute(() -> far.arrived(piece));
            } else {
                loop.schedule(delay, () -> far.arrived(piece));
            }
        }
    }

    private void arrived(ByteBuffer data) {
        if (handler != null && !closed) {
            handler.received(this, data);
        }
    }

    @Override
    public FakeLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress("192.0.2.1", 1);
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress("192.0.2.2", 2);
    }

    @Override
    public void handler(StreamHandler next) {
        handler = next;
    }

    @Override
    public boolean write(ByteBuffer data) {
        ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
        if (closed || outputEnded) {
            return true;
        }
        if (holding) {
            held.add(copy);
            return false;
        }
        deliver(copy);
        return true;
    }

    @Override
    public long queued() {
        return held.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    @Override
    public void suspendRead() {
        throw new UnsupportedOperationException("a fibre never stops reading");
    }

    @Override
    public void resumeRead() {
        throw new UnsupportedOperationException("a fibre never stops reading");
    }

    @Override
    public void shutdownOutput() {
        if (!outputEnded && !closed) {
            outputEnded = true;
            loop.execute(() -> {
                if (far.handler != null && !far.closed) {
                    far.handler.inputEnded(far);
                }
            });
        }
    }

    @Override
    public void reset() {
        end(new CloseReason(Kind.RESET_HERE, ""));
        loop.execute(() -> far.end(new CloseReason(Kind.RESET_BY_PEER, "")));
    }

    private void end(CloseReason reason) {
        if (!closed) {
            closed = true;
            loop.execute(() -> {
                if (handler != null) {
                    handler.closed(this, reason);
                }
            });
        }
    }

    @Override
    public boolean closed() {
        return closed;
    }
}
