package org.ferrule.codec.lzo.internal;

import io.airlift.compress.lzo.LzoCompressor;
import java.nio.ByteBuffer;
import org.ferrule.codec.Encoder;

/** Compresses blocks with LZO1X, each for itself. */
final class LzoEncoder implements Encoder {
    /** Room that is kept between blocks; larger blocks are rare. */
    private static final int KEPT = room(1 << 14);

    private final LzoCompressor compressor = new LzoCompressor();

    /** The library wants room for the worst case, which a block rarely has. */
    private final ByteBuffer room = ByteBuffer.allocate(KEPT);

    LzoEncoder(int level) {
        level(level);
    }

    /** What the library wants: how large so many bytes become at worst. */
    static int room(int size) {
        return size + size / 255 + 16;
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer block) {
        int worst = room(raw.remaining());
        ByteBuffer encoded = worst <= KEPT ? room.clear() : ByteBuffer.allocate(worst);
        compressor.compress(raw, encoded);
        if (encoded.flip().remaining() > block.remaining()) {
            return false;
        }
        raw.position(raw.limit());
        block.put(encoded);
        return true;
    }

    @Override
    public void reset() {
        // There is no history.
    }

    @Override
    public void level(int level) {
        LzoCodec.checked(level);
    }

    @Override
    public void close() {
        // Everything is on the heap.
    }
}
