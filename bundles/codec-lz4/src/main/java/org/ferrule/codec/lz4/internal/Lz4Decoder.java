package org.ferrule.codec.lz4.internal;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;

/** Expands the blocks of an {@link Lz4Encoder}; never writes more than the size that was stated. */
final class Lz4Decoder implements Decoder {
    private final LZ4SafeDecompressor decompressor;

    Lz4Decoder(LZ4SafeDecompressor decompressor) {
        this.decompressor = decompressor;
    }

    @Override
    public void decode(ByteBuffer block, ByteBuffer raw) throws CodecException {
        int stated = raw.remaining();
        int encoded = block.remaining();
        int written;
        try {
            written = decompressor.decompress(block, block.position(), encoded, raw, raw.position(), stated);
        } catch (LZ4Exception e) {
            throw new CodecException(
                    "the block of " + encoded + " bytes is damaged, or holds more than the " + stated + " bytes stated",
                    e);
        }
        if (written != stated) {
            throw new CodecException("the block holds " + written + " bytes instead of the " + stated + " stated");
        }
        block.position(block.limit());
        raw.position(raw.limit());
    }

    @Override
    public void reset() {
        // There is no history.
    }

    @Override
    public void close() {
        // Nothing is held between blocks.
    }
}
