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
        try {
            if (id != codecId || decoder == null) {
                open(id, codecs);
            } else if ((flags & Protocol.FLAG_RESET) != 0) {
                decoder.reset();
            }
            decoder.decode(block, raw);
        } catch (CodecException | RuntimeException | LinkageError e) {
            throw new ProtocolError(Rule.CODEC, "a block cannot be decoded: " + e.getMessage());
        }
    }

    private void open(int id, Codecs codecs) throws ProtocolError {
        close();
        Codec codec = codecs.codec(id)
                .orElseThrow(
                        () -> new ProtocolError(Rule.CODEC, "a block of codec " + id + ", which is not known here"));
        decoder = codec.decoder();
        codecId = id;
    }

    void close() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
    }
}
