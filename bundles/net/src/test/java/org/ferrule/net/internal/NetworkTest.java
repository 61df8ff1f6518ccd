package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP streams against plain sockets over loopback. */
@Timeout(30)
class NetworkTest {
    private static final TcpSettings SETTINGS =
            new TcpSettings(Duration.ZERO, false, false, 0, 0, 1 << 16, 1 << 15, Duration.ZERO);

    private final TcpNetwork network = new TcpNetwork(MemoryBudget.ofProcess());
    private final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        network.deactivate();
    }

    /** Sends back what it gets, and ends when its peer does. */
    private class Echo implements StreamHandler {
        @Override
        public void received(Stream stream, ByteBuffer data) {
            stream.write(data);
        }

        @Override
        public void inputEnded(Stream stream) {
            events.add("end of input");
            stream.shutdownOutput();
        }

        @Override
        public void writable(Stream stream) {
            events.add("writable");
        }

        @Override
        public void closed(Stream stream, CloseReason reason) {
            closed.add(reason);
        }
    }

    private Listener listen(java.util.function.Consumer<Stream> accepted) throws IOException {
        Listener listener = network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.accept(SETTINGS, accepted);
        return listener;
    }

    private static Socket connect(Listener listener) throws IOException {
        Socket socket =
                new Socket(listener.address().getAddress(), listener.address().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private CloseReason awaitClosed() throws InterruptedException {
        CloseReason reason = closed.poll(10, TimeUnit.SECONDS);
        assertTrue(reason != null, "the stream was never closed");
        return reason;
    }

    @Test
    void bytesComeBackAndBothEndsEndInGoodOrder() throws Exception {
        Listener listener = listen(stream -> stream.handler(new Echo()));
        byte[] sent = new byte[300_000];
        new java.util.SplittableRandom(1).nextBytes(sent);
        try (Socket socket = connect(listener)) {
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    events.add("broken " + e);
                }
            });
            writer.start();
            byte[] got = socket.getInputStream().readNBytes(sent.length);
            assertArrayEquals(sent, got);
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(CloseReason.Kind.ORDERLY, awaitClosed().kind());
    }

    @Test
    void aHalfClosedClientStillGetsItsAnswer() throws Exception {
        CompletableFuture<Stream> server = new CompletableFuture<>();
        Listener listener = listen(stream -> {
            stream.handler(new Echo() {
                @Override
                public void inputEnded(Stream s) {
                    server.complete(s);
                }
            });
        });
        try (Socket socket = connect(listener)) {
            socket.shutdownOutput();
            Stream stream = server.get(10, TimeUnit.SECONDS);
            stream.loop().execute(() -> {
                stream.write(ByteBuffer.wrap("late".getBytes()));
                stream.shutdownOutput();
            });
            assertEquals("late", new String(socket.getInputStream().readAllBytes()));
        }
        assertEquals(CloseReason.Kind.ORDERLY, awaitClosed().kind());
    }

    @Test
    void aResetHereIsAResetThere() throws Exception {
        Listener listener = listen(stream -> {
            stream.handler(new Echo());
            stream.reset();
        });
        try (Socket socket = connect(listener)) {
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
        }
        assertEquals(CloseReason.Kind.RESET_HERE, awaitClosed().kind());
    }

    @Test
    void aResetByThePeerIsSeen() throws Exception {
        Listener listener = listen(stream -> stream.handler(new Echo()));
        Socket socket = connect(listener);
        socket.getOutputStream().write(1);
        socket.getInputStream().read();
        socket.setSoLinger(true, 0);
        socket.close();
        assertEquals(CloseReason.Kind.RESET_BY_PEER, awaitClosed().kind());
    }

    @Test
    void aSlowReaderIsToldOfAndTheQueueIsBounded() throws Exception {
        CompletableFuture<Long> queued = new CompletableFuture<>();
        Listener listener = listen(stream -> {
            stream.handler(new Echo());
            byte[] block = new byte[1 << 14];
            long sent = 0;
            while (stream.write(ByteBuffer.wrap(block))) {
                sent += block.length;
            }
            queued.complete(stream.queued());
        });
        try (Socket socket = connect(listener)) {
            long bound = queued.get(10, TimeUnit.SECONDS);
            assertTrue(bound >= 1 << 16 && bound <= (1 << 16) + (1 << 14), "queued " + bound);
            new Thread(() -> {
                        try {
                            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                        } catch (IOException e) {
                            events.add("broken");
                        }
                    })
                    .start();
            assertEquals("writable", events.poll(10, TimeUnit.SECONDS));
        }
    }

    private static InetSocketAddress refusing() throws IOException {
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            return new InetSocketAddress("127.0.0.1", free.getLocalPort());
        }
    }

    /** Dials on the loop; gives how that ended, and when. */
    private String dial(InetSocketAddress address) throws Exception {
        CompletableFuture<String> result = new CompletableFuture<>();
        EventLoop loop = network.loops().get(0);
        loop.execute(() -> {
            AtomicBoolean within = new AtomicBoolean(true);
            network.connect(loop, address, SETTINGS, Duration.ofSeconds(5), new ConnectHandler() {
                private void over(String how) {
                    result.complete(how + (within.get() ? ", within the call" : ""));
                }

                @Override
                public void connected(Stream stream) {
                    stream.handler(new Echo());
                    over("connected");
                }

                @Override
                public void failed(IOException e) {
                    over(e.getMessage());
                }
            });
            within.set(false);
        });
        return result.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aRefusedConnectionSaysWhereAndWhy() throws Exception {
        InetSocketAddress address = refusing();
        assertEquals("127.0.0.1:" + address.getPort() + ": connection refused", dial(address));
    }

    @Test
    void noResultComesWithinTheCall() throws Exception {
        assertEquals(
                "connected", dial(listen(stream -> stream.handler(new Echo())).address()));
        // What no connection leads to the kernel refuses at once.
        String refused = dial(new InetSocketAddress("255.255.255.255", 9));
        assertTrue(refused.startsWith("255.255.255.255:9: "), refused);
        assertFalse(refused.contains("within"), refused);
    }

    @Test
    void aConnectionIsOpenedOnTheLoopThatWasAskedFor() throws Exception {
        Listener listener = listen(stream -> stream.handler(new Echo()));
        for (var loop : network.loops()) {
            CompletableFuture<Stream> open = new CompletableFuture<>();
            network.connect(loop, listener.address(), SETTINGS, Duration.ofSeconds(5), new ConnectHandler() {
                @Override
                public void connected(Stream stream) {
                    assertTrue(loop.inLoop());
                    stream.handler(new Echo() {
                        @Override
                        public void received(Stream s, ByteBuffer data) {
                            open.complete(s);
                        }
                    });
                    stream.write(ByteBuffer.wrap(new byte[] {1}));
                }

                @Override
                public void failed(IOException e) {
                    open.completeExceptionally(e);
                }
            });
            assertEquals(loop, open.get(10, TimeUnit.SECONDS).loop());
        }
    }

    @Test
    void aListenerIsTakenOverByItsOwnerAndGivenBack() throws Exception {
        Listener first = listen(stream -> {
            events.add("first");
            stream.handler(new Echo());
        });
        Listener second = network.listen("test", first.address());
        second.accept(SETTINGS, stream -> {
            events.add("second");
            stream.handler(new Echo());
        });
        connect(first).close();
        assertEquals("second", next("second"));
        second.close();
        connect(first).close();
        assertEquals("first", next("first"));
    }

    private String next(String wanted) throws InterruptedException {
        while (true) {
            String event = events.poll(10, TimeUnit.SECONDS);
            if (event == null || event.equals(wanted)) {
                return event;
            }
        }
    }

    @Test
    void anotherOwnerIsRefusedByName() throws Exception {
        Listener listener = listen(stream -> stream.handler(new Echo()));
        IOException refused = assertThrows(IOException.class, () -> network.listen("isession", listener.address()));
        assertTrue(refused.getMessage().contains("in use by test"), refused.getMessage());
    }

    @Test
    void aHandlerThatThrowsCostsItsOwnConnectionOnly() throws Exception {
        Listener faulty = listen(stream -> stream.handler(new Echo() {
            @Override
            public void received(Stream s, ByteBuffer data) {
                throw new IllegalStateException("a defect");
            }
        }));
        Listener sound = listen(stream -> stream.handler(new Echo()));
        try (Socket bad = connect(faulty);
                Socket good = connect(sound)) {
            bad.getOutputStream().write(1);
            assertThrows(SocketException.class, () -> bad.getInputStream().read());
            good.getOutputStream().write(5);
            assertEquals(5, good.getInputStream().read());
        }
    }

    @Test
    void connectionsLeaveNothingBehind() throws Exception {
        Listener listener = listen(stream -> stream.handler(new Echo()));
        for (int i = 0; i < 500; i++) {
            try (Socket socket = connect(listener)) {
                socket.getOutputStream().write(i);
                socket.getInputStream().read();
            }
        }
        for (int i = 0; i < 500; i++) {
            awaitClosed();
        }
        for (var loop : network.loops()) {
            CompletableFuture<Void> settled = new CompletableFuture<>();
            loop.execute(() -> loop.execute(() -> settled.complete(null)));
            settled.get(10, TimeUnit.SECONDS);
        }
        assertFalse(network.loops().stream().anyMatch(loop -> loop.streams() > 1), "streams are left on the loops");
    }

    @Test
    void whatIsIdleForTooLongIsReset() throws Exception {
        Listener listener = network.listen("test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.accept(
                new TcpSettings(Duration.ofNanos(1), false, false, 0, 0, 1 << 16, 1 << 15, Duration.ZERO),
                stream -> stream.handler(new Echo()));
        try (Socket socket = connect(listener)) {
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
        }
        assertEquals(CloseReason.Kind.TIMED_OUT, awaitClosed().kind());
    }
}
