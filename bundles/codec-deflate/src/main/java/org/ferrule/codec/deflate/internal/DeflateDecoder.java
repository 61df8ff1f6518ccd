package org.ferrule.codec.deflate.internal;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;

/** Expands the blocks of a {@link DeflateEncoder}; never writes more than the size that was stated. */
final class DeflateDecoder implements Decoder {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Inflater inflater = new Inflater(true);
    private final byte[] probe = new byte[1];

    @Override
    public void decode(ByteBuffer block, ByteBuffer raw) throws CodecException {
        int stated = raw.remaining();
        int encoded = block.remaining();
        inflater.setInput(block);
        try {
            fill(raw, stated);
            // What is left is the flush marker; the probe sees a block that would go on beyond the stated size.
            if (inflater.inflate(probe) != 0) {
                throw new CodecException("the block holds more than the " + stated + " bytes stated");
            }
        } catch (DataFormatException e) {
            throw new CodecException("the block of " + encoded + " bytes is damaged: " + e.getMessage(), e);
        }
        if (inflater.finished() || inflater.needsDictionary() || block.hasRemaining()) {
            throw new CodecException("the block of " + encoded + " bytes does not end where it should");
        }
        inflater.setInput(NOTHING);
    }

    private void fill(ByteBuffer raw, int stated) throws DataFormatException, CodecException {
        while (raw.hasRemaining()) {
            if (inflater.inflate(raw) == 0) {
                // Without output nothing will change: zlib wants input that is not there, or the data has ended.
                throw new CodecException("the block holds " + (stated - raw.remaining()) + " bytes instead of the "
                        + stated + " stated");
            }
        }
    }

    @Override
    public void reset() {
        inflater.reset();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
