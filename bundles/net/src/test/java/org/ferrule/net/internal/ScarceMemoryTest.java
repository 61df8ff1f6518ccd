package org.ferrule.net.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.Listener;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams where the memory for them is short, scarce, or used up. */
@Timeout(30)
class ScarceMemoryTest {
    private final MemoryBudget budget = new MemoryBudget(16 << 20, 4 << 20);
    private final MemoryAccount others = budget.open("others", Area.DIRECT);
    private final Lab lab = new Lab(budget);
    private final BlockingQueue<Stream> accepted = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        lab.close();
    }

    private Stream open(Listener listener) throws Exception {
        sockets.add(Lab.connect(listener));
        Stream stream = accepted.poll(10, TimeUnit.SECONDS);
        assertTrue(stream != null, "it was not accepted");
        return stream;
    }

    private Listener listen() throws Exception {
        return lab.listen(stream -> {
            stream.handler(lab.new Echo());
            accepted.add(stream);
        });
    }

    /** Writes until the stream has had enough; gives what is queued then. */
    private static long fill(Stream stream, int piece) throws Exception {
        long[] queued = new long[1];
        Lab.on(stream.loop(), () -> {
            while (!stream.closed() && stream.write(ByteBuffer.allocate(piece))) {
                continue;
            }
            queued[0] = stream.queued();
        });
        return queued[0];
    }

    private void used(double part) {
        others.take((long) (budget.size(Area.DIRECT) * part) - others.used());
    }

    @Test
    void whatWaitsForAPeerIsLessTheLessMemoryIsLeft() throws Exception {
        Listener listener = listen();
        assertTrue(fill(open(listener), 1000) >= 1 << 16, "as configured");
        used(0.6);
        long few = fill(open(listener), 1000);
        assertTrue(few >= 1 << 15 && few < 1 << 16, few + " bytes");
        Stream last = open(listener);
        used(0.9);
        long least = fill(last, 1000);
        assertTrue(least > 0 && least <= 1000, least + " bytes");
    }

    @Test
    void whoReadsAgainGetsAllBytesAndTheWriterGoesOn() throws Exception {
        Stream stream = open(listen());
        used(0.9);
        byte[] sent = new byte[1 << 22];
        new SplittableRandom(7).nextBytes(sent);
        AtomicInteger at = new AtomicInteger();
        Runnable more = () -> {
            boolean room = true;
            while (room && at.get() < sent.length) {
                int size = Math.min(3000, sent.length - at.get());
                room = stream.write(ByteBuffer.wrap(sent, at.getAndAdd(size), size));
            }
        };
        Lab.on(
                stream.loop(),
                () -> stream.handler(lab.new Echo() {
                    @Override
                    public void writable(Stream any) {
                        more.run();
                    }
                }));
        Lab.on(stream.loop(), more);
        assertArrayEquals(sent, sockets.get(0).getInputStream().readNBytes(sent.length));
        assertFalse(stream.closed());
    }

    @Test
    void newConnectionsWaitUntilThereIsMemoryAgain() throws Exception {
        Listener listener = listen();
        open(listener);
        used(0.9);
        Socket waits = Lab.connect(listener);
        sockets.add(waits);
        waits.getOutputStream().write('w');
        assertEquals(null, accepted.poll(300, TimeUnit.MILLISECONDS));
        used(0);
        assertTrue(accepted.poll(10, TimeUnit.SECONDS) != null);
        assertEquals('w', waits.getInputStream().read());
        long refused = budget.accounts().stream()
                .filter(account -> account.holder().equals("connections"))
                .mapToLong(MemoryAccount::refused)
                .sum();
        assertTrue(refused > 0);
    }

    @Test
    void whatOthersDependOnIsTakenInAndKept() throws Exception {
        Listener listener = lab.network.listen(
                "test", new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0));
        listener.vital();
        listener.accept(Lab.SETTINGS, stream -> {
            stream.vital();
            stream.handler(lab.new Echo());
            accepted.add(stream);
        });
        used(1);
        Stream stream = open(listener);
        assertTrue(fill(stream, 50_000) > 0);
        assertFalse(stream.closed());
        assertTrue(budget.used(Area.DIRECT) > budget.size(Area.DIRECT));
    }

    @Test
    void aPeerForWhichNothingMoreCanWaitIsReset() throws Exception {
        Stream stream = open(listen());
        used(1);
        fill(stream, 50_000);
        assertEquals("closed RESET_HERE on " + stream.loop().index(), lab.next());
        assertTrue(budget.used(Area.DIRECT) <= budget.size(Area.DIRECT), "nothing was taken beyond what there is");
    }

    @Test
    void allIsGivenBackWhenConnectionsEnd() throws Exception {
        Listener listener = listen();
        for (int i = 0; i < 5; i++) {
            fill(open(listener), 1000);
        }
        for (Socket socket : sockets) {
            Lab.reset(socket);
        }
        for (int i = 0; i < 5; i++) {
            assertTrue(lab.next().startsWith("closed"));
        }
        for (MemoryAccount account : budget.accounts()) {
            // What is charged ahead is charged many chunks at a time.
            assertTrue(account.used() <= 1 << 17, account.holder() + " has " + account.used());
            assertTrue(
                    account.area() == Area.DIRECT || account.used() == 0, account.holder() + " has " + account.used());
        }
    }
}
