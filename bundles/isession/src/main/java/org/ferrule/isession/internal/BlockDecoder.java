package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.ferrule.codec.Codec;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.Decoder;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** Makes raw bytes of the blocks of one flow. */
final class BlockDecoder {
    private int codecId = Protocol.CODEC_NONE;
    private Codec codec;
    private Decoder decoder;

    /** Finds what a peer means by a codec's number. */
    @FunctionalInterface
    interface Codecs {
        Optional<Codec> codec(int id);
    }

    /** The raw size that a block states, which must be one that is allowed. */
    static int rawSize(ByteBuffer block) throws ProtocolError {
        Frames.need(block, Protocol.BLOCK_HEADER);
        int codec = block.get(block.position()) & 0xFF;
        int flags = block.get(block.position() + 1);
        int raw = block.getInt(block.position() + 2);
        int encoded = block.remaining() - Protocol.BLOCK_HEADER;
        if (raw <= 0 || raw > Protocol.MOST_RAW || codec == Protocol.CODEC_NONE && raw != encoded) {
            throw new ProtocolError(
                    Rule.FRAME_CONTENT, "a block of " + encoded + " bytes states " + raw + " raw bytes");
        }
        if ((flags & ~Protocol.FLAG_RESET) != 0) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a block has flags that were not agreed: " + flags);
        }
        return raw;
    }

    /**
     * Decodes.
     *
     * @param block with its header, as {@link #rawSize} accepted it
     * @param raw room for exactly the stated size; filled afterwards
     */
    void decode(ByteBuffer block, ByteBuffer raw, Codecs codecs) throws ProtocolError {
        int id = block.get() & 0xFF;
        int flags = block.get();
        block.getInt();
        if (id == Protocol.CODEC_NONE) {
            raw.put(block);
            return;
        }
        boolean reset = (flags & Protocol.FLAG_RESET) != 0;
        if (!reset && (decoder == null || id != codecId)) {
            throw new ProtocolError(Rule.CODEC, "a block of codec " + id + " goes on with a history that is not there");
        }
        try {
            if (reset) {
                begin(id, codecs);
            }
            decoder.decode(block, raw);
        } catch (CodecException | RuntimeException | LinkageError e) {
            throw new ProtocolError(Rule.CODEC, "a block cannot be decoded: " + e.getMessage());
        }
    }

    /** A history begins: the moment to move to the codec that is there now. */
    private void begin(int id, Codecs codecs) throws ProtocolError {
        Codec next = codecs.codec(id)
                .orElseThrow(
                        () -> new ProtocolError(Rule.CODEC, "a block of codec " + id + ", which is not known here"));
        if (decoder != null && next == codec) {
            codecId = id;
            decoder.reset();
            return;
        }
        close();
        decoder = next.decoder();
        codec = next;
        codecId = id;
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
    }
}
