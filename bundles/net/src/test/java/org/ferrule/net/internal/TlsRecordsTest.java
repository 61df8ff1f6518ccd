package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLSession;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.junit.jupiter.api.Test;

/** The buffer that records are written to, with an engine that changes its keys all the time. */
class TlsRecordsTest {
    private static final int PACKET = 16_709;
    private static final int PAYLOAD = 1 << 14;
    private static final byte KEY_UPDATE = 22;

    /**
     * Before each record of data one that changes the keys, in the same wrap, as Bouncy Castle's engine does after 2^20
     * records; where there is no room for both it breaks, as that one does.
     */
    private static final class Changing extends FakeEngine {
        @Override
        public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer to) {
            int n = Math.min(PAYLOAD, sources[offset].remaining());
            int produced = 2 * PACKET - PAYLOAD + n;
            if (to.remaining() < produced) {
                throw new BufferOverflowException();
            }
            to.put(new byte[2 * PACKET - PAYLOAD]);
            to.put(to.position() - 1, KEY_UPDATE);
            to.put(to.position(), sources[offset], sources[offset].position(), n)
                    .position(to.position() + n);
            sources[offset].position(sources[offset].position() + n);
            return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, n, produced);
        }
    }

    /** Collects what is written to it. */
    private static final class Sink implements Stream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public boolean write(ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            written.writeBytes(bytes);
            return true;
        }

        @Override
        public EventLoop loop() {
            throw new UnsupportedOperationException("nothing here needs a loop");
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return null;
        }

        @Override
        public InetSocketAddress localAddress() {
            return null;
        }

        @Override
        public void handler(StreamHandler handler) {}

        @Override
        public long queued() {
            return 0;
        }

        @Override
        public void suspendRead() {}

        @Override
        public void resumeRead() {}

        @Override
        public void shutdownOutput() {}

        @Override
        public void reset() {}

        @Override
        public boolean closed() {
            return false;
        }
    }

    @Test
    void aWrapThatMakesTwoRecordsHasRoomForBoth() {
        Sink sink = new Sink();
        TlsStream stream = new TlsStream(
                sink,
                new Changing(),
                new TlsScratch(MemoryBudget.ofProcess().open("TLS", Area.HEAP)),
                ByteBuffer.allocate(0));
        byte[] sent = new byte[1_000_003];
        new SplittableRandom(5).nextBytes(sent);
        ByteBuffer data = ByteBuffer.wrap(sent);
        stream.write(data);
        assertFalse(data.hasRemaining());
        assertFalse(stream.closed());
        assertArrayEquals(sent, payload(ByteBuffer.wrap(sink.written.toByteArray()), sent.length));
    }

    private static byte[] payload(ByteBuffer records, int size) {
        ByteBuffer all = ByteBuffer.allocate(size);
        while (records.hasRemaining()) {
            records.position(records.position() + 2 * PACKET - PAYLOAD - 1);
            assertEquals(KEY_UPDATE, records.get());
            int n = Math.min(PAYLOAD, records.remaining());
            all.put(records.slice(records.position(), n));
            records.position(records.position() + n);
        }
        return all.array();
    }

    /** An engine that says of itself only how large its packets are. */
    private abstract static class FakeEngine extends SSLEngine {
        @Override
        public SSLSession getSession() {
            return (SSLSession) java.lang.reflect.Proxy.newProxyInstance(
                    SSLSession.class.getClassLoader(),
                    new Class<?>[] {SSLSession.class},
                    (proxy, method, arguments) -> {
                        assertEquals("getPacketBufferSize", method.getName());
                        return PACKET;
                    });
        }

        @Override
        public HandshakeStatus getHandshakeStatus() {
            return HandshakeStatus.NOT_HANDSHAKING;
        }

        @Override
        public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Runnable getDelegatedTask() {
            return null;
        }

        @Override
        public void closeInbound() {}

        @Override
        public boolean isInboundDone() {
            return false;
        }

        @Override
        public void closeOutbound() {}

        @Override
        public boolean isOutboundDone() {
            return false;
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return new String[0];
        }

        @Override
        public String[] getEnabledCipherSuites() {
            return new String[0];
        }

        @Override
        public void setEnabledCipherSuites(String[] suites) {}

        @Override
        public String[] getSupportedProtocols() {
            return new String[0];
        }

        @Override
        public String[] getEnabledProtocols() {
            return new String[0];
        }

        @Override
        public void setEnabledProtocols(String[] protocols) {}

        @Override
        public void beginHandshake() {}

        @Override
        public void setUseClientMode(boolean mode) {}

        @Override
        public boolean getUseClientMode() {
            return false;
        }

        @Override
        public void setNeedClientAuth(boolean need) {}

        @Override
        public boolean getNeedClientAuth() {
            return false;
        }

        @Override
        public void setWantClientAuth(boolean want) {}

        @Override
        public boolean getWantClientAuth() {
            return false;
        }

        @Override
        public void setEnableSessionCreation(boolean flag) {}

        @Override
        public boolean getEnableSessionCreation() {
            return false;
        }
    }
}
