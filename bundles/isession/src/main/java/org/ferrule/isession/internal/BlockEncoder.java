package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.Codec;
import org.ferrule.codec.Encoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns raw bytes of one flow into blocks: compressed by the codec in use where that makes them smaller, plain otherwise.
 * What cannot be compressed is found out soon, and tried again from time to time.
 */
final class BlockEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(BlockEncoder.class);

    /** Smaller blocks are sent as they are: a codec's own marks would eat what it saves. */
    private static final int WORTH_IT = 64;

    /** Blocks of the size that failed which are sent plain before the next attempt, at most. */
    private static final int MOST_SKIPPED = 64;

    /** Raw bytes to send plain when the codec itself failed: it will fail again, and an exception a block costs much. */
    static final int AFTER_FAILURE = 1 << 24;

    private final Failures told;
    private Codec codec;
    private Encoder encoder;
    private int level;
    private int generation;
    private boolean fresh = true;
    private int failures;

    /** Raw bytes to send plain before the next attempt. */
    private int skip;

    /** Is told when a codec, not its data, is at fault. */
    @FunctionalInterface
    interface Failures {
        void failed(Codec codec, Throwable why);
    }

    BlockEncoder(Failures told) {
        this.told = told;
    }

    /**
     * The codec for blocks from now on; null for none.
     *
     * @param nextGeneration changes when the peer's decoder may have been replaced: the history begins anew
     */
    void use(Codec next, int nextLevel, int nextGeneration) {
        if (next != codec || next == null || nextGeneration != generation) {
            close();
            codec = next;
            level = nextLevel;
            generation = nextGeneration;
        } else if (nextLevel != level) {
            level = nextLevel;
            if (encoder != null) {
                try {
                    encoder.level(allowed());
                } catch (RuntimeException | LinkageError e) {
                    failed(e);
                }
            }
        }
    }

    /**
     * Writes a block: its header, then its bytes.
     *
     * @param raw at most {@link Protocol#MOST_ENCODED} bytes; empty afterwards
     * @param to with room for the header and as many bytes as {@code raw} has
     * @param codecId how the fibre's peer knows the codec
     * @return whether the block was compressed
     */
    boolean encode(ByteBuffer raw, ByteBuffer to, int codecId) {
        int start = to.position();
        int size = raw.remaining();
        if (codec != null && size >= WORTH_IT && attempt(size)) {
            int flags = fresh ? Protocol.FLAG_RESET : 0;
            header(to, codecId, flags, size);
            int limit = to.limit();
            int position = raw.position();
            // One byte saved is the least that counts.
            to.limit(to.position() + size - 1);
            boolean fits = compress(raw, to);
            to.limit(limit);
            if (fits) {
                raw.position(raw.limit());
                fresh = false;
                failures = 0;
                skip = 0;
                return true;
            }
            raw.position(position);
            to.position(start);
            fresh = true;
            failures = Math.min(failures + 1, 30);
            skip = Math.max(skip, size * Math.min(MOST_SKIPPED, 1 << failures));
        }
        header(to, Protocol.CODEC_NONE, 0, size);
        to.put(raw);
        return false;
    }

    private int allowed() {
        return Math.max(codec.minLevel(), Math.min(codec.maxLevel(), level));
    }

    /** A codec that fails costs its encoder; the block is sent plain, and so is what follows for a good while. */
    private boolean compress(ByteBuffer raw, ByteBuffer to) {
        try {
            if (encoder == null) {
                encoder = codec.encoder(allowed());
            }
            return encoder.encode(raw, to);
        } catch (RuntimeException | LinkageError e) {
            failed(e);
            return false;
        }
    }

    private void failed(Throwable e) {
        told.failed(codec, e);
        drop();
        fresh = true;
        skip = AFTER_FAILURE;
    }

    /** Closing a codec that failed may fail, too. */
    private void drop() {
        Encoder gone = encoder;
        encoder = null;
        try {
            if (gone != null) {
                gone.close();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("the codec {} failed at its end", codec.name(), e);
        }
    }

    /** What failed in a short block says nothing of a longer one: that is tried all the same. */
    private boolean attempt(int size) {
        if (size > skip) {
            return true;
        }
        skip -= size;
        return false;
    }

    private static void header(ByteBuffer to, int codec, int flags, int size) {
        to.put((byte) codec).put((byte) flags).putInt(size);
    }

    Codec codec() {
        return codec;
    }

    void close() {
        drop();
        fresh = true;
        failures = 0;
        skip = 0;
    }
}
