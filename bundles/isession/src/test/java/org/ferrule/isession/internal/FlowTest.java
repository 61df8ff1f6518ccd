package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.Stream;
import org.junit.jupiter.api.Test;

class FlowTest {
    private final Joined joined = new Joined(Joined.RUNS, Joined.RUNS).greet();
    private final Opened opened = joined.open();
    private final Stream accepted = joined.accepted(0);
    private final Recorder far = joined.recorder(0);

    private static List<Kind> kinds(Recorder recorder) {
        return recorder.closed.stream().map(CloseReason::kind).toList();
    }

    private void run() {
        joined.loop.run();
    }

    private void write(Stream stream, int size) {
        stream.write(ByteBuffer.wrap(Bytes.same(size, 1)));
    }

    private void bothGone() {
        assertEquals(0, joined.nearOwner.stats.currentFlows.get());
        assertEquals(0, joined.farOwner.stats.currentFlows.get());
        assertTrue(joined.codec.contexts() <= 4, "the fibres' own, an encoder and a decoder each");
        assertEquals(0, joined.nearOwner.stats.errors() + joined.farOwner.stats.errors());
    }

    @Property(tries = 60)
    void dataOfAnySizeArrivesUnchangedBothWays(@ForAll long seed) {
        Random random = new Random(seed);
        Joined pair = new Joined(Joined.RUNS, Joined.RUNS);
        pair.nearStream.chunk(1 + random.nextInt(40_000));
        pair.farStream.chunk(1 + random.nextInt(40_000));
        pair.greet();
        Opened flow = pair.open();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        for (int i = 0; i < 20; i++) {
            boolean outwards = random.nextBoolean();
            byte[] data = Bytes.content(random, random.nextInt(random.nextInt(4) == 0 ? 300_000 : 3000));
            (outwards ? flow.stream : pair.accepted(0)).write(ByteBuffer.wrap(data));
            (outwards ? out : back).writeBytes(data);
            if (random.nextInt(3) > 0) {
                pair.loop.run();
            }
            switch (random.nextInt(8)) {
                case 0 -> pair.accepted(0).suspendRead();
                case 1 -> pair.accepted(0).resumeRead();
                case 2 -> pair.nearStream.hold();
                case 3 -> pair.nearStream.release();
                default -> {}
            }
        }
        flow.stream.shutdownOutput();
        pair.nearStream.release();
        pair.accepted(0).resumeRead();
        pair.loop.run();
        assertArrayEquals(out.toByteArray(), pair.recorder(0).bytes());
        assertArrayEquals(back.toByteArray(), flow.recorder.bytes());
        assertEquals(1, pair.recorder(0).inputEnds);
    }

    @Test
    void theFarEndSeesTheClientAndItsDestination() {
        assertEquals(Opened.CLIENT, accepted.remoteAddress());
        assertEquals(Opened.DESTINATION, accepted.localAddress());
        assertEquals(List.of("virtual-match-all"), joined.farOwner.targets);
    }

