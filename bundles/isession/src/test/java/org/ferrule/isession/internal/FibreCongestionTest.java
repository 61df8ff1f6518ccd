package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A peer that reads nothing while it makes this end say more and more. */
class FibreCongestionTest {
    private static final int BATCH = 2000;

    private final HandPeer peer = HandPeer.greeted();

    private void pings(int count) {
        for (int sent = 0; sent < count && !peer.fibre.ended(); sent += BATCH) {
            peer.send(to -> {
                for (int i = 0; i < BATCH; i++) {
                    Frames.number(to, FrameType.PING, 7);
                }
            });
        }
    }

    @Test
    void whatMustBeSaidWaitsAndIsSaidInOrder() {
        peer.stream.far().hold();
        Opened busy = Opened.on(peer.fibre);
        busy.write(Bytes.noise(new java.util.Random(1), 400_000));
        pings(20_000);
        assertFalse(peer.fibre.ended());
        Opened late = Opened.on(peer.fibre);
        assertEquals(0, late.refused.size());
        peer.stream.far().release();
        peer.loop.run();
        assertEquals(20_000, peer.seen(FrameType.PONG).size());
        assertEquals(2, peer.seen(FrameType.OPEN).size());
        assertEquals(0, late.recorder.closed.size());
    }

    @Test
    void noFlowIsAddedWhereMuchWaits() {
        peer.stream.far().hold();
        Opened.on(peer.fibre).write(Bytes.noise(new java.util.Random(1), 400_000));
        pings(150_000);
        assertFalse(peer.fibre.ended());
        assertEquals(1, Opened.on(peer.fibre).refused.size());
    }

    @Test
    void aPeerThatTakesNothingForTooLongIsLeft() {
        peer.stream.far().hold();
        Opened.on(peer.fibre).write(Bytes.noise(new java.util.Random(1), 400_000));
        pings(300_000);
        assertTrue(peer.fibre.ended());
        assertTrue(peer.owner.ended.get(0).contains("takes nothing"), peer.owner.ended.toString());
    }
}
