package org.ferrule.virtual.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** One end of a connection within a test; the other end is its {@link #far}. Bytes move a chunk at a turn of the loop. */
final class FakeStream implements Stream {
    static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 1024);
    static final InetSocketAddress CALLED = new InetSocketAddress("203.0.113.2", 80);

    private final FakeLoop loop;
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private FakeStream far;
    private StreamHandler handler;
    private int high = 1 << 20;
    private int chunk = 1 << 14;
    private long queued;
    private boolean overHigh;
    private boolean suspended;
    private boolean outputEnding;
    private boolean outputEnded;
    private CloseReason closed;
    long mostQueued;

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

    FakeStream marks(int highMark, int chunkSize) {
        high = highMark;
        chunk = chunkSize;
        return this;
    }

    boolean suspended() {
        return suspended;
    }

    CloseReason ended() {
        return closed;
    }

    private void turn() {
        if (closed != null || far.closed != null || far.suspended || far.handler == null) {
            return;
        }
        ByteBuffer head = queue.peek();
        if (head != null) {
            byte[] lent = new byte[Math.min(chunk, head.remaining())];
            head.get(lent);
            if (!head.hasRemaining()) {
                queue.poll();
            }
            queued -= lent.length;
            far.handler.received(far, ByteBuffer.wrap(lent));
            // What the handler kept a hold of without copying is no longer there.
            java.util.Arrays.fill(lent, (byte) 0xEE);
            loop.execute(this::turn);
        }
        if (overHigh && queued <= high / 2 && closed == null) {
            overHigh = false;
            handler.writable(this);
        }
        if (queue.isEmpty() && outputEnding && !outputEnded && closed == null && far.closed == null) {
            outputEnded = true;
            far.handler.inputEnded(far);
            if (far.outputEnded) {
                end(CloseReason.ORDERLY);
                far.end(CloseReason.ORDERLY);
            }
        }
    }

    /** Delivers although nobody wants to read, as a stream may that was in the middle of it. */
    void deliver(byte[] data) {
        handler.received(this, ByteBuffer.wrap(data));
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return CLIENT;
    }

    @Override
    public InetSocketAddress localAddress() {
        return CALLED;
    }

    @Override
    public void handler(StreamHandler next) {
        handler = next;
        loop.execute(far::turn);
    }

    @Override
    public boolean write(ByteBuffer data) {
        if (closed != null || outputEnding) {
            data.position(data.limit());
            return true;
        }
        queued += data.remaining();
        mostQueued = Math.max(mostQueued, queued);
        queue.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
        overHigh |= queued >= high;
        loop.execute(this::turn);
        return !overHigh;
    }

    @Override
    public long queued() {
        return queued;
    }

    @Override
    public void suspendRead() {
        suspended = true;
    }

    @Override
    public void resumeRead() {
        suspended = false;
        loop.execute(far::turn);
    }

    @Override
    public void shutdownOutput() {
        outputEnding = true;
        loop.execute(this::turn);
    }

    @Override
    public void reset() {
        end(new CloseReason(CloseReason.Kind.RESET_HERE, "reset"));
        loop.execute(() -> far.end(new CloseReason(CloseReason.Kind.RESET_BY_PEER, "the connection was reset")));
    }

    private void end(CloseReason reason) {
        if (closed == null) {
            closed = reason;
            queue.clear();
            queued = 0;
            loop.execute(() -> {
                if (handler != null) {
                    handler.closed(this, reason);
                }
            });
        }
    }

    @Override
    public boolean closed() {
        return closed != null;
    }
}
