package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.ferrule.codec.Codec;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** Makes raw bytes of the blocks of one history: that of a flow, or that of a fibre. */
final class BlockDecoder {
    private final MemoryPool memory;
    private final MemoryPool.Share share;
    private int codecId = Protocol.CODEC_NONE;
    private Codec codec;
    private Decoder decoder;
    private int window;
    private long reserved;

    /** @param memory what contexts are made of */
    BlockDecoder(MemoryPool memory, MemoryPool.Share share) {
        this.memory = memory;
        this.share = share;
    }

    /** Finds what a peer means by a codec's number. */
    @FunctionalInterface
    interface Codecs {
        Optional<Codec> codec(int id);
    }

    /** The size that a block states to have once it is decoded, which must be one that is allowed. */
    static int rawSize(ByteBuffer block) throws ProtocolError {
        Frames.need(block, Protocol.BLOCK_HEADER);
        int codec = block.get(block.position()) & 0xFF;
        boolean dictionary = dictionary(block);
        int flags = block.get(block.position() + 1) & ~Protocol.FLAG_DICTIONARY;
        int raw = block.getInt(block.position() + 2);
        int encoded = block.remaining() - Protocol.BLOCK_HEADER;
        if (codec == Protocol.CODEC_NONE && flags == Protocol.FLAG_RESET && raw == 0 && encoded == 0) {
            return 0;
        }
        if (dictionary) {
            Frames.need(block, Protocol.BLOCK_HEADER + Protocol.RESTORES);
            int restores = block.getInt(block.position() + Protocol.BLOCK_HEADER);
            if (restores <= 0 || restores > Protocol.MOST_RAW || raw > Protocol.MOST_ENCODED - Protocol.RESTORES) {
                throw new ProtocolError(
                        Rule.FRAME_CONTENT, "a block of " + raw + " bytes is to be restored to " + restores);
            }
            encoded -= Protocol.RESTORES;
        }
        if (raw <= 0 || raw > Protocol.MOST_RAW || codec == Protocol.CODEC_NONE && raw != encoded) {
            throw new ProtocolError(
                    Rule.FRAME_CONTENT, "a block of " + encoded + " bytes states " + raw + " raw bytes");
        }
        if (flags == Protocol.FLAG_PREFIX && dictionary && codec != Protocol.CODEC_NONE) {
            checkHead(block, raw, encoded);
            return raw;
        }
        int known = codec == Protocol.CODEC_NONE ? 0 : Protocol.FLAG_RESET | Protocol.FLAG_SHARED;
        if ((flags & ~known) != 0) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a block has flags that were not agreed: " + flags);
        }
        if (flags >= Protocol.FLAG_SHARED && raw > Protocol.MOST_ENCODED) {
            throw new ProtocolError(
                    Rule.FRAME_CONTENT, "a block with the fibre's history states " + raw + " raw bytes");
        }
        return raw;
    }

    private static void checkHead(ByteBuffer block, int raw, int encoded) throws ProtocolError {
        Frames.need(block, Protocol.BLOCK_HEADER + Protocol.RESTORES + Protocol.HEAD_LENGTH);
        int head = head(block);
        if (head >= raw || head > encoded - Protocol.HEAD_LENGTH) {
            throw new ProtocolError(
                    Rule.FRAME_CONTENT, "a block of " + encoded + " bytes states a head of " + head + " bytes");
        }
    }

    /** How long the head of a block with a prefix is. */
    static int head(ByteBuffer block) {
        return block.getShort(block.position() + Protocol.BLOCK_HEADER + Protocol.RESTORES) & 0xFFFF;
    }

    /** Whether the block has a prefix, and its head is not encoded. */
    static boolean prefixed(ByteBuffer block) {
        return (block.get(block.position() + 1) & Protocol.FLAG_PREFIX) != 0;
    }

    /** How many bytes of the flow a block of this size stands for. */
    static int restores(ByteBuffer block, int rawSize) {
        return dictionary(block) && rawSize > 0 ? block.getInt(block.position() + Protocol.BLOCK_HEADER) : rawSize;
    }

    /** Whether the block is to be restored with the dictionary. */
    static boolean dictionary(ByteBuffer block) {
        return (block.get(block.position() + 1) & Protocol.FLAG_DICTIONARY) != 0;
    }

    /** Whether the block belongs to the history of the fibre. */
    static boolean shared(ByteBuffer block) {
        return (block.get(block.position() + 1) & Protocol.FLAG_SHARED) != 0;
    }

    /**
     * Decodes.
     *
     * @param block with its header, as {@link #rawSize} accepted it
     * @param raw room for exactly the stated size; filled afterwards
     * @return false if there is no memory for a history that begins; then the block is lost
     */
    boolean decode(ByteBuffer block, ByteBuffer raw, Codecs codecs) throws ProtocolError {
        int id = block.get() & 0xFF;
        int flags = block.get();
        int size = block.getInt();
        if ((flags & Protocol.FLAG_DICTIONARY) != 0 && size > 0) {
            block.getInt();
        }
        if (id == Protocol.CODEC_NONE) {
            if ((flags & Protocol.FLAG_RESET) != 0) {
                close();
            }
            raw.put(block);
            return true;
        }
        boolean reset = (flags & Protocol.FLAG_RESET) != 0;
        if (!reset && (decoder == null || id != codecId)) {
            throw new ProtocolError(Rule.CODEC, "a block of codec " + id + " goes on with a history that is not there");
        }
        try {
            if (reset && !begin(id, codecs, block)) {
                return false;
            }
            decoder.decode(block, raw);
            return true;
        } catch (CodecException | RuntimeException | LinkageError e) {
            throw new ProtocolError(Rule.CODEC, "a block cannot be decoded: " + e.getMessage());
        }
    }

    /**
     * Decodes what has nothing but a prefix for history. That ends the history that there is.
     *
     * @param encoded what follows on the head of the block
     * @param raw room for exactly what it is to become; filled afterwards
     * @return false if there is no memory for a history that begins; then the block is lost
     */
    boolean decode(int id, ByteBuffer prefix, ByteBuffer encoded, ByteBuffer raw, Codecs codecs) throws ProtocolError {
        try {
            if (!begin(id, codecs, encoded)) {
                return false;
            }
            codecId = Protocol.CODEC_NONE;
            decoder.prefix(prefix);
            decoder.decode(encoded, raw);
            return true;
        } catch (CodecException | RuntimeException | LinkageError e) {
            throw new ProtocolError(Rule.CODEC, "a block with a prefix cannot be decoded: " + e.getMessage());
        }
    }

    /** A history begins: the moment to move to the codec that is there now. */
    private boolean begin(int id, Codecs codecs, ByteBuffer first) throws ProtocolError, CodecException {
        Codec next = codecs.codec(id)
                .orElseThrow(
                        () -> new ProtocolError(Rule.CODEC, "a block of codec " + id + ", which is not known here"));
        int needed = next.window(first);
        if (decoder != null && next == codec && needed == window) {
            codecId = id;
            decoder.reset();
            return true;
        }
        close();
        long bytes = next.decoderMemory(needed);
        if (!memory.reserve(bytes, share)) {
            return false;
        }
        reserved = bytes;
        decoder = next.decoder(needed);
        window = needed;
        codec = next;
        codecId = id;
        return true;
    }

    /** The next compressed block begins a history: a codec that is not there any more is let go. */
    void letGo(Codecs codecs) {
        if (decoder != null && codecs.codec(codecId).orElse(null) != codec) {
            close();
        }
    }

    void close() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
            codec = null;
        }
        memory.release(reserved);
        reserved = 0;
    }
}
