package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ferrule.dedup.internal.DedupService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** De-duplication where flows are refused: what came of them is known to both ends all the same. */
class DedupRefusalTest {
    private final Joined joined = new Joined(DedupFlowsTest.ON, DedupFlowsTest.ON);

    /** Its data is right behind the attempt to open it, and others refer to it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefusedFlowsDataIsKept(boolean leaving) {
        joined.deduplicate().greet();
        Opened first = Opened.on(joined.near);
        joined.loop.run();
        byte[] bytes = new byte[5_000];
        new Random(5).nextBytes(bytes);
        joined.farOwner.accepts = leaving;
        if (leaving) {
            joined.far.retire("its module is replaced");
        }
        Opened refused = Opened.on(joined.near);
        refused.write(bytes);
        joined.loop.run();
        assertTrue(refused.stream.closed());
        long before = joined.nearOwner.stats.encodedOut.sum();
        first.write(bytes);
        first.stream.flush();
        joined.loop.run();
        assertArrayEquals(bytes, joined.farOwner.recorders.get(0).bytes());
        long sent = joined.nearOwner.stats.encodedOut.sum() - before;
        assertTrue(sent < 1000, sent + " bytes were sent for what is known");
        assertEquals(List.of(), joined.farOwner.ended);
    }

    /** Each is kept in mind until the peer answers what comes behind its refusal. */
    @Test
    void aPeerThatNeverAnswersIsLeft() {
        HandPeer peer = new HandPeer(DedupFlowsTest.ON);
        peer.owner.deduplication = new DedupService();
        peer.owner.accepts = false;
        peer.fibre.options(DedupFlowsTest.ON);
        peer.loop.run();
        List<HandPeer.Seen> offers = peer.seen(FrameType.CAPS);
        ByteBuffer offer = offers.get(offers.size() - 1).payload();
        peer.send(Frames::preface);
        peer.pairs(FrameType.HELLO, 0, 0, Map.of("device", "hand"));
        peer.send(to -> Frames.pairs(to, FrameType.CAPS, 0, 1, pairs(offer)));
        assertTrue(peer.fibre.deduplication().receives());
        for (int id = 0; id < 4 * Protocol.MOST_FLOWS; id += 512) {
            refuse(peer, id + 1, 512);
        }
        assertEquals(4 * Protocol.MOST_FLOWS, peer.seen(FrameType.REFUSED).size());
        assertFalse(peer.fibre.ended());
        refuse(peer, 4 * Protocol.MOST_FLOWS + 1, 1);
        assertEquals(
                List.of("the peer broke the protocol (LIMIT): flows are opened faster than their refusal is heard of"),
                peer.owner.ended);
    }

    private static Map<String, String> pairs(ByteBuffer caps) {
        try {
            Frames.readInt(caps);
            return Frames.readPairs(caps);
        } catch (ProtocolError e) {
            throw new AssertionError(e);
        }
    }

    private static void refuse(HandPeer peer, int from, int count) {
        peer.send(to -> {
            for (int i = from; i < from + count; i++) {
                HandPeer.putOpen(to, 2 * i);
            }
        });
    }
}
