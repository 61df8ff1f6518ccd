package org.ferrule.system.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/** One end of a connection within a test; the other end is its {@link #far}. */
final class FakeStream implements Stream {
    private final FakeLoop loop;
    private FakeStream far;
    private StreamHandler handler;
    private boolean closed;
    private boolean outputEnded;

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

    @Override
    public EventLoop loop() {
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
        if (!closed && !outputEnded) {
            loop.execute(() -> {
                if (far.handler != null && !far.closed) {
                    far.handler.received(far, copy);
                }
            });
        }
        return true;
    }

    @Override
    public long queued() {
        return 0;
    }

    @Override
    public void suspendRead() {}

    @Override
    public void resumeRead() {}

    @Override
    public void shutdownOutput() {
        if (!outputEnded) {
            outputEnded = true;
            loop.execute(() -> {
                if (far.handler != null && !far.closed) {
                    far.handler.inputEnded(far);
                }
                if (far.outputEnded) {
                    end(CloseReason.ORDERLY);
                    far.end(CloseReason.ORDERLY);
                }
            });
        }
    }

    @Override
    public void reset() {
        end(new CloseReason(CloseReason.Kind.RESET_HERE, "reset"));
        loop.execute(() -> far.end(new CloseReason(CloseReason.Kind.RESET_BY_PEER, "the connection was reset")));
    }

    private void end(CloseReason reason) {
        if (!closed) {
            closed = true;
            if (handler != null) {
                handler.closed(this, reason);
            }
        }
    }

    @Override
    public boolean closed() {
        return closed;
    }
}
