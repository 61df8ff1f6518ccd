package org.ferrule.codec.bzip2.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;

/** Expands the blocks of a {@link Bzip2Encoder}; never writes more than the size that was stated. */
final class Bzip2Decoder implements Decoder {
    private static final int CHUNK = 1 << 13;
    private static final int HEADER = 4;

    private final byte[] chunk = new byte[CHUNK];

    /** Reads a buffer. */
    private static final class Reading extends InputStream {
        private final ByteBuffer block;

        Reading(ByteBuffer block) {
            this.block = block;
        }

        @Override
        public int read() {
            return block.hasRemaining() ? block.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] to, int at, int length) {
            int taken = Math.min(length, block.remaining());
            block.get(to, at, taken);
            return taken == 0 && length > 0 ? -1 : taken;
        }
    }

    @Override
    public void decode(ByteBuffer block, ByteBuffer raw) throws CodecException {
        int stated = raw.remaining();
        int encoded = block.remaining();
        refuseGreed(block, stated);
        try (var bzip2 = new BZip2CompressorInputStream(new Reading(block))) {
            fill(raw, bzip2, stated);
            if (bzip2.read() != -1) {
                throw new CodecException("the block holds more than the " + stated + " bytes stated");
            }
        } catch (IOException | RuntimeException e) {
            // The library meets some damage with exceptions of indexes.
            throw new CodecException("the block of " + encoded + " bytes is damaged: " + e.getMessage(), e);
        }
        if (block.hasRemaining()) {
            throw new CodecException("the block of " + encoded + " bytes does not end where it should");
        }
    }

    /** The header says how much the library allocates, up to 4.5 MB: more than the stated size needs is not given. */
    private static void refuseGreed(ByteBuffer block, int stated) throws CodecException {
        if (block.remaining() < HEADER) {
            throw new CodecException("the block of " + block.remaining() + " bytes is none of bzip2");
        }
        int level = block.get(block.position() + HEADER - 1) - '0';
        if (level > Bzip2Codec.needed(stated)) {
            throw new CodecException("the block asks for level " + level + " to hold " + stated + " bytes");
        }
    }

    private void fill(ByteBuffer raw, InputStream bzip2, int stated) throws IOException, CodecException {
        while (raw.hasRemaining()) {
            int read = bzip2.read(chunk, 0, Math.min(CHUNK, raw.remaining()));
            if (read <= 0) {
                throw new CodecException("the block holds " + (stated - raw.remaining()) + " bytes instead of the "
                        + stated + " stated");
            }
            raw.put(chunk, 0, read);
        }
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
