package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** The history of a fibre at the end that receives: decodes its blocks as they arrive. On the fibre's loop. */
final class SharedHistory {
    private final BlockDecoder decoder;
    private final BlockDecoder.Codecs codecs;
    private ByteBuffer plain;

    SharedHistory(MemoryPool memory, BlockDecoder.Codecs codecs) {
        decoder = new BlockDecoder(memory, MemoryPool.Share.FIRST);
        this.codecs = codecs;
    }

    /** Makes a block that needs no history of one that does; it is lent until the next one. */
    ByteBuffer plain(ByteBuffer block, int rawSize) throws ProtocolError {
        if (plain == null) {
            plain = ByteBuffer.allocateDirect(Protocol.MOST_PAYLOAD);
        }
        plain.clear().put((byte) Protocol.CODEC_NONE).put((byte) 0).putInt(rawSize);
        plain.limit(plain.position() + rawSize);
        if (!decoder.decode(block, plain, codecs)) {
            throw new ProtocolError(Rule.CODEC, "no memory is left to decode what the flows of the fibre share");
        }
        return plain.flip();
    }

    /** Decodes what a block with a prefix has behind its head; the history is over. */
    void prefixed(int codec, ByteBuffer prefix, ByteBuffer encoded, ByteBuffer raw) throws ProtocolError {
        if (!decoder.decode(codec, prefix, encoded, raw, codecs)) {
            throw new ProtocolError(Rule.CODEC, "no memory is left to decode what the flows of the fibre share");
        }
    }

    /** No block is on its way that needs what is not there any more. */
    void letGo() {
        decoder.letGo(codecs);
    }

    void close() {
        decoder.close();
    }
}
