package org.ferrule.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.junit.jupiter.api.Test;

class FakeStreamTest {
    private final FakeLoop loop = new FakeLoop();
    private final FakeStream near = FakeStream.pair(loop);
    private final List<String> told = new ArrayList<>();

    /** Keeps what it is told. */
    private final class Told implements StreamHandler {
        @Override
        public void received(Stream stream, ByteBuffer data) {
            told.add("received " + data.remaining());
        }

        @Override
        public void inputEnded(Stream stream) {
            told.add("inputEnded");
        }

        @Override
        public void writable(Stream stream) {
            told.add("writable " + stream.queued());
        }

        @Override
        public void closed(Stream stream, CloseReason reason) {
            told.add("closed " + reason.kind());
        }
    }

    private boolean write(int bytes) {
        return near.write(ByteBuffer.allocate(bytes));
    }

    @Test
    void nothingIsReadBeforeThereIsAHandler() {
        write(10);
        loop.run();
        assertEquals(10, near.queued());
        near.far().handler(new Told());
        loop.run();
        assertEquals(List.of("received 10"), told);
        assertEquals(0, near.queued());
    }

    @Test
    void aWriterIsAskedToStopAtTheHighMarkAndToGoOnAtHalfOfIt() {
        near.high(100).chunk(30).handler(new Told());
        Peer far = new Peer(near.far(), 60);
        assertTrue(write(99));
        assertFalse(write(1));
        loop.run();
        assertTrue(near.far().suspended());
        assertEquals(List.of("writable 40"), told);
        far.goOn();
        loop.run();
        assertEquals(100, far.bytes().length);
        assertEquals(100, near.mostQueued());
        assertEquals(List.of("writable 40"), told);
    }

    @Test
    void aBufferThatIsKeptWithoutCopyingIsNoLongerThere() {
        ByteBuffer[] kept = new ByteBuffer[1];
        near.far().handler(new StreamHandler() {
            @Override
            public void received(Stream stream, ByteBuffer data) {
                kept[0] = data;
            }

            @Override
            public void inputEnded(Stream stream) {
                throw new AssertionError();
            }

            @Override
            public void closed(Stream stream, CloseReason reason) {
                throw new AssertionError();
            }
        });
        write(1);
        loop.run();
        assertArrayEquals(new byte[] {(byte) 0xEE}, kept[0].array());
    }

    @Test
    void theEndOfOutputFollowsWhatIsQueuedAndTwoOfThemAreAnOrderlyEnd() {
        near.handler(new Told());
        Peer far = new Peer(near.far(), 1);
        write(10);
        write(10);
        near.shutdownOutput();
        loop.run();
        assertFalse(far.inputEnded());
        far.goOn();
        loop.run();
        assertFalse(far.inputEnded());
        far.goOn();
        loop.run();
        assertTrue(far.inputEnded() && !near.closed());
        far.stream.shutdownOutput();
        loop.run();
        assertEquals(List.of("inputEnded", "closed ORDERLY"), told);
        assertEquals(CloseReason.ORDERLY, far.stream.ended());
    }

    @Test
    void aResetDropsWhatIsQueuedAndIsToldOnce() {
        near.handler(new Told());
        Peer far = new Peer(near.far());
        write(10);
        near.reset();
        near.reset();
        assertTrue(near.closed());
        loop.run();
        assertTrue(far.wasReset());
        assertEquals(0, far.bytes().length);
        assertTrue(write(10));
        assertEquals(0, near.queued());
        assertEquals(List.of("closed RESET_HERE"), told);
    }

    @Test
    void whatIsWrittenArrivesAfterItsDelayAndWhatFollowsAfterItsOwn() {
        near.delay(Duration.ofMillis(30));
        near.far().handler(new Told());
        write(1);
        loop.pass(Duration.ofMillis(20));
        write(2);
        near.shutdownOutput();
        loop.pass(Duration.ofMillis(10));
        assertEquals(List.of("received 1"), told);
        loop.pass(Duration.ofMillis(19));
        assertEquals(1, told.size());
        loop.pass(Duration.ofMillis(1));
        assertEquals(List.of("received 1", "received 2", "inputEnded"), told);
    }

    @Test
    void whatIsHeldWaitsAndItsWriterIsAskedToStop() {
        near.handler(new Told());
        Peer far = new Peer(near.far());
        near.hold();
        assertFalse(write(10));
        loop.run();
        assertEquals(0, far.bytes().length);
        near.release();
        loop.run();
        assertEquals(10, far.bytes().length);
        assertEquals(List.of("writable 0"), told);
    }

    @Test
    void aCutLineLosesWhatIsWritten() {
        Peer far = new Peer(near.far());
        near.cut();
        assertTrue(write(10));
        near.shutdownOutput();
        loop.run();
        assertEquals(0, far.bytes().length);
        assertFalse(far.inputEnded());
    }

    @Test
    void aLineThatIsCutSomewherePassesOnWhatComesBefore() {
        Peer far = new Peer(near.far());
        near.handler(new Told());
        near.cutAfter(13, false);
        write(10);
        write(10);
        loop.run();
        write(10);
        loop.run();
        assertEquals(13, far.bytes().length);
        assertEquals(13, near.passed());
        assertNull(near.ended());
    }

    @Test
    void aLineThatBreaksSomewhereEndsBothEnds() {
        Peer far = new Peer(near.far());
        near.handler(new Told());
        near.cutAfter(13, true);
        write(10);
        write(10);
        loop.run();
        assertEquals(13, far.bytes().length);
        assertEquals(CloseReason.Kind.RESET_BY_PEER, near.ended().kind());
        assertEquals(CloseReason.Kind.RESET_BY_PEER, near.far().ended().kind());
    }

    @Test
    void aReaderThatMustNotStopIsFoundOut() {
        near.alwaysReads("it never stops");
        assertThrows(UnsupportedOperationException.class, near::suspendRead);
        assertThrows(UnsupportedOperationException.class, near.far()::resumeRead);
    }
}
