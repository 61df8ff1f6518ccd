package org.ferrule.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ferrule.memory.Area;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.memory.MemoryBudget;
import org.ferrule.stream.CloseReason;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;
import org.ferrule.testing.Peer;
import org.junit.jupiter.api.Test;

class ProxyTest {
    private final FakeLoop loop = new FakeLoop();
    private final FakeStream clientSide = FakeStream.pair(loop);
    private final FakeStream serverSide = FakeStream.pair(loop);
    private final FakeStream second = FakeStream.pair(loop);
    private final Peer client = new Peer(clientSide.far());
    private final Peer server = new Peer(serverSide.far());
    private final Peer other = new Peer(second.far());
    private final MemoryAccount memory = new MemoryBudget(1 << 20, 1 << 20).open("held", Area.HEAP);
    private final Watched watched = new Watched();
    private final Proxy proxy = new Proxy(clientSide, Optional.empty(), memory, watched);

    /** Counts what it is told. */
    private static final class Watched implements Proxy.Watcher {
        private long toServer;
        private long toClient;
        private int ends;

        @Override
        public void toServer(int bytes) {
            toServer += bytes;
        }

        @Override
        public void toClient(int bytes) {
            toClient += bytes;
        }

        @Override
        public void ended() {
            ends++;
        }
    }

    private static byte[] random(int size, long seed) {
        byte[] data = new byte[size];
        new Random(seed).nextBytes(data);
        return data;
    }

    @Property(tries = 60, seed = "4711")
    void allBytesArriveBothWaysAndASlowReaderSlowsItsWriter(
            @ForAll @IntRange(max = 100_000) int up,
            @ForAll @IntRange(max = 100_000) int down,
            @ForAll @IntRange(min = 1, max = 4000) int high,
            @ForAll @IntRange(min = 200, max = 3000) int chunk,
            @ForAll @IntRange(min = 500, max = 9000) int gulp,
            @ForAll long seed) {
        FakeLoop turns = new FakeLoop();
        FakeStream near = FakeStream.pair(turns).high(high).chunk(chunk);
        FakeStream far = FakeStream.pair(turns).high(high).chunk(chunk);
        Peer one = new Peer(near.far(), gulp);
        Peer two = new Peer(far.far(), gulp);
        near.far().chunk(chunk);
        far.far().chunk(chunk);
        Watched over = new Watched();
        Proxy joined = new Proxy(near, Optional.empty(), memory, over);
        byte[] request = random(up, seed);
        byte[] answer = random(down, ~seed);
        one.send(request);
        two.send(answer);
        one.stream.shutdownOutput();
        two.stream.shutdownOutput();
        turns.run();
        assertEquals(0, two.bytes().length, "nothing is read before there is a server");
        joined.attach(far, false);
        for (int i = 0; i < 2000 && over.ends == 0; i++) {
            turns.run();
            one.goOn();
            two.goOn();
        }
        assertArrayEquals(request, two.bytes());
        assertArrayEquals(answer, one.bytes());
        assertEquals(1, over.ends);
        assertEquals(CloseReason.ORDERLY, one.stream.ended());
        assertEquals(CloseReason.ORDERLY, two.stream.ended());
        assertTrue(near.mostQueued() <= high + chunk, "queued for the client: " + near.mostQueued());
        assertTrue(far.mostQueued() <= high + chunk, "queued for the server: " + far.mostQueued());
        assertEquals(up, joined.toServer());
        assertEquals(down, joined.toClient());
        assertEquals(up, over.toServer);
        assertEquals(down, over.toClient);
    }

    @Test
    void whenTheClientEndsItsOutputTheServerMayGoOn() {
        proxy.attach(serverSide, false);
        client.send("question");
        client.stream.shutdownOutput();
        loop.run();
        assertTrue(server.inputEnded());
        assertFalse(client.inputEnded());
        server.send("answer");
        loop.run();
        assertEquals("answer", client.text());
        assertEquals(0, watched.ends);
    }

    @Test
    void whenTheServerEndsItsOutputTheClientMayGoOn() {
        proxy.attach(serverSide, false);
        server.stream.shutdownOutput();
        loop.run();
        assertTrue(client.inputEnded());
        client.send("more");
        loop.run();
        assertEquals("more", server.text());
        client.stream.shutdownOutput();
        loop.run();
        assertEquals(CloseReason.ORDERLY, client.stream.ended());
        assertEquals(1, watched.ends);
    }

    @Test
    void aResetOfTheClientResetsTheServer() {
        proxy.attach(serverSide, false);
        client.stream.reset();
        loop.run();
        assertTrue(server.wasReset());
        assertEquals(1, watched.ends);
    }

    @Test
    void aResetOfTheServerResetsTheClient() {
        proxy.attach(serverSide, false);
        server.stream.reset();
        loop.run();
        assertTrue(client.wasReset());
        assertEquals(1, watched.ends);
    }

