package org.ferrule.codec.dictionary;

import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.ferrule.codec.CodecException;
import org.osgi.annotation.versioning.ProviderType;

/** One direction of a flow being restored. On the fibre's loop. */
@ProviderType
public interface DictionaryDecoder {
    /**
     * Gives what {@link DictionaryEncoder#prefix} gave, before a block that was compressed with it can be decoded. To be
     * called right before {@link #arrived}. If this end keeps something else than the peer, that is noticed there.
     *
     * @param head the {@linkplain DictionaryEncoder#head head} of the block; a buffer whose position stays
     * @param newBytes how many bytes follow on the head in the block
     * @param raw the bytes of the flow that the block should stand for
     * @return lent until the next call
     * @throws CodecException if the peer breaks the protocol
     */
    ByteBuffer prefix(ByteBuffer head, int newBytes, int raw) throws CodecException;

    /**
     * A block arrived: checks it, and keeps what it adds to the dictionary. To be called once for each block, in the order
     * in which the blocks of all flows arrived on the fibre.
     *
     * @param block as {@link DictionaryEncoder#block()} made it; a buffer whose position stays,
     *     and whose bytes may be changed
     * @param raw the bytes of the flow that it should stand for
     * @param repaired is told what became of it if this gives false
     * @return false if what it stands for is not what was sent: it is asked for again, and is not {@link #ready} until then
     * @throws CodecException if the peer breaks the protocol
     */
    boolean arrived(ByteBuffer block, int raw, Repaired repaired) throws CodecException;

    /** Whether a block that has arrived can be restored now. */
    boolean ready(ByteBuffer block);

    /** Who waits for a block that did not come right. */
    @FunctionalInterface
    interface Repaired {
        /** @param right whether the block can be restored now; else it never can */
        void repaired(boolean right);
    }

    /**
     * Restores the bytes of a block that has arrived, in pieces of up to 64 KB; each is lent for the call.
     *
     * @param from how many of the bytes were restored before
     * @param to takes a piece; answers whether it takes another one now
     * @return how many bytes were restored in all
     */
    int restore(ByteBuffer block, int from, Predicate<ByteBuffer> to);

    /** A block that has arrived will be restored later: what it refers to must stay. */
    void hold(ByteBuffer block);

    /** A block that was held was restored, or will not be. */
    void letGo(ByteBuffer block);
}
