package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.Codec;
import org.ferrule.codec.Encoder;
import org.ferrule.codec.adaptive.Choice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One history, and the codec that goes on with it: makes blocks of raw bytes. On the fibre's loop. */
final class Compressor {
    private static final Logger LOG = LoggerFactory.getLogger(Compressor.class);

    private final MemoryPool memory;
    private final Failures told;
    private Codec codec;
    private Encoder encoder;
    private int level;
    private int window;
    private long reserved;
    private int generation;
    private boolean fresh = true;
    private boolean broken;

    /** Is told when a codec, not its data, is at fault. */
    @FunctionalInterface
    interface Failures {
        void failed(Codec codec, Throwable why);
    }

    /** @param memory what contexts are made of */
    Compressor(MemoryPool memory, Failures told) {
        this.memory = memory;
        this.told = told;
    }

    /**
     * The codec and level for blocks from now on.
     *
     * @param nextGeneration changes when the peer's decoder may have been replaced: the history begins anew
     * @param share of the memory for contexts that this history may bring it to
     * @return whether it can be used: false if there is no memory for it, or it fails
     */
    boolean use(Choice choice, int nextGeneration, MemoryPool.Share share) {
        return use(choice, 0, nextGeneration, share);
    }

    /**
     * The same.
     *
     * @param most the longest window of a history that begins, in bytes, which it gets where there is much memory; 0: the
     *     codec's own
     */
    boolean use(Choice choice, int most, int nextGeneration, MemoryPool.Share share) {
        if (choice.codec() != codec || nextGeneration != generation) {
            close();
            codec = choice.codec();
            generation = nextGeneration;
            broken = false;
        }
        try {
            if (encoder == null) {
                return begin(choice.level(), most, share);
            }
            if (choice.level() != level) {
                change(choice.level(), share);
            }
            return true;
        } catch (RuntimeException | LinkageError e) {
            failed(e);
            return false;
        }
    }

    private boolean begin(int next, int most, MemoryPool.Share share) {
        window = most;
        long bytes = codec.encoderMemory(next, window);
        if (most > 0 && !memory.reserve(bytes, MemoryPool.Share.START)) {
            window = 0;
            bytes = codec.encoderMemory(next, window);
        }
        if (window == 0 && !memory.reserve(bytes, share)) {
            return false;
        }
        reserved = bytes;
        encoder = codec.encoder(next, window);
        level = next;
        return true;
    }

    private void change(int next, MemoryPool.Share share) {
        long more = codec.encoderMemory(next, window) - reserved;
        if (more > 0 && !memory.reserve(more, share)) {
            // The level that there is does, too.
            return;
        }
        if (more < 0) {
            memory.release(-more);
        }
        reserved += more;
        encoder.level(next);
        level = next;
    }

    /** Null before it was used. */
    Codec codec() {
        return codec;
    }

    /** Whether it can encode. */
    boolean ready() {
        return encoder != null;
    }

    /** Whether it cannot because its codec failed. */
    boolean broken() {
        return broken;
    }

    /** Whether the next block begins the history. */
    boolean fresh() {
        return fresh;
    }

    /** The history ends here. */
    void restart() {
        if (!fresh && encoder != null) {
            fresh = true;
            try {
                encoder.reset();
            } catch (RuntimeException | LinkageError e) {
                failed(e);
            }
        }
    }

    /**
     * Encodes; {@link #use} said that it can.
     *
     * @return false if the block does not fit: then the buffers are as they were, and the history begins anew
     */
    boolean encode(ByteBuffer raw, ByteBuffer to) {
        int rawAt = raw.position();
        int at = to.position();
        boolean fits = false;
        try {
            fits = encoder.encode(raw, to);
        } catch (RuntimeException | LinkageError e) {
            failed(e);
        }
        fresh = !fits;
        if (!fits) {
            raw.position(rawAt);
            to.position(at);
        }
        return fits;
    }

    /** The same, with nothing but the prefix for history, which the codec must take; the history begins anew afterwards. */
    boolean encode(ByteBuffer prefix, ByteBuffer raw, ByteBuffer to) {
        try {
            encoder.prefix(prefix);
        } catch (RuntimeException | LinkageError e) {
            failed(e);
            return false;
        }
        boolean fits = encode(raw, to);
        restart();
        return fits;
    }

    private void failed(Throwable e) {
        told.failed(codec, e);
        close();
        broken = true;
    }

    /** Gives the context back; the history is over. */
    void close() {
        Encoder gone = encoder;
        encoder = null;
        fresh = true;
        broken = false;
        memory.release(reserved);
        reserved = 0;
        try {
            if (gone != null) {
                gone.close();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("the codec {} failed at its end", codec.name(), e);
        }
    }
}
