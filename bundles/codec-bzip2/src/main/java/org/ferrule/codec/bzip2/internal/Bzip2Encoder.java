package org.ferrule.codec.bzip2.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.ferrule.codec.Encoder;

/** Compresses blocks with bzip2, each for itself. */
final class Bzip2Encoder implements Encoder {
    private int level;
    private byte[] copy = {};

    Bzip2Encoder(int level) {
        this.level = level;
    }

    /** Fills a buffer; what is too much is counted. */
    private static final class Filling extends OutputStream {
        private final ByteBuffer block;
        private boolean overflowed;

        Filling(ByteBuffer block) {
            this.block = block;
        }

        @Override
        public void write(int b) {
            if (block.hasRemaining()) {
                block.put((byte) b);
            } else {
                overflowed = true;
            }
        }
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer block) {
        int start = block.position();
        int size = raw.remaining();
        Filling filling = new Filling(block);
        try (var bzip2 = new BZip2CompressorOutputStream(filling, Math.min(level, Bzip2Codec.needed(size)))) {
            if (raw.hasArray()) {
                bzip2.write(raw.array(), raw.arrayOffset() + raw.position(), size);
            } else {
                bzip2.write(copied(raw), 0, size);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        if (filling.overflowed) {
            block.position(start);
            return false;
        }
        raw.position(raw.limit());
        return true;
    }

    private byte[] copied(ByteBuffer raw) {
        if (copy.length < raw.remaining()) {
            copy = new byte[raw.remaining()];
        }
        raw.duplicate().get(copy, 0, raw.remaining());
        return copy;
    }

    @Override
    public void reset() {
        // There is no history.
    }

    @Override
    public void level(int next) {
        level = Bzip2Codec.checked(next);
    }

    @Override
    public void close() {
        // Everything is on the heap.
    }
}
