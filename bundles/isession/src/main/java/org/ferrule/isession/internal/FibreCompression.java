package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.codec.adaptive.FlowChooser;
import org.ferrule.stream.EventLoop;

/**
 * How the blocks that a fibre sends are compressed: with the codec that comes first of those that both ends allow, or as
 * the module compression chooses; with the history of the flow, or with that of the fibre. On the fibre's loop.
 */
final class FibreCompression {
    private final Negotiation negotiation;
    private final FibreOwner owner;
    private final EventLoop loop;
    private final LinkRate link;
    private final ProcessorTime time;
    private final Compressor.Failures told;
    private final Stats[] stats;
    private final Histories histories = new Histories();
    private final Compressor shared;
    private final Compressor trial;
    private ByteBuffer scratch;
    private AdaptiveCompression provider;
    private volatile FibreChooser chooser;
    private FlowChooser sharedChooser;
    private int negotiated;
    private boolean active;
    private Choice fixed = Choice.NONE;
    private volatile FibreChooser.Decision decision = NOTHING;

    private static final FibreChooser.Decision NOTHING =
            new FibreChooser.Decision("none", "", "the two ends have not agreed on a codec");

    FibreCompression(
            Negotiation negotiation,
            FibreOwner owner,
            EventLoop loop,
            LinkRate link,
            Compressor.Failures told,
            Stats... stats) {
        this.negotiation = negotiation;
        this.owner = owner;
        this.loop = loop;
        this.link = link;
        time = new ProcessorTime(loop);
        this.told = told;
        this.stats = stats;
        shared = new Compressor(owner.encoders(), told);
        trial = new Compressor(owner.encoders(), told);
    }

    Histories histories() {
        return histories;
    }

    /** What is chosen now, and why. Any thread. */
    FibreChooser.Decision decision() {
        FibreChooser now = chooser;
        return now == null ? decision : now.decision();
    }

    // ---- choosing

    /**
     * How the next block of a flow is to be encoded.
     *
     * @param alone whether the block will stand alone
     */
    Choice choose(BlockEncoder flow, boolean alone, int size) {
        active = true;
        if (negotiated != negotiation.version() || provider != negotiation.adaptive()) {
            renegotiate();
        }
        if (chooser == null) {
            return fixed;
        }
        try {
            chooser.link(link.pathNanosPerByte());
            chooser.processor(time.share(), time.others());
            return chooserOf(flow, alone).next(size, loop.nanoTime());
        } catch (RuntimeException | LinkageError e) {
            chooserFailed(e);
            return fixed;
        }
    }

    /** Raw bytes are the next to be encoded, which took so many nanoseconds of the processor already. */
    void prepared(int bytes, long nanos) {
        time.prepared(bytes, nanos);
    }

    /** Changes with what may be used. */
    int version() {
        return negotiation.version();
    }

    /** Whether the codec of a history may still be used. */
    boolean uses(Compressor history) {
        return negotiation.usable().stream().anyMatch(allowed -> allowed.codec() == history.codec());
    }

    private void renegotiate() {
        if (!uses(shared)) {
            shared.close();
        }
        trial.close();
        negotiated = negotiation.version();
        provider = negotiation.adaptive();
        fixed = negotiation.fixed();
        chooser = null;
        sharedChooser = null;
        decision = new FibreChooser.Decision(
                fixed.toString(),
                "",
                fixed == Choice.NONE
                        ? NOTHING.reason()
                        : "it is the first codec that both ends allow, and adaptive compression is not in use");
        try {
            if (provider != null) {
                FibreChooser next = provider.fibre();
                next.allow(negotiation.usable());
                chooser = next;
            }
        } catch (RuntimeException | LinkageError e) {
            chooserFailed(e);
        }
    }

    /** A module that goes away in the middle is no reason to lose a block. */
    private void chooserFailed(Throwable e) {
        chooser = null;
        owner.chooserFailed(e);
    }

    private FlowChooser chooserOf(BlockEncoder flow, boolean alone) {
        if (!alone && !negotiation.sharesHistory()) {
            return flow.chooser(chooser);
        }
        if (sharedChooser == null) {
            sharedChooser = chooser.flow();
        }
        return sharedChooser;
    }

    // ---- encoding

