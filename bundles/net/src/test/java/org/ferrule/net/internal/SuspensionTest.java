package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that nobody reads from: nothing is lost, and a reset is noticed. */
@Timeout(30)
class SuspensionTest {
    private final Lab lab = new Lab();
    private final CompletableFuture<Stream> accepted = new CompletableFuture<>();

    @AfterEach
    void end() {
        lab.close();
    }

    private Listener suspended() throws Exception {
        return lab.listen(stream -> {
            stream.handler(lab.new Echo());
            stream.suspendRead();
            accepted.complete(stream);
        });
    }

    private Stream accepted() throws Exception {
        return accepted.get(10, TimeUnit.SECONDS);
    }

    /** As the loop does once a second; when this returns, the selection that looks for resets is over. */
    private void look(Stream stream) throws Exception {
        Lab.on(stream.loop(), ((TcpStream) stream)::tick);
        Lab.on(stream.loop(), () -> {});
        Lab.on(stream.loop(), () -> {});
    }

    @Test
    void aResetIsNoticed() throws Exception {
        Socket socket = Lab.connect(suspended());
        int loop = accepted().loop().index();
        Lab.reset(socket);
        assertEquals("closed RESET_BY_PEER on " + loop, lab.next());
    }

    @Test
    void aResetBehindBytesThatNobodyReadsIsNoticed() throws Exception {
        Socket socket = Lab.connect(suspended());
        int loop = accepted().loop().index();
        socket.getOutputStream().write(new byte[100_000]);
        Lab.reset(socket);
        assertEquals("closed RESET_BY_PEER on " + loop, lab.next());
    }

    @Test
    void aResetAfterTheEndOfInputIsNoticed() throws Exception {
        Listener listener = lab.listen(stream -> stream.handler(lab.new Echo() {
            @Override
            public void inputEnded(Stream s) {
                lab.told.add("ended");
            }
        }));
        Socket socket = Lab.connect(listener);
        socket.shutdownOutput();
        assertEquals("ended", lab.next());
        Lab.reset(socket);
        assertTrue(lab.next().startsWith("closed RESET_BY_PEER"));
    }

    @Test
    void lookingForAResetTakesNothingAndTellsNothing() throws Exception {
        try (Socket socket = Lab.connect(suspended())) {
            Stream stream = accepted();
            socket.getOutputStream().write("held".getBytes());
            socket.shutdownOutput();
            look(stream);
            assertNull(lab.told.poll());
            Lab.on(stream.loop(), stream::resumeRead);
            int loop = stream.loop().index();
            assertEquals("received held on " + loop, lab.next());
            assertEquals("ended on " + loop, lab.next());
            assertEquals("held", new String(socket.getInputStream().readAllBytes()));
            assertEquals("closed ORDERLY on " + loop, lab.next());
        }
    }

    @Test
    void anOrderlyEndThatNobodyReadsYetIsNotTakenForAReset() throws Exception {
        try (Socket socket = Lab.connect(suspended())) {
            Stream stream = accepted();
            socket.getOutputStream().write("held".getBytes());
            socket.shutdownOutput();
            // Both ends have ended now, which the kernel tells of in the same way as of a reset.
            Lab.on(stream.loop(), stream::shutdownOutput);
            assertEquals(-1, socket.getInputStream().read());
            look(stream);
            assertNull(lab.told.poll());
            Lab.on(stream.loop(), stream::resumeRead);
            assertTrue(lab.next().startsWith("received held"));
            assertTrue(lab.next().startsWith("ended"));
            assertTrue(lab.next().startsWith("closed ORDERLY"));
        }
    }

    @Test
    void whoeverIsLookedAtIsNoLongerSelectedAfterwards() throws Exception {
        try (Socket socket = Lab.connect(suspended())) {
            Stream stream = accepted();
            look(stream);
            Loop loop = (Loop) stream.loop();
            Lab.on(loop, () -> loop.selector().keys().stream()
                    .filter(key -> key.attachment() == stream)
                    .forEach(key -> assertEquals(0, key.interestOps())));
        }
    }

    @Test
    void ofMoreThanOneBatchEveryResetIsNoticed() throws Exception {
        int many = 3 * ResetWatch.BATCH * lab.network.loops().size();
        List<Socket> sockets = new ArrayList<>();
        Listener listener = lab.listen(stream -> {
            stream.handler(lab.new Echo());
            stream.suspendRead();
        });
        for (int i = 0; i < many; i++) {
            sockets.add(Lab.connect(listener));
        }
        for (Socket socket : sockets) {
            Lab.reset(socket);
        }
        for (int i = 0; i < many; i++) {
            assertTrue(String.valueOf(lab.next()).startsWith("closed RESET_BY_PEER"), "only " + i + " of " + many);
        }
    }

    @Test
    void nothingIsLostOrSwappedWhileReadingStopsAndGoesOn() throws Exception {
        int size = 3_000_000;
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Listener listener = lab.listen(stream -> stream.handler(lab.new Echo() {
            @Override
            public void received(Stream s, ByteBuffer data) {
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                got.writeBytes(bytes);
                s.suspendRead();
                ((TcpStream) s).tick();
                s.loop().execute(s::resumeRead);
            }

            @Override
            public void inputEnded(Stream s) {
                all.complete(got.toByteArray());
            }
        }));
        byte[] sent = new byte[size];
        new SplittableRandom(3).nextBytes(sent);
        try (Socket socket = Lab.connect(listener)) {
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();
            assertArrayEquals(sent, all.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aPauseThatASuspensionHidIsToldAfterItIfNothingMoreCame() throws Exception {
        CompletableFuture<Stream> stopped = new CompletableFuture<>();
        Listener listener = lab.listen(stream -> stream.handler(lab.new Echo() {
            @Override
            public void received(Stream s, ByteBuffer data) {
                data.position(data.limit());
                s.suspendRead();
                stopped.complete(s);
            }
        }));
        try (Socket socket = Lab.connect(listener)) {
            socket.getOutputStream().write(1);
            Stream stream = stopped.get(10, TimeUnit.SECONDS);
            Lab.on(stream.loop(), () -> {});
            assertNull(lab.told.poll());
            Lab.on(stream.loop(), stream::resumeRead);
            assertEquals("paused on " + stream.loop().index(), lab.told.poll(10, TimeUnit.SECONDS));
        }
    }
}
