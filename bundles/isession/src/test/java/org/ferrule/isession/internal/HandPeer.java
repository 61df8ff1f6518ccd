package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.testing.FakeLoop;
import org.ferrule.testing.FakeStream;

/** The far end of a fibre, whose frames a test writes itself. */
final class HandPeer implements StreamHandler, FrameReader.Sink {
    final FakeLoop loop = new FakeLoop();
    final FakeOwner owner = new FakeOwner();
    final FakeCodec codec = new FakeCodec("runs");
    final List<Seen> seen = new ArrayList<>();
    final FakeStream stream = FakeStream.pair(loop).alwaysReads("a fibre never stops reading");
    final Fibre fibre;
    private final FrameReader reader = new FrameReader(this);

    record Seen(FrameType type, int flow, ByteBuffer payload) {}

    HandPeer(Options options) {
        owner.codecs.put("runs", codec);
        fibre = new Fibre(stream.far(), true, owner, options, owner.stats);
        stream.handler(this);
        fibre.start();
        loop.run();
    }

    /** A peer that has greeted. */
    static HandPeer greeted() {
        HandPeer peer = new HandPeer(Joined.RUNS);
        peer.send(Frames::preface);
        peer.pairs(FrameType.HELLO, 0, 0, Map.of("device", "hand"));
        peer.pairs(FrameType.CAPS, 0, 1, Joined.RUNS.pairs());
        return peer;
    }

    void send(Consumer<ByteBuffer> frames) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        frames.accept(buffer);
        stream.write(buffer.flip());
        loop.run();
    }

    void pairs(FrameType type, int flow, int number, Map<String, String> pairs) {
        send(to -> Frames.pairs(to, type, flow, number, pairs));
    }

    void text(FrameType type, int flow, int number, String text) {
        send(to -> Frames.text(to, type, flow, number, text));
    }

    void open(int flow) {
        send(to -> putOpen(to, flow));
    }

    static void putOpen(ByteBuffer to, int flow) {
        Map<String, String> pairs = Map.of("client", "198.51.100.7:40000", "destination", "203.0.113.9:80");
        Frames.pairs(to, FrameType.OPEN, flow, 0, pairs);
    }

    void block(int flow, int codecId, int flags, int rawSize, byte[] encoded) {
        send(to -> putBlock(to, flow, codecId, flags, rawSize, encoded));
    }

    void plain(int flow, byte[] bytes) {
        block(flow, Protocol.CODEC_NONE, 0, bytes.length, bytes);
    }

    static void putBlock(ByteBuffer to, int flow, int codecId, int flags, int rawSize, byte[] encoded) {
        Frames.header(to, FrameType.DATA, flow, Protocol.BLOCK_HEADER + encoded.length);
        to.put((byte) codecId).put((byte) flags).putInt(rawSize).put(encoded);
    }

    List<Seen> seen(FrameType type) {
        return seen.stream().filter(frame -> frame.type() == type).toList();
    }

    /** Lets time pass: the fibre ends after so much of it and no sooner, and says this. */
    void endsAfter(Duration time, String reason) {
        loop.pass(time.minusMillis(1));
        assertFalse(fibre.ended());
        loop.pass(Duration.ofMillis(1));
        assertEquals(List.of(reason), owner.ended);
    }

    long errors(Rule rule) {
        return owner.stats.errorsByRule().get(rule).sum();
    }

    @Override
    public void frame(FrameType type, int flow, ByteBuffer payload) {
        seen.add(new Seen(
                type,
                flow,
                ByteBuffer.allocate(payload.remaining()).put(payload).flip()));
    }

    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public void received(Stream from, ByteBuffer data) {
        try {
            reader.read(data);
        } catch (ProtocolError e) {
            throw new AssertionError("the fibre broke the protocol", e);
        }
    }

    @Override
    public void inputEnded(Stream from) {
        // The fibre said all that it had to say.
    }

    @Override
    public void closed(Stream from, CloseReason reason) {
        // Seen by what the fibre's owner is told.
    }
}
