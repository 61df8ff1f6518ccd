package org.ferrule.codec.lz4.internal;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.ferrule.codec.Encoder;

/** Compresses blocks with LZ4, each for itself. */
final class Lz4Encoder implements Encoder {
    private final LZ4Factory factory;
    private LZ4Compressor compressor;

    Lz4Encoder(LZ4Factory factory, int level) {
        this.factory = factory;
        level(level);
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer block) {
        int written;
        try {
            written = compressor.compress(
                    raw, raw.position(), raw.remaining(), block, block.position(), block.remaining());
        } catch (LZ4Exception e) {
            // How the library says that there is too little room.
            return false;
        }
        raw.position(raw.limit());
        block.position(block.position() + written);
        return true;
    }

    @Override
    public void reset() {
        // There is no history.
    }

    @Override
    public void level(int level) {
        compressor = Lz4Codec.checked(level) == 1 ? factory.fastCompressor() : factory.highCompressor(level);
    }

    @Override
    public void close() {
        // Nothing is held between blocks.
    }
}
