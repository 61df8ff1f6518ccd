package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.codec.adaptive.FlowChooser;
import org.ferrule.codec.dictionary.DictionaryEncoder;

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
    private final BlockSize size = new BlockSize();
    private Compressor own;
    private FlowChooser chooser;
    private FibreChooser chosenBy;
    private int version;
    private int sent;
    private long encoded;
    private long usedAt;
    private int counts;

    /** What was settled for the next block: how, whether it stands alone, by whom, and the codec's number. */
    private Choice choice = Choice.NONE;

    private boolean alone;
    private Compressor with;
    private int number;

    /** Whether it looks as if it could be compressed with a history. */
    private boolean worthHistory;

    /** What made the next block, if it may have a prefix that its codec takes; else null. */
    private DictionaryEncoder madeBy;

    private final PrefixTurns turns = new PrefixTurns();

    /** Whether the flow's own history is of blocks that are restored: the peer decodes these as they arrive. */
    private boolean restored;

    /** Whether the peer keeps the flow's own history, or what is left of it. */
    private boolean kept;

    /** What became of a block. */
    enum Outcome {
        PLAIN,
        COMPRESSED,
        /** With the fibre's history, so that it counts with its raw size. */
        SHARED,
        /** With what the dictionary has in place of the new bytes. */
        PREFIXED,
        /** Not at all: it is encoded in more than a block may have. It is to be sent in usual ones. */
        TOO_LONG
    }

    /** @param endOfHistory tells the peer that the flow's history is over */
    BlockEncoder(FibreCompression fibre, Runnable endOfHistory) {
        this.fibre = fibre;
        this.endOfHistory = endOfHistory;
    }

    /** A block was sent, in so many bytes. */
    void count(int bytes) {
        encoded += bytes;
    }

    /** All blocks that were sent. */
    long encoded() {
        return encoded;
    }

    /**
     * The raw bytes that the next block should have at most: more than {@link Protocol#MOST_ENCODED} where they were made small
     * enough of late that they will fit.
     *
     * @param encoded the bytes that it should be encoded in at most
     */
    int most(int encoded) {
        return own == null || choice.codec() == null ? Protocol.MOST_ENCODED : size.raw(encoded);
    }

    /** Settles how the next block is encoded. The peer may be told of a codec, or that another flow's history is over. */
    void prepare(ByteBuffer raw) {
        prepare(raw, null, 0);
    }

    /**
     * The same, for a block that was made with the dictionary.
     *
     * @param nanos of the processor that that took
     */
    void prepare(ByteBuffer raw, DictionaryEncoder by, long nanos) {
        int bytes = raw.remaining();
        Choice before = choice;
        fibre.prepared(bytes, nanos);
        alone = sent < ALONE;
        sent = Math.min(ALONE, sent + bytes);
        if (version != fibre.version()) {
            version = fibre.version();
            changed();
        }
        worthHistory = compressible.attempt(raw);
        // Even noise is made smaller by what it was before.
        boolean hasPrefix =
                by != null && bytes >= Compressible.WORTH_IT && by.prefix().hasRemaining();
        choice = worthHistory || hasPrefix ? fibre.choose(this, alone, bytes) : Choice.NONE;
        madeBy = hasPrefix && choice.codec() != null && choice.codec().takesPrefix() ? by : null;
        if (!worthHistory && madeBy == null) {
            choice = Choice.NONE;
        }
        if (!choice.equals(before)) {
            size.reset();
        }
        if (choice.codec() != null) {
            begin();
        }
    }

    private void begin() {
        with = fibre.compressor(this, choice, alone);
        if (with.ready()) {
            number = fibre.number(choice.codec());
        } else {
            compressible.broken(with.broken() ? AFTER_FAILURE : AFTER_SHORTAGE);
            choice = Choice.NONE;
            madeBy = null;
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
     * @param raw at most {@link Protocol#MOST_ENCODED} bytes, or {@link BlockSize#MOST} that may turn out to be too long; empty
     *     afterwards, unless they did
     * @param restores how many bytes of the flow are restored from them with the dictionary; 0: they are the flow's
     * @param to with room for the header and as many bytes as {@code raw} has, or {@link Protocol#MOST_ENCODED}
     */
    Outcome encode(ByteBuffer raw, int restores, ByteBuffer to) {
        PrefixTurns.Turn turn = madeBy == null ? PrefixTurns.Turn.HISTORY : turns.next();
        boolean both = turn == PrefixTurns.Turn.BOTH;
        Outcome outcome;
        if (both && worthHistory) {
            outcome = encodeSmaller(raw, restores, to);
            turns.tried(outcome == Outcome.PREFIXED);
        } else {
            boolean fits = turn != PrefixTurns.Turn.HISTORY && compressPrefixed(raw, restores, to, true);
            outcome = fits ? Outcome.PREFIXED : encodeWithHistory(raw, restores, to);
            if (both) {
                turns.tried(fits);
            }
        }
        kept |= outcome == Outcome.COMPRESSED;
        return outcome;
    }

    private Outcome encodeWithHistory(ByteBuffer raw, int restores, ByteBuffer to) {
        if (choice.codec() != null && worthHistory && with.ready() && compress(raw, restores, to)) {
            return with == own ? Outcome.COMPRESSED : Outcome.SHARED;
        }
        if (raw.remaining() > Protocol.MOST_ENCODED) {
            size.reset();
            return Outcome.TOO_LONG;
        }
        header(to, Protocol.CODEC_NONE, 0, raw.remaining(), restores);
        to.put(raw);
        return Outcome.PLAIN;
    }

    /** Writes what is smaller of the block with the history and that with its prefix. */
    private Outcome encodeSmaller(ByteBuffer raw, int restores, ByteBuffer to) {
        int start = to.position();
        ByteBuffer again = raw.duplicate();
        Outcome outcome = encodeWithHistory(raw, restores, to);
        int size = to.position() - start;
        ByteBuffer other = fibre.scratch().limit(size - 1);
        if (!compressPrefixed(again, restores, other, false)) {
            return outcome;
        }
        if (outcome != Outcome.PLAIN) {
            // The peer does not get what went into the history.
            with.restart();
        }
        fibre.replaced(choice, size - other.position());
        to.position(start).put(other.flip());
        return Outcome.PREFIXED;
    }

    /**
     * Encodes the new bytes with the block's prefix. What does not fit, or is not smaller than the block, is not written.
     *
     * @param counts whether it is the only way in which the block is encoded
     */
    private boolean compressPrefixed(ByteBuffer raw, int restores, ByteBuffer to, boolean counts) {
        int start = to.position();
        int size = raw.remaining();
        int head = madeBy.head();
        int limit = to.limit();
        int most = Math.min(limit, start + Protocol.BLOCK_HEADER + Protocol.RESTORES + size - 1);
        if (most - start <= Protocol.BLOCK_HEADER + Protocol.RESTORES + Protocol.HEAD_LENGTH + head) {
            return false;
        }
        header(to.limit(most), number, Protocol.FLAG_PREFIX, size, restores);
        to.putShort((short) head).put(raw.slice(raw.position(), head));
        ByteBuffer fresh = raw.slice(raw.position() + head, size - head);
        boolean fits = fibre.encode(this, madeBy.prefix(), fresh, to, counts);
        to.limit(limit);
        if (fits) {
            raw.position(raw.limit());
        } else {
            to.position(start);
        }
        return fits;
    }

    private boolean compress(ByteBuffer raw, int restores, ByteBuffer to) {
        int start = to.position();
        int bytes = raw.remaining();
        if (with != own && bytes > Protocol.MOST_ENCODED) {
            return false;
        }
        if (with == own) {
            if (restored != restores > 0) {
                // Those that are not restored are decoded later, when their reader reads.
                with.restart();
            }
            restored = restores > 0;
        }
        int flags = (with.fresh() ? Protocol.FLAG_RESET : 0) | (with == own ? 0 : Protocol.FLAG_SHARED);
        header(to, number, flags, bytes, restores);
        int limit = to.limit();
        int at = to.position();
        // One byte saved is the least that counts.
        to.limit(at + Math.min(bytes - 1, Protocol.MOST_ENCODED));
        boolean fits = fibre.encode(this, raw, to);
        to.limit(limit);
        if (fits) {
            compressible.succeeded();
            if (with == own) {
                size.encoded(bytes, to.position() - at);
            }
            return true;
        }
        to.position(start);
        if (with.broken()) {
            compressible.broken(AFTER_FAILURE);
        } else if (bytes <= Protocol.MOST_ENCODED) {
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

    /** As how many histories its own counts; with more than one it may have a long window. */
    int counts() {
        return counts;
    }

    void counts(int histories) {
        counts = histories;
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
        boolean told = kept;
        close();
        if (told) {
            endOfHistory.run();
        }
    }

    /** The flow is over. */
    void close() {
        kept = false;
        if (own != null) {
            own.close();
            own = null;
        }
        chooser = null;
        chosenBy = null;
        fibre.histories().leave(this);
    }
}
