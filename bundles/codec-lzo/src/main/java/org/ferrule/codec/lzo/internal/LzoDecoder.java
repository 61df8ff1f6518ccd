package org.ferrule.codec.lzo.internal;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lzo.LzoDecompressor;
import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;

/** Expands the blocks of an {@link LzoEncoder}; never writes more than the size that was stated. */
final class LzoDecoder implements Decoder {
    private final LzoDecompressor decompressor = new LzoDecompressor();

    @Override
    public void decode(ByteBuffer block, ByteBuffer raw) throws CodecException {
        int stated = raw.remaining();
        int encoded = block.remaining();
        try {
            // The library takes all of its input or throws.
            decompressor.decompress(block, raw);
        } catch (MalformedInputException e) {
            throw new CodecException(
                    "the block of " + encoded + " bytes is damaged, or holds more than the " + stated + " bytes stated",
                    e);
        }
        if (raw.hasRemaining()) {
            throw new CodecException(
                    "the block holds " + (stated - raw.remaining()) + " bytes instead of the " + stated + " stated");
        }
        block.position(block.limit());
    }

    @Override
    public void reset() {
        // There is no history.
    }

    @Override
    public void close() {
        // Everything is on the heap.
    }
}
