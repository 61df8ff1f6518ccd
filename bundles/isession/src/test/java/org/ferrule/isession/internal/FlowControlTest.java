package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.Test;

class FlowControlTest {
    private static final int QUEUE = 1 << 18;
    private static final int PIECE = 10_000;

    private final Joined joined = new Joined().greet();

    /** Writes until the flow asks to stop, or much has gone; gives how much. */
    private int fill(Stream flow) {
        int written = 0;
        boolean more = true;
        while (more && written < 20_000_000) {
            more = flow.write(ByteBuffer.wrap(Bytes.same(PIECE, 1)));
            written += PIECE;
            joined.loop.run();
        }
        return written;
    }

    @Test
    void aSlowReaderStopsItsWriterAndNobodyElse() {
        Opened slow = joined.open();
        Opened quick = joined.open();
        joined.accepted(0).suspendRead();
        int written = fill(slow.stream);
        assertTrue(written >= Protocol.START_ENCODED + QUEUE, "written " + written);
        assertTrue(written <= Protocol.START_ENCODED + QUEUE + PIECE, "written " + written);
        assertTrue(slow.stream.queued() <= QUEUE + PIECE);
        for (int i = 0; i < 500; i++) {
            assertTrue(quick.write(Bytes.same(PIECE, 2)));
            joined.loop.run();
        }
        assertEquals(500 * PIECE, joined.recorder(1).size());
        assertEquals(0, joined.recorder(0).size());
        joined.accepted(0).resumeRead();
        joined.loop.run();
        assertEquals(written, joined.recorder(0).size());
        assertEquals(1, slow.recorder.writables);
        assertEquals(0, slow.stream.queued());
    }

    @Test
    void shortBlocksCannotUnfoldToMoreThanTheRawWindow() {
        Joined compressed = new Joined(Joined.RUNS, Joined.RUNS).greet();
        Opened slow = compressed.open();
        compressed.accepted(0).suspendRead();
        int written = 0;
        while (written < 20_000_000 && slow.write(Bytes.same(PIECE, 1))) {
            written += PIECE;
            compressed.loop.run();
        }
        assertTrue(written <= Protocol.FIRST_RAW + QUEUE, "written " + written);
        assertTrue(compressed.nearOwner.stats.rawOut.sum() <= Protocol.FIRST_RAW);
    }

    @Test
    void aSlowFibreStopsItsWritersAndCarriesAllWhenItTakesMore() {
        Opened one = joined.open();
        Opened two = joined.open();
        joined.nearStream.hold();
        int first = fill(one.stream);
        int second = fill(two.stream);
        assertTrue(first <= 2 * QUEUE && second <= QUEUE + PIECE, first + " and " + second);
        joined.nearStream.release();
        joined.loop.run();
        assertEquals(
                List.of(first, second),
                List.of(joined.recorder(0).size(), joined.recorder(1).size()));
        assertEquals(1, one.recorder.writables);
        assertEquals(1, two.recorder.writables);
    }

    @Test
    void creditThatArrivesWhileTheFibreIsBlockedIsUsedLater() {
        Opened opened = joined.open();
        joined.accepted(0).suspendRead();
        int written = fill(opened.stream);
        joined.nearStream.hold();
        joined.accepted(0).resumeRead();
        joined.loop.run();
        joined.nearStream.release();
        joined.loop.run();
        assertEquals(written, joined.recorder(0).size());
    }

    @Test
    void theEndOfOutputWaitsForCreditAndForTheFibre() {
        Opened opened = joined.open();
        joined.accepted(0).suspendRead();
        int written = fill(opened.stream);
        opened.stream.shutdownOutput();
        joined.nearStream.hold();
        joined.accepted(0).resumeRead();
        joined.loop.run();
        assertEquals(0, joined.recorder(0).inputEnds);
        joined.nearStream.release();
        joined.loop.run();
        assertEquals(List.of(written, 1), List.of(joined.recorder(0).size(), joined.recorder(0).inputEnds));
    }

