package org.ferrule.isession.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.ferrule.codec.Codec;

/** One flow's encoder on a fibre whose peer allows everything, and what the peer decodes its blocks with. */
final class CodingRig {
    final FakeCodec first = new FakeCodec("first");
    final FakeCodec second = new FakeCodec("second");
    final Joined joined;
    final BlockEncoder encoder;
    final BlockDecoder own;
    final BlockDecoder shared;
    int endsOfHistory;

    CodingRig() {
        this(false);
    }

    CodingRig(boolean sharedContext) {
        joined =
                new Joined(options(List.of(), 1, sharedContext), options(List.of("first", "second"), 5, sharedContext));
        for (FakeOwner owner : List.of(joined.nearOwner, joined.farOwner)) {
            owner.codecs.put("first", first);
            owner.codecs.put("second", second);
        }
        joined.greet();
        encoder = encoder();
        own = new BlockDecoder(joined.farOwner.decoders, MemoryPool.Share.GROWTH);
        shared = new BlockDecoder(joined.farOwner.decoders, MemoryPool.Share.FIRST);
    }

    /** Of another flow. */
    BlockEncoder encoder() {
        return new BlockEncoder(joined.near.compression(), () -> endsOfHistory++);
    }

    private static Options options(List<String> codecs, int level, boolean sharedContext) {
        Map<String, Integer> levels = Map.of("first", level, "second", level);
        return new Options(true, true, codecs, levels, false, sharedContext, true, false, List.of());
    }

    /** The codec from now on; null for none. */
    void use(Codec codec, int level) {
        Options before = joined.near.ours();
        joined.near.options(options(codec == null ? List.of() : List.of(codec.name()), level, before.sharedContext()));
        joined.loop.run();
    }

    /** Sends so much that the flow has a history of its own from the next block on. */
    void warm() throws ProtocolError {
        roundTrip(Bytes.same(BlockEncoder.ALONE, 9));
    }

    ByteBuffer encode(byte[] raw) {
        return encode(encoder, raw);
    }

    ByteBuffer encode(BlockEncoder with, byte[] raw) {
        ByteBuffer source = ByteBuffer.wrap(raw);
        with.prepare(source);
        // What is told to the peer precedes the block.
        joined.loop.run();
        ByteBuffer block = ByteBuffer.allocate(Protocol.BLOCK_HEADER + raw.length);
        with.encode(source, 0, block);
        assertFalse(source.hasRemaining());
        return block.flip();
    }

    byte[] decode(ByteBuffer block) throws ProtocolError {
        return decode(own, block);
    }

    byte[] decode(BlockDecoder with, ByteBuffer block) throws ProtocolError {
        ByteBuffer raw = ByteBuffer.allocate(BlockDecoder.rawSize(block));
        BlockDecoder decoder = BlockDecoder.shared(block) ? shared : with;
        decoder.decode(block, raw, joined.far.negotiation()::decoder);
        assertFalse(raw.hasRemaining());
        return raw.array();
    }

    void roundTrip(byte[] raw) throws ProtocolError {
        assertArrayEquals(raw, decode(encode(raw)));
    }

    /** The name of a block's codec; "" for none. */
    String codecOf(ByteBuffer block) {
        int number = block.get(block.position());
        return number == 0
                ? ""
                : joined.far.negotiation().decoder(number).orElseThrow().name();
    }

    static int flagsOf(ByteBuffer block) {
        return block.get(block.position() + 1);
    }
}
