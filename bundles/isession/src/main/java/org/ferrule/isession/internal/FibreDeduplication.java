package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.ferrule.codec.CodecException;
import org.ferrule.codec.dictionary.Dictionary;
import org.ferrule.codec.dictionary.FibreDictionary;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.EventLoop;

/**
 * The dictionaries that one fibre uses: the one in which it encodes, and the one in which the peer does, which differ for a
 * moment after one end has got another. On the fibre's loop.
 */
final class FibreDeduplication {
    private final Negotiation negotiation;
    private final FibreOutput output;
    private final EventLoop loop;

    /** Flows that have begun a block, which waits for more. */
    private final Set<FlowOutput> begun = new LinkedHashSet<>();

    /** What a PING says whose answer ends the use of a dictionary; no time, which others say. */
    private static final long LEAVING = 0x6C656176696E67L;

    private final ArrayDeque<Joined> leaving = new ArrayDeque<>();
    private Joined encoding;
    private Joined decoding;

    FibreDeduplication(Negotiation negotiation, FibreOutput output, EventLoop loop) {
        this.negotiation = negotiation;
        this.output = output;
        this.loop = loop;
    }

    /** A dictionary that the fibre joined: that of one run of offers of this end with that of one run of the peer's. */
    private final class Joined implements Dictionary.Link {
        private final int run;
        private final int peerRun;
        private FibreDictionary member;

        Joined(int run, int peerRun) {
            this.run = run;
            this.peerRun = peerRun;
        }

        boolean is(Negotiation.Offer offer) {
            return offer.run() == run && negotiation.peerRun() == peerRun;
        }

        @Override
        public Executor loop() {
            return loop;
        }

        /** The peer takes messages for those of the dictionary in which this end encodes. */
        @Override
        public boolean send(ByteBuffer message) {
            boolean sent = encoding == this;
            if (sent) {
                output.dictionary(message);
            }
            return sent;
        }

        @Override
        public void flush() {
            if (encoding == this) {
                finishBlocks();
            }
        }
    }

    // ---- which

    /** CAPS, or the acknowledgement of one, was sent or received. */
    void negotiated() {
        Joined encodingBefore = encoding;
        Joined decodingBefore = decoding;
        Negotiation.Offer next = negotiation.offered();
        // Those that are being left, too: an offer may be known to the peer only when the next one was made already.
        List<Joined> all = new ArrayList<>(leaving);
        all.add(encodingBefore);
        all.add(decodingBefore);
        encoding = find(next, all);
        join(encoding, next);
        all.add(encoding);
        Negotiation.Offer known = negotiation.known();
        decoding = known == null ? null : find(known, all);
        join(decoding, known);
        leaveUnlessUsed(encodingBefore);
        if (decodingBefore != encodingBefore) {
            leaveUnlessUsed(decodingBefore);
        }
    }

    /** One of those that are known, if it is that; a new one that must be joined; null if there is none. */
    private Joined find(Negotiation.Offer offer, List<Joined> known) {
        Options theirs = negotiation.theirs();
        if (offer.dictionary() == null
                || theirs == null
                || !offer.option().whyNot(theirs.dictionary()).isEmpty()) {
            return null;
        }
        for (Joined each : known) {
            if (each != null && each.is(offer)) {
                return each;
            }
        }
        return new Joined(offer.run(), negotiation.peerRun());
    }

    private void join(Joined joined, Negotiation.Offer offer) {
        if (joined != null && joined.member == null) {
            joined.member =
                    offer.dictionary().join(negotiation.theirs().dictionary().epoch(), joined);
        }
    }

    /** What is on its way to the peer still refers to it: it is left when an answer comes from behind that. */
    private void leaveUnlessUsed(Joined before) {
        if (before != null && before != encoding && before != decoding) {
            leaving.add(before);
            output.number(FrameType.PING, LEAVING);
        }
    }

    void pong(long number) {
        if (number == LEAVING && !leaving.isEmpty()) {
            Joined left = leaving.remove();
            if (left != encoding && left != decoding && !leaving.contains(left)) {
                left.member.leave();
            }
        }
    }

    /** What flows are encoded with; null if nothing is de-duplicated now. */
    FibreDictionary encoding() {
        return encoding != null && encoding.member.ready() ? encoding.member : null;
    }

    /** What the peer's blocks and messages refer to. */
    FibreDictionary decoding() throws ProtocolError {
        if (decoding == null) {
            throw new ProtocolError(Rule.DICTIONARY, "the peer refers to a dictionary that was not agreed");
        }
        return decoding.member;
    }

    /** Whether blocks may arrive that must be kept, whatever becomes of their flow. */
    boolean receives() {
        // What this end encodes in, the peer may encode in, too, as soon as it has heard of it.
        return decoding != null || encoding != null;
    }

    void message(ByteBuffer payload) throws ProtocolError {
        try {
            decoding().message(payload);
        } catch (CodecException e) {
            throw new ProtocolError(Rule.DICTIONARY, e.getMessage());
        }
    }

    /** All that had arrived was taken. */
    void paused() {
        if (decoding != null) {
            decoding.member.paused();
        }
    }

    /** Time passed. */
    void rest() {
        if (decoding != null) {
            decoding.member.rest();
        }
    }

    /** The fibre is over. */
    void close() {
        begun.clear();
        Set<Joined> all = new LinkedHashSet<>(leaving);
        leaving.clear();
        all.add(encoding);
        all.add(decoding);
        all.remove(null);
        all.forEach(joined -> joined.member.leave());
        encoding = null;
        decoding = null;
    }

    // ---- blocks that were begun

    void began(FlowOutput flow) {
        begun.add(flow);
    }

    void finished(FlowOutput flow) {
        begun.remove(flow);
    }

    /**
     * Sends the blocks that flows have begun, whether the fibre takes them now or not; so before CAPS, or the
     * acknowledgement of one, after which they would mean something else.
     */
    void finishBlocks() {
        List.copyOf(begun).forEach(FlowOutput::finishBlock);
    }
}