    @Test
    void aFlowThatIsResetGivesItsQueueBack() {
        Opened opened = joined.open();
        joined.accepted(0).suspendRead();
        fill(opened.stream);
        opened.stream.reset();
        assertEquals(0, opened.stream.queued());
        ByteBuffer chunk = joined.near.buffers().output().take();
        joined.near.buffers().output().give(chunk);
        joined.loop.run();
        assertEquals(List.of(1), List.of(joined.recorder(0).closed.size()));
        Opened next = joined.open();
        assertTrue(next.write(Bytes.same(PIECE, 1)));
        joined.loop.run();
        assertEquals(PIECE, joined.recorder(1).size());
    }

    @Test
    void flowsTakeTurnsWhenTheFibreIsTheBottleneck() {
        Opened large = joined.open();
        Opened small = joined.open();
        joined.nearStream.hold();
        fill(large.stream);
        small.write(Bytes.same(100, 1));
        joined.recorder(1).onReceived =
                flow -> assertTrue(joined.recorder(0).size() < QUEUE, "the small flow waited for all of the large one");
        joined.nearStream.release();
        joined.loop.run();
        assertEquals(100, joined.recorder(1).size());
    }

    /** A session that somebody types in for a day: each time it rests, the peer is told that its history is over. */
    @Test
    void aFlowThatRestsAgainAndAgainKeepsItsCredit() {
        Joined deduplicated =
                new Joined(DedupFlowsTest.ON, DedupFlowsTest.ON).deduplicate().greet();
        Opened opened = deduplicated.open();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] text = Bytes.text(random, 4000).getBytes(StandardCharsets.UTF_8);
            sent.writeBytes(text);
            opened.write(text);
            opened.stream.flush();
            deduplicated.loop.pass(Duration.ofSeconds(30));
        }
        assertEquals(0, opened.stream.queued());
        assertArrayEquals(sent.toByteArray(), deduplicated.recorder(0).bytes());
    }

    @Test
    void whatThePeerWantsNoMoreOfIsDroppedAndEnded() {
        HandPeer peer = HandPeer.greeted();
        Opened opened = Opened.on(peer.fibre);
        peer.stream.far().hold();
        while (opened.stream.write(ByteBuffer.wrap(Bytes.noise(new Random(1), PIECE)))) {
            peer.loop.run();
        }
        peer.send(to -> Frames.empty(to, FrameType.STOP_SENDING, 1));
        assertEquals(0, opened.stream.queued());
        assertEquals(1, opened.recorder.writables);
        peer.stream.far().release();
        peer.loop.run();
        assertEquals(1, peer.seen(FrameType.FIN).size());
        assertFalse(opened.stream.closed());
        peer.plain(1, new byte[3]);
        assertEquals(3, opened.recorder.size());
    }

    @Test
    void aPeerThatSendsMoreThanItsCreditLosesTheFibre() {
        HandPeer peer = HandPeer.greeted();
        peer.open(2);
        peer.owner.accepted.get(0).suspendRead();
        int blocks = Protocol.START_ENCODED / Protocol.MOST_ENCODED;
        for (int i = 0; i < blocks; i++) {
            peer.plain(2, new byte[Protocol.MOST_ENCODED]);
        }
        assertFalse(peer.fibre.ended());
        peer.plain(2, new byte[1]);
        assertEquals(1, peer.errors(Rule.CREDIT));
        assertEquals(1, peer.owner.recorders.get(0).closed.size());
    }

    @Test
    void aPeerThatGivesTooMuchCreditLosesTheFibre() {
        HandPeer peer = HandPeer.greeted();
        Opened opened = Opened.on(peer.fibre);
        peer.send(to -> Frames.credit(to, 1, Protocol.MOST_ENCODED_WINDOW, 0));
        assertEquals(1, peer.errors(Rule.CREDIT));
        assertEquals(1, opened.recorder.closed.size());
    }
}
