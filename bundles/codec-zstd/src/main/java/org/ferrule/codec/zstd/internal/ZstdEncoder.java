package org.ferrule.codec.zstd.internal;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import java.nio.ByteBuffer;
import org.ferrule.codec.Encoder;

/** Compresses the blocks of one direction of a flow with zstd; each is flushed, so that it decodes at once. */
final class ZstdEncoder implements Encoder {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final int windowLog;
    private int level;
    private boolean newLevel;
    private boolean inFrame;

    /** @param windowLog two to the power of this is the window */
    ZstdEncoder(int level, int windowLog) {
        this.level = level;
        this.windowLog = windowLog;
        reset();
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
        if (newLevel) {
            // The library takes a level at the beginning of a frame only.
            if (inFrame && !write(NOTHING, block, EndDirective.END)) {
                return false;
            }
            reset();
        }
        inFrame = true;
        return write(raw, block, EndDirective.FLUSH);
    }

    /** Whether everything was written. */
    private boolean write(ByteBuffer raw, ByteBuffer block, EndDirective how) {
        while (block.hasRemaining()) {
            if (context.compressByteBufferStream(block, raw, how) && !raw.hasRemaining()) {
                return true;
            }
        }
        return false;
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
        context.setLevel(level)
                .setWindowLog(windowLog)
                .setMagicless(true)
                .setChecksum(false)
                .setContentSize(false)
                .setDictID(false);
        if (level >= ZstdCodec.FIRST_BOUNDED) {
            context.setHashLog(windowLog).setChainLog(windowLog + (level < ZstdCodec.FIRST_TREE ? 0 : 1));
        }
        newLevel = false;
        inFrame = false;
    }

    @Override
    public void level(int next) {
        int checked = ZstdCodec.checked(next);
        newLevel |= checked != level;
        level = checked;
    }

    @Override
    public void close() {
        context.close();
    }
}
