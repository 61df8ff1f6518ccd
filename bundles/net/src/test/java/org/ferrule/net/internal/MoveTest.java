package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream that is given to another loop. */
@Timeout(30)
class MoveTest {
    private final Lab lab = new Lab();
    private final CompletableFuture<Stream> accepted = new CompletableFuture<>();

    @AfterEach
    void end() {
        lab.close();
    }

    private EventLoop other(Stream stream) {
        return lab.network.loops().get(1 - stream.loop().index());
    }

    private Stream accepted() throws Exception {
        return accepted.get(10, TimeUnit.SECONDS);
    }

    /** Accepts connections and gives each an echo. */
    private Listener echo() throws Exception {
        return lab.listen(stream -> {
            stream.handler(lab.new Echo());
            accepted.complete(stream);
        });
    }

    @Test
    void whatArrivesBeforeDuringAndAfterIsToldInOrder() throws Exception {
        int size = 4_000_000;
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Listener listener = lab.listen(stream -> stream.handler(lab.new Echo() {
            private boolean moving;
            private int moves;

            @Override
            public void received(Stream s, ByteBuffer data) {
                assertTrue(s.loop().inLoop() && !moving, "told while it moves, or by another loop");
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                got.writeBytes(bytes);
                if (got.size() >= size) {
                    all.complete(got.toByteArray());
                } else if (moves < 20) {
                    moves++;
                    moving = true;
                    lab.network.move(s, other(s), there -> moving = false);
                }
            }

            @Override
            public void paused(Stream s) {
                assertTrue(s.loop().inLoop() && !moving, "told of a pause while it moves");
            }
        }));
        byte[] sent = new byte[size];
        new SplittableRandom(7).nextBytes(sent);
        try (Socket socket = Lab.connect(listener)) {
            socket.getOutputStream().write(sent);
            assertArrayEquals(sent, all.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void oneThatIsSuspendedStaysSoUntilItIsResumedOnItsNewLoop() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted();
            EventLoop target = other(stream);
            CompletableFuture<Void> moved = new CompletableFuture<>();
            Lab.on(stream.loop(), () -> {
                stream.suspendRead();
                lab.network.move(stream, target, there -> moved.complete(null));
            });
            moved.get(10, TimeUnit.SECONDS);
            socket.getOutputStream().write("late".getBytes());
            // Both turns of the loop select, and would tell of it.
            Lab.on(target, () -> {});
            Lab.on(target, () -> {});
            assertNull(lab.told.poll());
            Lab.on(target, stream::resumeRead);
            assertEquals("received late on " + target.index(), lab.next());
            assertEquals("late", new String(socket.getInputStream().readNBytes(4)));
        }
    }

    @Test
    void whatIsQueuedIsSentByTheNewLoop() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted();
            EventLoop target = other(stream);
            CompletableFuture<Long> sent = new CompletableFuture<>();
            Lab.on(stream.loop(), () -> {
                byte[] block = new byte[1 << 14];
                long written = block.length;
                while (stream.write(ByteBuffer.wrap(block))) {
                    written += block.length;
                }
                assertTrue(stream.queued() > 0);
                sent.complete(written);
                lab.network.move(stream, target, there -> {});
            });
            long expected = sent.get(10, TimeUnit.SECONDS);
            assertEquals(expected, socket.getInputStream().readNBytes((int) expected).length);
            assertEquals("writable on " + target.index(), lab.next());
        }
    }

    @Test
    void itMayBeMovedFromTheCallThatAcceptsItWithAHandlerSetAfterwards() throws Exception {
        Listener listener = lab.listen(stream -> {
            lab.network.move(stream, other(stream), there -> accepted.complete(there));
            stream.handler(lab.new Echo());
        });
        try (Socket socket = Lab.connect(listener)) {
            socket.getOutputStream().write("x".getBytes());
            int home = accepted().loop().index();
            assertEquals("received x on " + home, lab.next());
        }
    }

    @Test
    void thePauseThatTheMoveCutShortIsToldOnTheNewLoop() throws Exception {
        Listener listener = lab.listen(stream -> stream.handler(lab.new Echo() {
            @Override
            public void received(Stream s, ByteBuffer data) {
                data.position(data.limit());
                EventLoop target = other(s);
                lab.network.move(s, target, there -> accepted.complete(there));
            }
        }));
        try (Socket socket = Lab.connect(listener)) {
            socket.getOutputStream().write(1);
            assertEquals("paused on " + accepted().loop().index(), lab.told.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void aResetByThePeerDuringTheMoveIsToldOnceAfterwards() throws Exception {
        Listener listener = echo();
        Socket socket = Lab.connect(listener);
        Stream stream = accepted();
        EventLoop target = other(stream);
        CompletableFuture<Void> moving = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        stream.loop().execute(() -> {
            lab.network.move(stream, target, there -> done.complete(there.closed()));
            moving.complete(null);
            // The loop waits here, in the middle of the move, until the peer is gone.
            gone.join();
        });
        moving.get(10, TimeUnit.SECONDS);
        Lab.reset(socket);
        gone.complete(null);
        assertEquals(false, done.get(10, TimeUnit.SECONDS));
        assertEquals("closed RESET_BY_PEER on " + target.index(), lab.next());
        settled();
        assertNull(lab.told.poll());
    }

    @Test
    void aResetHereBeforeTheHandOverIsToldOnceAndNothingGoesOn() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted();
            EventLoop home = stream.loop();
            CompletableFuture<Void> done = new CompletableFuture<>();
            Lab.on(home, () -> {
                lab.network.move(stream, other(stream), there -> done.complete(null));
                stream.reset();
            });
            assertEquals("closed RESET_HERE on " + home.index(), lab.next());
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
            settled();
            assertNull(lab.told.poll());
            assertTrue(!done.isDone(), "the move went on with a closed stream");
        }
    }

    @Test
    void aResetThatTheOldLoopAsksForAfterTheHandOverReachesTheNewOne() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted();
            EventLoop home = stream.loop();
            EventLoop target = other(stream);
            CompletableFuture<Void> moved = new CompletableFuture<>();
            Lab.on(home, () -> lab.network.move(stream, target, there -> moved.complete(null)));
            moved.get(10, TimeUnit.SECONDS);
            Lab.on(home, stream::reset);
            assertEquals("closed RESET_HERE on " + target.index(), lab.next());
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
        }
        settled();
        assertEquals(
                0, lab.network.loops().stream().mapToInt(EventLoop::streams).sum());
    }

    @Test
    void aResetWhileTheTargetIsStillBusyClosesItThere() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted();
            EventLoop home = stream.loop();
            EventLoop target = other(stream);
            CompletableFuture<Void> waits = new CompletableFuture<>();
            CompletableFuture<Void> busy = new CompletableFuture<>();
            CompletableFuture<Void> done = new CompletableFuture<>();
            // What is due runs before tasks do, and those before streams are taken in.
            target.schedule(Duration.ZERO, () -> {
                waits.complete(null);
                busy.join();
            });
            waits.get(10, TimeUnit.SECONDS);
            Lab.on(home, () -> lab.network.move(stream, target, there -> done.complete(null)));
            CompletableFuture<Void> asked = new CompletableFuture<>();
            home.execute(() -> resetWhenHandedOver(home, stream, asked));
            asked.get(10, TimeUnit.SECONDS);
            busy.complete(null);
            assertEquals("closed RESET_HERE on " + target.index(), lab.next());
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
            settled();
            assertNull(lab.told.poll());
            assertTrue(!done.isDone(), "the move went on with a closed stream");
            assertEquals(
                    0, lab.network.loops().stream().mapToInt(EventLoop::streams).sum());
        }
    }

    private static void resetWhenHandedOver(EventLoop home, Stream stream, CompletableFuture<Void> asked) {
        if (stream.loop() == home) {
            home.execute(() -> resetWhenHandedOver(home, stream, asked));
        } else {
            stream.reset();
            asked.complete(null);
        }
    }

    @Test
    void theTimeWithoutTrafficGoesOnAcrossAMove() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            TcpStream stream = (TcpStream) accepted();
            EventLoop target = other(stream);
            long before = stream.lastMoved();
            CompletableFuture<Long> after = new CompletableFuture<>();
            Lab.on(stream.loop(), () -> lab.network.move(stream, target, there -> after.complete(stream.lastMoved())));
            assertEquals(before, after.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void aStreamThatMovesIsNotMovedAgainBeforeItIsThere() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted();
            Lab.on(stream.loop(), () -> {
                lab.network.move(stream, other(stream), there -> {});
                assertThrows(IllegalStateException.class, () -> lab.network.move(stream, other(stream), there -> {}));
            });
        }
    }

    @Test
    void aNetworkThatStopsTellsWhoeverIsOnTheMove() throws Exception {
        Listener listener = echo();
        try (Socket socket = Lab.connect(listener)) {
            Stream stream = accepted();
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            Thread stopper = new Thread(() -> {
                lab.network.deactivate();
                stopped.complete(null);
            });
            stream.loop().execute(() -> {
                lab.network.move(stream, other(stream), there -> lab.told.add("moved"));
                stopper.start();
                awaitWaiting(stopper);
            });
            stopped.get(10, TimeUnit.SECONDS);
            String first = lab.next();
            String end = "moved".equals(first) ? lab.next() : first;
            assertTrue(String.valueOf(end).startsWith("closed RESET_HERE"), end);
            assertNull(lab.told.poll());
        }
    }

    /** Until the thread waits for the loops to end. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    /** Every loop has done what it had to do, twice over. */
    private void settled() throws Exception {
        for (int i = 0; i < 2; i++) {
            for (EventLoop loop : lab.network.loops()) {
                Lab.on(loop, () -> {});
            }
        }
    }
}
