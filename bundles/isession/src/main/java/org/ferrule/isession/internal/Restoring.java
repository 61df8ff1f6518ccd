package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.DictionaryDecoder;
import org.ferrule.codec.dictionary.FibreDictionary;
import org.ferrule.isession.internal.ProtocolError.Rule;

/**
 * Restores what a flow receives with the dictionary. Blocks are decoded and kept in the dictionary as they arrive, in the
 * order of the fibre, and restored when their reader reads. Outlives its flow until the peer sends no more of it. On the
 * fibre's loop.
 */
final class Restoring {
    private final Fibre fibre;
    private final String domain;
    private final BlockDecoder decoder;
    private FibreDictionary dictionary;
    private DictionaryDecoder restorer;

    /** Who restores the blocks that wait, in their order. */
    private final ArrayDeque<DictionaryDecoder> waiting = new ArrayDeque<>(1);

    Restoring(Fibre fibre, String domain) {
        this.fibre = fibre;
        this.domain = domain;
        decoder = new BlockDecoder(fibre.owner().decoders(), MemoryPool.Share.FIRST);
    }

    /**
     * Decodes a block that arrived, and keeps what it adds.
     *
     * @param repaired is told what became of a block that did not come right; null: nobody waits for it
     * @return a block that only {@link #restore} is needed for, when it is {@link #ready}; lent until the next; null if
     *     there is nothing to restore
     */
    ByteBuffer arrived(ByteBuffer block, int rawSize, DictionaryDecoder.Repaired repaired) throws ProtocolError {
        int restores = BlockDecoder.restores(block, rawSize);
        if (rawSize == 0) {
            decoder.close();
            return null;
        }
        FibreDictionary now = fibre.deduplication().decoding();
        if (now != dictionary) {
            dictionary = now;
            restorer = now.decoder(domain);
        }
        ByteBuffer whole = isPlain(block) ? block : decoded(block, rawSize, restores);
        try {
            if (!restorer.arrived(restorable(whole), restores, repaired)) {
                fibre.dictionaryDamaged();
            }
            return whole;
        } catch (CodecException e) {
            throw new ProtocolError(Rule.DICTIONARY, e.getMessage());
        }
    }

    private static boolean isPlain(ByteBuffer block) {
        return block.get(block.position()) == Protocol.CODEC_NONE;
    }

    /** The same block, as if its bytes had been sent as they are. */
    private ByteBuffer decoded(ByteBuffer block, int rawSize, int restores) throws ProtocolError {
        ByteBuffer to = fibre.buffers()
                .restorable(Protocol.BLOCK_HEADER + Protocol.RESTORES + rawSize)
                .put((byte) Protocol.CODEC_NONE)
                .put((byte) Protocol.FLAG_DICTIONARY)
                .putInt(rawSize)
                .putInt(restores);
        if (BlockDecoder.prefixed(block)) {
            decodePrefixed(block, rawSize, restores, to);
        } else if (BlockDecoder.shared(block)) {
            ByteBuffer plain = fibre.sharedHistory().plain(block, rawSize);
            to.put(plain.position(plain.position() + Protocol.BLOCK_HEADER));
        } else if (!decoder.decode(block, to, fibre.negotiation()::decoder)) {
            throw new ProtocolError(Rule.LIMIT, "no memory is left to decode what the dictionary keeps");
        }
        return to.flip();
    }

    /** The head tells what is to be found in the dictionary, with which the rest can be decoded. */
    private void decodePrefixed(ByteBuffer block, int rawSize, int restores, ByteBuffer to) throws ProtocolError {
        int start = block.position() + Protocol.BLOCK_HEADER + Protocol.RESTORES + Protocol.HEAD_LENGTH;
        int length = BlockDecoder.head(block);
        ByteBuffer head = block.slice(start, length);
        try {
            ByteBuffer prefix = restorer.prefix(head, rawSize - length, restores);
            int codec = block.get(block.position()) & 0xFF;
            fibre.sharedHistory().prefixed(codec, prefix, block.duplicate().position(start + length), to.put(head));
        } catch (CodecException e) {
            throw new ProtocolError(Rule.DICTIONARY, e.getMessage());
        }
    }

    private static ByteBuffer restorable(ByteBuffer block) {
        int head = Protocol.BLOCK_HEADER + Protocol.RESTORES;
        return block.slice(block.position() + head, block.remaining() - head);
    }

    /** Whether the block that arrived last can be restored. */
    boolean ready(ByteBuffer block) {
        return restorer.ready(restorable(block));
    }

    /** Whether the first block that waits can be restored. */
    boolean firstReady(ByteBuffer block) {
        return waiting.peek().ready(restorable(block));
    }

    /** The block that arrived last waits for its reader, or for its bytes. */
    void hold(ByteBuffer block) {
        restorer.hold(restorable(block));
        waiting.add(restorer);
    }

    /**
     * Restores a block, and gives it to the flow as far as that takes it.
     *
     * @param from how many bytes were restored before
     * @param held whether it is the first that waits
     * @return how many were restored in all
     */
    int restore(ByteBuffer block, int from, boolean held, java.util.function.Predicate<ByteBuffer> to) {
        DictionaryDecoder by = held ? waiting.peek() : restorer;
        return by.restore(restorable(block), from, to);
    }

    /** The first block that waits was restored, or will not be. */
    void letGo(ByteBuffer block) {
        waiting.remove().letGo(restorable(block));
    }

    void close() {
        decoder.close();
    }
}
