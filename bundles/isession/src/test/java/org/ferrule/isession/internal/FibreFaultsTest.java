package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FibreFaultsTest {
    private final HandPeer peer = HandPeer.greeted();
    private final Opened opened = Opened.on(peer.fibre);

    private void broken(Rule rule) {
        peer.loop.run();
        assertEquals(1, peer.errors(rule));
        assertEquals(1, peer.owner.stats.errors());
        assertEquals(1, peer.owner.ended.size());
        assertEquals(1, peer.seen(FrameType.ERROR).size());
        assertEquals(Kind.RESET_BY_PEER, opened.recorder.closed.get(0).kind());
        assertEquals(0, peer.owner.stats.currentFlows.get());
    }

    private void unharmed() {
        assertFalse(peer.fibre.ended());
        assertEquals(0, peer.owner.stats.errors());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4711, 4712})
    void dataOfAFlowThatWasNeverOpenedEndsTheFibre(int flow) {
        peer.plain(flow, new byte[3]);
        broken(Rule.FLOW_STATE);
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameType.class,
            names = {"OPENED", "REFUSED", "DATA", "FIN", "RESET", "STOP_SENDING", "CREDIT", "CREDIT_BACK"})
    void nothingMayBeSaidOfAFlowThatWasNeverOpened(FrameType type) {
        peer.send(to -> Frames.empty(to, type, 2));
        broken(Rule.FLOW_STATE);
    }

    @Test
    void whatArrivesForAClosedFlowIsIgnored() {
        opened.stream.reset();
        peer.plain(1, new byte[3]);
        peer.send(to -> Frames.credit(to, 1, 5, 5));
        peer.send(to -> Frames.empty(to, FrameType.FIN, 1));
        peer.text(FrameType.RESET, 1, 0, "");
        peer.text(FrameType.REFUSED, 1, 0, "");
        unharmed();
        assertEquals(0, opened.recorder.size());
        assertEquals(1, peer.seen(FrameType.CREDIT).size(), "the one that came with OPEN");
    }

    @Test
    void dataOfAFlowThatWasRefusedHereIsIgnored() {
        peer.owner.accepts = false;
        peer.open(2);
        peer.plain(2, new byte[3]);
        assertEquals(2, peer.seen(FrameType.REFUSED).get(0).flow());
        assertEquals(1, peer.owner.stats.refused.sum());
        assertTrue(peer.owner.stats.lastRefusal.startsWith("no virtual server"), peer.owner.stats.lastRefusal);
        unharmed();
    }

    @Test
    void flowsAreRefusedWhereTunnelsAreDisabled() throws ProtocolError {
        peer.fibre.options(new Options(false, false, java.util.List.of()));
        peer.open(2);
        var refusal = peer.seen(FrameType.REFUSED).get(0).payload();
        Frames.readInt(refusal);
        assertEquals("tunnels are disabled here", Frames.readText(refusal));
        assertTrue(peer.owner.accepted.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 1, 3})
    void flowIdsOnlyRiseAndEachEndHasItsOwn(int flow) {
        peer.open(4);
        peer.open(flow);
        broken(Rule.FLOW_STATE);
    }

    @Test
    void flowIdsMayBeLeftOut() {
        peer.open(2);
        peer.open(100);
        unharmed();
        assertEquals(2, peer.owner.accepted.size());
    }

    @Test
    void aFlowWithoutAnAddressEndsTheFibre() {
        peer.pairs(FrameType.OPEN, 2, 0, Map.of("client", "somebody", "destination", "203.0.113.9:80"));
        broken(Rule.FRAME_CONTENT);
    }

    @Test
    void dataAfterTheEndOfDataEndsTheFibre() {
        peer.send(to -> Frames.empty(to, FrameType.FIN, 1));
        peer.plain(1, new byte[3]);
        broken(Rule.FLOW_STATE);
    }

    @Test
    void aSecondEndOfDataEndsTheFibre() {
        peer.send(to -> Frames.empty(to, FrameType.FIN, 1));
        peer.send(to -> Frames.empty(to, FrameType.FIN, 1));
        broken(Rule.FLOW_STATE);
    }

    @Test
    void aBlockThatLiesAboutItsSizeEndsTheFibre() {
        peer.block(1, Protocol.CODEC_NONE, 0, 4, new byte[3]);
        broken(Rule.FRAME_CONTENT);
    }

    @Test
    void aDamagedBlockThatWaitedForItsReaderEndsTheFibreToo() {
        peer.text(FrameType.CODEC, 0, 1, "runs");
        opened.stream.suspendRead();
        peer.block(1, 1, 1, 3, new byte[] {0, 0, 0, 9, 3, 7});
        unharmed();
        opened.stream.resumeRead();
        broken(Rule.CODEC);
    }

    @Test
    void anErrorOfThePeerEndsTheFibreAndIsNotCountedAsOurs() {
        peer.text(FrameType.ERROR, 0, 0, "bad\u001bday");
        assertEquals(java.util.List.of("the peer ended the tunnel: bad day"), peer.owner.ended);
        assertEquals(0, peer.owner.stats.errors());
    }

    @Test
    void whatFollowsAnErrorInTheSameBytesIsLeftAlone() {
        peer.send(to -> {
            Frames.text(to, FrameType.ERROR, 0, 0, "over");
            HandPeer.putBlock(to, 1, 0, 0, 3, new byte[3]);
            Frames.empty(to, FrameType.FIN, 4711);
        });
        assertEquals(0, opened.recorder.size());
        assertEquals(0, peer.owner.stats.errors());
    }
}
