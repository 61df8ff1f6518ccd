package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.codec.adaptive.FlowChooser;

/**
 * Turns raw bytes of one flow into blocks: compressed where that makes them smaller, plain otherwise. A flow begins with
 * blocks that each stand alone, and has a history of its own once it has sent enough that one is worth its memory.
 */
final class BlockEncoder {
    /** Raw bytes until a flow has a history of its own: most flows are over by then. */
    static final int ALONE = 1 << 14;

    /** Raw bytes to send plain when the codec itself failed. */
    static final int AFTER_FAILURE = 1 << 24;

    /** Where memory for a codec is short. */
    private static final int AFTER_SHORTAGE = 1 << 20;

    private final FibreCompression fibre;
    private final Runnable endOfHistory;
    private final Compressible compressible = new Compressible();
    private Compressor own;
    private FlowChooser chooser;
    private FibreChooser chosenBy;
    private int version;
    private int sent;
    private long usedAt;

    /** What was settled for the next block: how, whether it stands alone, by whom, and the codec's number. */
    private Choice choice = Choice.NONE;

    private boolean alone;
    private Compressor with;
    private int number;

    /** Whether the flow's own history is of blocks that are restored: the peer decodes these as they arrive. */
    private boolean restored;

    /** What became of a block. */
    enum Outcome {
        PLAIN,
        COMPRESSED,
        /** With the fibre's history, so that it counts with its raw size. */
        SHARED
    }

    /** @param endOfHistory tells the peer that the flow's history is over */
    BlockEncoder(FibreCompression fibre, Runnable endOfHistory) {
        this.fibre = fibre;
        this.endOfHistory = endOfHistory;
    }

    /** Settles how the next block is encoded. The peer may be told of a codec, or that another flow's history is over. */
    void prepare(ByteBuffer raw) {
        int size = raw.remaining();
        alone = sent < ALONE;
        sent = Math.min(ALONE, sent + size);
        if (version != fibre.version()) {
            version = fibre.version();
            changed();
        }
        choice = compressible.attempt(raw) ? fibre.choose(this, alone, size) : Choice.NONE;
        if (choice.codec() == null) {
            return;
        }
        with = fibre.compressor(this, choice, alone);
        if (with.ready()) {
            number = fibre.number(choice.codec());
        } else {
            compressible.broken(with.broken() ? AFTER_FAILURE : AFTER_SHORTAGE);
            choice = Choice.NONE;
        }
    }

    /** Other codecs are another story. */
    private void changed() {
        compressible.reset();
        if (own != null && !fibre.uses(own)) {
            close();
        }
    }

    /**
     * Writes the block that was prepared for: its header, then its bytes.
     *
     * @param raw at most {@link Protocol#MOST_ENCODED} bytes; empty afterwards
     * @param restores how many bytes of the flow are restored from them with the dictionary; 0: they are the flow's
     * @param to with room for the header and as many bytes as {@code raw} has
     */
    Outcome encode(ByteBuffer raw, int restores, ByteBuffer to) {
        if (choice.codec() != null && compress(raw, restores, to)) {
            return with == own ? Outcome.COMPRESSED : Outcome.SHARED;
        }
        header(to, Protocol.CODEC_NONE, 0, raw.remaining(), restores);
        to.put(raw);
        return Outcome.PLAIN;
    }

    private boolean compress(ByteBuffer raw, int restores, ByteBuffer to) {
        int start = to.position();
        int size = raw.remaining();
        if (with == own) {
            if (restored != restores > 0) {
                // Those that are not restored are decoded later, when their reader reads.
                with.restart();
            }
            restored = restores > 0;
        }
        int flags = (with.fresh() ? Protocol.FLAG_RESET : 0) | (with == own ? 0 : Protocol.FLAG_SHARED);
        header(to, number, flags, size, restores);
        int limit = to.limit();
        // One byte saved is the least that counts.
        to.limit(to.position() + size - 1);
        boolean fits = fibre.encode(this, raw, to);
        to.limit(limit);
        if (fits) {
            compressible.succeeded();
            return true;
        }
        to.position(start);
        if (with.broken()) {
            compressible.broken(AFTER_FAILURE);
        } else {
            compressible.failed(raw);
        }
        return false;
    }

    private static void header(ByteBuffer to, int codec, int flags, int size, int restores) {
        int all = flags | (restores > 0 ? Protocol.FLAG_DICTIONARY : 0);
        to.put((byte) codec).put((byte) all).putInt(size);
        if (restores > 0) {
            to.putInt(restores);
        }
    }

    /** Whether the history that is given up is of blocks that are restored. */
    boolean restored() {
        return restored;
    }

    // ---- what the fibre keeps here for the flow

    Choice choice() {
        return choice;
    }

    boolean alone() {
        return alone;
    }

    Compressor with() {
        return with;
    }

    Compressor own() {
        return own;
    }

    void own(Compressor compressor) {
        own = compressor;
    }

    /** When its own history was last used. */
    long usedAt() {
        return usedAt;
    }

    void used(long nanoTime) {
        usedAt = nanoTime;
    }

    /** Who chooses for the flow's own history. */
    FlowChooser chooser(FibreChooser of) {
        if (chosenBy != of) {
            chosenBy = of;
            chooser = of.flow();
        }
        return chooser;
    }

    /** The flow rests, or others need its history more: its context is given back, and the peer told. */
    void giveUp() {
        boolean told = own != null && !own.fresh();
        close();
        if (told) {
            endOfHistory.run();
        }
    }

    /** The flow is over. */
    void close() {
        if (own != null) {
            own.close();
            own = null;
        }
        chooser = null;
        chosenBy = null;
        fibre.histories().leave(this);
    }
}
