package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowLimitsTest {
    private final Joined joined = new Joined().greet();

    @Test
    void manyFlowsAtOnceKeepTheirDataApart() {
        List<Opened> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Opened opened = Opened.on(i % 2 == 0 ? joined.near : joined.far);
            opened.write(Bytes.same(1000 + i, i));
            all.add(opened);
        }
        joined.loop.run();
        for (int i = 0; i < 300; i++) {
            Recorder recorder = (i % 2 == 0 ? joined.farOwner : joined.nearOwner).recorders.get(i / 2);
            assertArrayEquals(Bytes.same(1000 + i, i), recorder.bytes());
        }
        all.forEach(opened -> opened.stream.reset());
        joined.loop.run();
        assertEquals(0, joined.nearOwner.stats.currentFlows.get());
        assertEquals(0, joined.farOwner.stats.currentFlows.get());
        assertEquals(300, joined.farOwner.stats.flows.sum());
    }

    @Test
    void aFibreThatIsFullRefusesAtOnceAndTakesMoreWhenOneEnds() {
        Opened first = Opened.on(joined.near);
        for (int i = 1; i < Protocol.MOST_FLOWS; i++) {
            Opened.on(joined.near);
        }
        Opened tooMany = joined.open();
        assertEquals(List.of("the fibre has 16384 flows"), tooMany.refused);
        assertEquals(Protocol.MOST_FLOWS, joined.farOwner.accepted.size());
        first.stream.reset();
        joined.loop.run();
        assertTrue(joined.open().refused.isEmpty());
        assertEquals(Protocol.MOST_FLOWS + 1, joined.farOwner.accepted.size());
    }

    @Test
    void aPeerThatOpensMoreThanTheFibreHasRoomForIsRefused() {
        HandPeer peer = HandPeer.greeted();
        for (int batch = 0; batch < Protocol.MOST_FLOWS; batch += 512) {
            int start = batch;
            peer.send(to -> {
                for (int i = start + 1; i <= start + 512; i++) {
                    HandPeer.putOpen(to, 2 * i);
                }
            });
        }
        assertTrue(peer.seen(FrameType.REFUSED).isEmpty());
        peer.open(2 * Protocol.MOST_FLOWS + 2);
        assertEquals(1, peer.seen(FrameType.REFUSED).size());
        assertFalse(peer.fibre.ended());
        assertEquals(Protocol.MOST_FLOWS, peer.owner.accepted.size());
    }
}