    @Test
    void aServerThatComesAfterTheClientLeftIsReset() {
        client.stream.reset();
        loop.run();
        assertTrue(proxy.over());
        proxy.attach(serverSide, false);
        loop.run();
        assertTrue(server.wasReset());
        assertEquals(1, watched.ends);
    }

    @Test
    void anotherServerGetsTheFirstBytesAgain() {
        proxy.attach(serverSide, true);
        byte[] first = random(60_000, 1);
        client.send(first);
        client.stream.shutdownOutput();
        loop.run();
        assertArrayEquals(first, server.bytes());
        assertTrue(proxy.takeBack(serverSide));
        proxy.attach(second, false);
        loop.run();
        assertArrayEquals(first, other.bytes());
        assertTrue(other.inputEnded());
        other.send("answer");
        loop.run();
        assertEquals("answer", client.text());
        assertEquals(60_000, proxy.toServer());
    }

    @Test
    void theClientWaitsWhileTheFirstBytesAreResentToASlowServer() {
        proxy.attach(serverSide, true);
        client.send(random(50_000, 1));
        loop.run();
        assertTrue(proxy.takeBack(serverSide));
        second.high(1000).chunk(100);
        other.stream.suspendRead();
        proxy.attach(second, false);
        assertTrue(clientSide.suspended());
        other.goOn();
        loop.run();
        assertFalse(clientSide.suspended());
    }

    @Test
    void bytesThatComeWhileThereIsNoServerAreKept() {
        clientSide.deliver("early ".getBytes());
        proxy.attach(serverSide, true);
        client.send("late");
        loop.run();
        assertEquals("early late", server.text());
        assertTrue(proxy.takeBack(serverSide));
        clientSide.deliver(" between".getBytes());
        proxy.attach(second, false);
        loop.run();
        assertEquals("early late between", other.text());
    }

    @Test
    void aClientThatSendsMoreThanCanBeKeptWhileThereIsNoServerIsReset() {
        clientSide.deliver(new byte[1 << 16]);
        assertFalse(clientSide.closed());
        clientSide.deliver(new byte[1]);
        loop.run();
        assertTrue(client.wasReset());
    }

    @Test
    void upTo64KilobytesAreKeptAndNotOneByteMore() {
        proxy.attach(serverSide, true);
        client.send(new byte[1 << 16]);
        loop.run();
        assertTrue(proxy.takeBack(serverSide));
        proxy.attach(second, true);
        client.send(new byte[1]);
        loop.run();
        assertFalse(proxy.takeBack(second));
        assertEquals((1 << 16) + 1, other.bytes().length);
    }

    @Test
    void whatIsKeptIsPaidForUntilTheServerAnswersOrAllIsOver() {
        proxy.attach(serverSide, true);
        client.send(random(10_000, 1));
        loop.run();
        assertTrue(memory.used() >= 10_000, memory.used() + " bytes");
        server.send("a");
        loop.run();
        assertEquals(0, memory.used());
        Proxy next = new Proxy(second, Optional.empty(), memory, watched);
        other.send("never served");
        loop.run();
        second.deliver(new byte[100]);
        assertTrue(memory.used() > 0);
        second.far().reset();
        loop.run();
        assertTrue(next.over());
        assertEquals(0, memory.used());
    }

    @Test
    void whereMemoryIsScarceNothingIsKeptAndTheConnectionGoesOn() {
        memory.take(1 << 20);
        proxy.attach(serverSide, true);
        client.send("question");
        loop.run();
        assertEquals("question", server.text());
        assertFalse(proxy.takeBack(serverSide));
        server.send("answer");
        loop.run();
        assertEquals("answer", client.text());
    }

    @Test
    void aServerThatHasAnsweredOrEndedCannotBeTakenBack() {
        proxy.attach(serverSide, true);
        server.send("a");
        loop.run();
        assertFalse(proxy.takeBack(serverSide));
    }

    @Test
    void aServerThatHasEndedItsOutputCannotBeTakenBack() {
        proxy.attach(serverSide, true);
        server.stream.shutdownOutput();
        loop.run();
        assertFalse(proxy.takeBack(serverSide));
    }

    @Test
    void aServerThatMayNotReturnCannotBeTakenBack() {
        proxy.attach(serverSide, false);
        assertFalse(proxy.takeBack(serverSide));
    }

    @Test
    void whatASideSaysAfterItWasTakenBackIsNotHeard() {
        proxy.attach(serverSide, true);
        loop.run();
        assertTrue(proxy.takeBack(serverSide));
        proxy.attach(second, false);
        server.send("stale");
        server.stream.reset();
        loop.run();
        assertEquals("", client.text());
        assertFalse(client.stream.closed());
        assertEquals(0, watched.ends);
    }
}
