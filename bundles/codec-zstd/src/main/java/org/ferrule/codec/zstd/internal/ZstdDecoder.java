package org.ferrule.codec.zstd.internal;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;

/** Expands the blocks of a {@link ZstdEncoder}; never writes more than the size that was stated. */
final class ZstdDecoder implements Decoder {
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer probe = ByteBuffer.allocate(1);
    private final int windowLog;

    /** @param windowLog two to the power of this is the longest window that it takes */
    ZstdDecoder(int windowLog) {
        this.windowLog = windowLog;
        reset();
    }

    @Override
    public void decode(ByteBuffer block, ByteBuffer raw) throws CodecException {
        int stated = raw.remaining();
        int encoded = block.remaining();
        try {
            while (raw.hasRemaining()) {
                if (!advances(block, raw)) {
                    throw new CodecException("the block holds " + (stated - raw.remaining()) + " bytes instead of the "
                            + stated + " stated");
                }
            }
            probe.clear();
            // What is left is the mark of a frame's end, if anything; the probe sees a block that would go on.
            while (advances(block, probe) && probe.hasRemaining()) {
                continue;
            }
        } catch (ZstdException e) {
            throw new CodecException("the block of " + encoded + " bytes is damaged: " + e.getMessage(), e);
        }
        if (!probe.hasRemaining() || block.hasRemaining()) {
            throw new CodecException("the block holds more than the " + stated + " bytes stated");
        }
    }

    /** Decodes what it can. Whether that took or gave a byte. */
    private boolean advances(ByteBuffer block, ByteBuffer raw) {
        int before = block.remaining() + raw.remaining();
        context.decompressByteBufferStream(raw, block);
        return block.remaining() + raw.remaining() != before;
    }

    @Override
    public void prefix(ByteBuffer history) {
        reset();
        context.loadDict(ZstdCodec.prefix(history), ZstdDictContentType.RAW_CONTENT);
    }

    /** The library's reset forgets the parameters, too. */
    @Override
    public void reset() {
        context.reset();
        context.setMagicless(true).setLongMax(windowLog);
    }

    @Override
    public void close() {
        context.close();
    }
}