    /** What encodes a flow's next block as was chosen; not ready if there is no memory for it, or it fails. */
    Compressor compressor(BlockEncoder flow, Choice choice, boolean alone) {
        int generation = negotiation.peerGeneration();
        if (!alone
                && !negotiation.sharesHistory()
                && histories.admit(flow, negotiation.mostDecoderMemory(), loop.nanoTime())) {
            if (flow.own() == null) {
                flow.own(new Compressor(owner.encoders(), told));
            }
            int window = flow.counts() > 1 ? negotiation.window(choice.codec()) : 0;
            if (flow.own().use(choice, window, generation, MemoryPool.Share.GROWTH)
                    || flow.own().broken()) {
                return flow.own();
            }
            flow.close();
        }
        if (!negotiation.sharesHistory()) {
            // Histories of flows are not to be mixed: each block stands alone.
            shared.restart();
        }
        shared.use(choice, generation, MemoryPool.Share.FIRST);
        return shared;
    }

    /** The number by which the peer knows a codec that was chosen. */
    int number(Codec codec) {
        return negotiation.number(codec);
    }

    /** Encodes a block of a flow, and lets the chooser see what became of it. Gives whether it fits. */
    boolean encode(BlockEncoder flow, ByteBuffer raw, ByteBuffer to) {
        Choice choice = flow.choice();
        Compressor with = flow.with();
        int size = raw.remaining();
        int at = to.position();
        int rawAt = raw.position();
        time.begin();
        boolean fits = with.encode(raw, to);
        long nanos = time.end();
        int encoded = fits ? to.position() - at : size;
        // What is too long for one block is encoded again in several, which count.
        if (!with.broken() && (fits || size <= Protocol.MOST_ENCODED)) {
            count(flow, size, encoded, nanos);
            tryOut(flow, with == shared, null, raw.duplicate().position(rawAt));
        }
        return fits;
    }

    /**
     * Encodes the new bytes of a block with its prefix, in place of any history. Gives whether they fit.
     *
     * @param counts whether the chooser is to see what became of it
     */
    boolean encode(BlockEncoder flow, ByteBuffer prefix, ByteBuffer raw, ByteBuffer to, boolean counts) {
        Choice choice = flow.choice();
        if (!shared.use(choice, negotiation.peerGeneration(), MemoryPool.Share.FIRST)) {
            return false;
        }
        ByteBuffer again = raw.duplicate();
        int size = raw.remaining();
        int at = to.position();
        time.begin();
        boolean fits = shared.encode(prefix, raw, to);
        long nanos = time.end();
        if (counts && fits) {
            count(flow, size, to.position() - at, nanos);
            tryOut(flow, true, prefix, again);
        }
        return fits;
    }

    /** Counts what became of a block. */
    private void count(BlockEncoder flow, int size, int encoded, long nanos) {
        link.encoded(time.elapsed());
        Choice choice = flow.choice();
        for (Stats s : stats) {
            s.codec(choice.codec().name()).count(size, encoded, nanos);
        }
        if (chooser != null) {
            try {
                chooserOf(flow, flow.alone()).encoded(choice, size, encoded, nanos);
            } catch (RuntimeException | LinkageError e) {
                chooserFailed(e);
            }
        }
    }

    /** A block was encoded otherwise after it was counted, and so many bytes shorter. */
    void replaced(Choice choice, int shorter) {
        for (Stats s : stats) {
            s.codec(choice.codec().name()).encoded.add(-shorter);
        }
    }

    /** Room for the longest block, or for what turns out not to be one, to try something out. */
    ByteBuffer scratch() {
        if (scratch == null) {
            scratch = ByteBuffer.allocateDirect(BlockSize.MOST);
        }
        return scratch.clear();
    }

    /** Encodes a block once more, as the chooser wants to see it, and sends nothing of that. */
    private void tryOut(BlockEncoder flow, boolean alone, ByteBuffer prefix, ByteBuffer raw) {
        if (chooser != null) {
            try {
                tryOut(chooserOf(flow, flow.alone()), alone, prefix, raw);
            } catch (RuntimeException | LinkageError e) {
                chooserFailed(e);
            }
        }
    }

    private void tryOut(FlowChooser of, boolean alone, ByteBuffer prefix, ByteBuffer again) {
        Choice choice = of.trial();
        if (choice == null) {
            trial.close();
            return;
        }
        int size = again.remaining();
        if (alone) {
            trial.restart();
        }
        if (!trial.use(choice, negotiated, MemoryPool.Share.START)) {
            // As one that makes nothing smaller: it is not worth another trial soon.
            of.tried(choice, size, size, 0);
            return;
        }
        ByteBuffer to = scratch().limit(size);
        time.begin();
        boolean fits = prefix != null && choice.codec().takesPrefix()
                ? trial.encode(prefix, again, to)
                : trial.encode(again, to);
        of.tried(choice, size, fits ? to.position() : size, time.end());
    }

    /** Time passed: a fibre that compressed nothing meanwhile gives its contexts back. */
    void rest() {
        if (!active) {
            close();
        }
        active = false;
    }

    /** The fibre is over. */
    void close() {
        shared.close();
        trial.close();
    }
}
