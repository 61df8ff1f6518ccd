package org.ferrule.codec.deflate.internal;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.ferrule.codec.Encoder;

/** Compresses the blocks of one direction of a flow; each ends with a sync flush, so that it decodes at once. */
final class DeflateEncoder implements Encoder {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Deflater deflater;
    private boolean newLevel;

    DeflateEncoder(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer block) {
        int rawStart = raw.position();
        int blockStart = block.position();
        if (fits(raw, block)) {
            return true;
        }
        raw.position(rawStart);
        block.position(blockStart);
        reset();
        return false;
    }

    private boolean fits(ByteBuffer raw, ByteBuffer block) {
        deflater.setInput(raw);
        if (newLevel) {
            // The first call after setLevel only applies it (zlib's deflateParams): it need not take input and never
            // flushes.
            newLevel = false;
            deflater.deflate(block, Deflater.NO_FLUSH);
        }
        // zlib has flushed everything when it leaves room; a block that is full to the last byte may lack its end.
        while (block.hasRemaining()) {
            int written = deflater.deflate(block, Deflater.SYNC_FLUSH);
            if (block.hasRemaining() && (deflater.needsInput() || written == 0)) {
                boolean whole = !raw.hasRemaining();
                // The caller's buffer is lent for this call only.
                deflater.setInput(NOTHING);
                return whole;
            }
        }
        return false;
    }

    @Override
    public void reset() {
        deflater.reset();
    }

    @Override
    public void level(int level) {
        deflater.setLevel(DeflateCodec.checked(level));
        newLevel = true;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
