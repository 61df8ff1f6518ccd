package org.ferrule.monitor.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;

/** A network whose connections a test answers, one dialled connection after the other. */
final class FakeNetwork implements Network {
    final FakeLoop loop = new FakeLoop();
    final List<Dialled> dialled = new ArrayList<>();

    /** A connection as its server sees it. */
    final class Dialled implements Stream {
        private final ConnectHandler result;
        private final StringBuilder sent = new StringBuilder();
        private StreamHandler handler;
        private boolean outputEnded;
        private boolean closed;

        Dialled(ConnectHandler result) {
            this.result = result;
        }

        Dialled open() {
            result.connected(this);
            return this;
        }

        void refuse(String reason) {
            result.failed(new IOException(reason));
        }

        void answer(byte[] data) {
            if (!closed) {
                handler.received(this, ByteBuffer.wrap(data));
            }
        }

        void answer(String text) {
            answer(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void end() {
            if (!closed) {
                handler.inputEnded(this);
            }
        }

        void breakOff() {
            closed = true;
            handler.closed(this, new CloseReason(CloseReason.Kind.RESET_BY_PEER, "reset"));
        }

        String sent() {
            return sent.toString();
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
            return new InetSocketAddress("10.0.0.1", 80);
        }

        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress("10.0.0.9", 1024);
        }

        @Override
        public void handler(StreamHandler next) {
            handler = next;
        }

        @Override
        public boolean write(ByteBuffer data) {
            sent.append(StandardCharsets.ISO_8859_1.decode(data));
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
            outputEnded = true;
        }

        @Override
        public void reset() {
            if (!closed) {
                closed = true;
                loop.execute(() -> handler.closed(this, new CloseReason(CloseReason.Kind.RESET_HERE, "")));
            }
        }

        @Override
        public boolean closed() {
            return closed;
        }
    }

    /** The newest connection. */
    Dialled last() {
        loop.run();
        return dialled.get(dialled.size() - 1);
    }

    @Override
    public List<EventLoop> loops() {
        return List.of(loop);
    }

    @Override
    public Listener listen(String owner, InetSocketAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void connect(
            EventLoop on, InetSocketAddress address, TcpSettings settings, Duration timeout, ConnectHandler result) {
        dialled.add(new Dialled(result));
    }

    @Override
    public void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void move(Stream stream, EventLoop target, Consumer<Stream> done) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TcpSettings settings(String tcpProfile) {
        throw new UnsupportedOperationException();
    }
}