    @Test
    void theZoneOfALinkLocalClientStaysAtHome() throws UnknownHostException {
        InetAddress local = InetAddress.getByAddress(
                "", new byte[] {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        InetAddress zoned = Inet6Address.getByAddress("", local.getAddress(), 4711);
        Opened second = new Opened();
        joined.near.open(
                new Opening(new InetSocketAddress(zoned, 5), new InetSocketAddress(zoned, 80), "x", List.of()), second);
        run();
        assertEquals(new InetSocketAddress(local, 5), joined.accepted(1).remoteAddress());
        assertEquals(new InetSocketAddress(local, 80), joined.accepted(1).localAddress());
        InetAddress seen = joined.accepted(1).remoteAddress().getAddress();
        assertEquals(0, ((Inet6Address) seen).getScopeId());
    }

    @Test
    void oneEndMayEndItsOutputAndGoOnReading() {
        write(opened.stream, 100);
        opened.stream.shutdownOutput();
        run();
        assertEquals(1, far.inputEnds);
        assertFalse(accepted.closed());
        write(accepted, 200_000);
        run();
        assertEquals(200_000, opened.recorder.size());
        accepted.shutdownOutput();
        run();
        assertEquals(List.of(Kind.ORDERLY), kinds(opened.recorder));
        assertEquals(List.of(Kind.ORDERLY), kinds(far));
        bothGone();
    }

    @Test
    void theAcceptingEndMayEndItsOutputFirst() {
        write(accepted, 100);
        accepted.shutdownOutput();
        run();
        assertEquals(1, opened.recorder.inputEnds);
        write(opened.stream, 100);
        opened.stream.shutdownOutput();
        run();
        assertEquals(100, far.size());
        assertEquals(List.of(Kind.ORDERLY), kinds(opened.recorder));
        bothGone();
    }

    @Test
    void aResetOfTheOpenerIsSeenByTheFarEnd() {
        write(opened.stream, 100);
        opened.stream.reset();
        run();
        assertEquals(List.of(Kind.RESET_HERE), kinds(opened.recorder));
        assertEquals(List.of(Kind.RESET_BY_PEER), kinds(far));
        bothGone();
    }

    @Test
    void aResetOfTheAcceptorIsSeenByTheOpener() {
        accepted.reset();
        run();
        assertEquals(List.of(Kind.RESET_BY_PEER), kinds(opened.recorder));
        assertEquals(List.of(Kind.RESET_HERE), kinds(far));
        bothGone();
    }

    @Test
    void resetsThatCrossAreNoError() {
        write(opened.stream, 100);
        write(accepted, 100);
        opened.stream.reset();
        accepted.reset();
        run();
        assertEquals(List.of(Kind.RESET_HERE), kinds(opened.recorder));
        assertEquals(List.of(Kind.RESET_HERE), kinds(far));
        bothGone();
    }

    @Test
    void whatIsWrittenAfterTheEndOfOutputIsDiscarded() {
        opened.stream.shutdownOutput();
        ByteBuffer late = ByteBuffer.wrap(new byte[10]);
        assertTrue(opened.stream.write(late));
        assertFalse(late.hasRemaining());
        opened.stream.shutdownOutput();
        run();
        assertEquals(0, far.size());
        assertEquals(1, far.inputEnds);
    }

    @Test
    void whatIsWrittenAfterAResetIsDiscarded() {
        opened.stream.reset();
        write(opened.stream, 10);
        opened.stream.shutdownOutput();
        opened.stream.reset();
        run();
        assertEquals(0, far.size());
        assertEquals(1, opened.recorder.closed.size());
        bothGone();
    }

    @Test
    void theEndWaitsBehindInputThatWasNotRead() {
        accepted.suspendRead();
        write(opened.stream, 50_000);
        opened.stream.shutdownOutput();
        run();
        assertEquals(List.of(0, 0), List.of(far.size(), far.inputEnds));
        accepted.resumeRead();
        run();
        assertEquals(List.of(50_000, 1), List.of(far.size(), far.inputEnds));
    }

    @Test
    void aReaderThatStopsAgainGetsNoMoreThanTheBlockInHand() {
        accepted.suspendRead();
        write(opened.stream, 3 * Protocol.MOST_ENCODED);
        run();
        far.onReceived = Stream::suspendRead;
        for (int i = 1; i <= 3; i++) {
            accepted.resumeRead();
            run();
            assertEquals(i * Protocol.MOST_ENCODED, far.size());
        }
    }

    @Test
    void everyPauseIsToldAlsoWhenDataCameBetweenResumingAndReading() {
        accepted.suspendRead();
        write(opened.stream, 1000);
        run();
        accepted.resumeRead();
        write(opened.stream, 1000);
        run();
        assertEquals(2000, far.size());
        assertEquals(0, far.unpaused);
        int pauses = far.pauses;
        // Between the two: data is already under way when the reader resumes.
        far.onReceived = Stream::suspendRead;
        write(opened.stream, 500);
        run();
        far.onReceived = stream -> {};
        write(opened.stream, 500);
        run();
        write(opened.stream, 1000);
        joined.loop.execute(accepted::resumeRead);
        run();
        assertEquals(4000, far.size());
        assertEquals(0, far.unpaused);
        assertEquals(pauses + 1, far.pauses);
    }

    @Test
    void aHandlerThatFailsCostsItsFlowOnly() {
        Opened other = joined.open();
        far.onReceived = stream -> {
            throw new IllegalStateException("a defect");
        };
        write(opened.stream, 10);
        write(other.stream, 10);
        run();
        assertEquals(List.of(Kind.RESET_BY_PEER), kinds(opened.recorder));
        assertEquals(10, joined.recorder(1).size());
    }

    @Test
    void anAcceptorThatFailsCostsItsFlowOnly() {
        joined.farOwner.acceptor = flow -> {
            throw new NoClassDefFoundError("a bundle that went away");
        };
        Opened failed = joined.open();
        assertEquals(List.of(Kind.RESET_BY_PEER), kinds(failed.recorder));
        write(opened.stream, 10);
        run();
        assertEquals(10, far.size());
    }

    @Test
    void aFlowThatIsResetWhileItIsReadGetsNoMore() {
        far.onReceived = Stream::reset;
        write(opened.stream, 3 * Protocol.MOST_ENCODED);
        run();
        assertEquals(Protocol.MOST_ENCODED, far.size());
        bothGone();
    }

    @Test
    void theEndOfTheFibreResetsItsFlows() {
        accepted.suspendRead();
        write(opened.stream, 1000);
        joined.loop.run();
        joined.near.stop("over");
        run();
        assertEquals(List.of(new CloseReason(Kind.RESET_BY_PEER, "over")), opened.recorder.closed);
        assertEquals(List.of(Kind.RESET_BY_PEER), kinds(far));
        accepted.resumeRead();
        run();
        bothGone();
    }
}
