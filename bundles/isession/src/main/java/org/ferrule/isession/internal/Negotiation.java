package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.codec.Codec;
import org.ferrule.isession.internal.ProtocolError.Rule;

/**
 * What the two ends of a fibre allow now, and the codecs that their blocks may therefore use. What this end withdraws it
 * can decode until the peer has acknowledged that, since blocks may be on their way.
 */
final class Negotiation {
    private final FibreOwner owner;
    private final FibreOutput output;
    private final Map<String, Integer> ourNumbers = new HashMap<>();
    private final String[] peerNames = new String[Protocol.MOST_CODECS + 1];

    /** What the peer's numbers are decoded by; rebuilt with every change, since every block asks. */
    private final Codec[] decoding = new Codec[Protocol.MOST_CODECS + 1];

    /** The codecs that the last CAPS of this end allows. */
    private Map<String, Codec> allowed = Map.of();

    private final Map<String, Withdrawn> withdrawn = new HashMap<>();
    private int generation;
    private int acknowledged;
    private int peerGeneration;
    private Codec sending;
    private volatile Options ours;
    private volatile Options theirs;

    /** A codec that was allowed until this generation of CAPS. */
    private record Withdrawn(Codec codec, int generation) {}

    Negotiation(FibreOwner owner, FibreOutput output, Options ours) {
        this.owner = owner;
        this.output = output;
        this.ours = ours;
    }

    /** What this end allows. Any thread. */
    Options ours() {
        return ours;
    }

    /** What the peer allows; null before it said so. Any thread. */
    Options theirs() {
        return theirs;
    }

    /** Tells the peer for the first time. */
    void start() {
        allow(ours);
        sendCaps();
    }

    /**
     * The configuration changed, or a codec came, went or was replaced. If that makes a difference the peer is told.
     *
     * @return the generation that withdraws a codec; 0 if none does
     */
    int change(Options next) {
        Map<String, Codec> before = allowed;
        Options optionsBefore = ours;
        allow(next);
        if (ours.equals(optionsBefore) && allowed.equals(before)) {
            return 0;
        }
        sendCaps();
        boolean withdraws = false;
        for (Map.Entry<String, Codec> codec : before.entrySet()) {
            if (!allowed.containsKey(codec.getKey())) {
                withdrawn.put(codec.getKey(), new Withdrawn(codec.getValue(), generation));
                withdraws = true;
            }
        }
        rebuild();
        return withdraws ? generation : 0;
    }

    /** Keeps to the codecs that are there. */
    private void allow(Options wanted) {
        Map<String, Codec> there = new LinkedHashMap<>();
        for (String name : wanted.codecs()) {
            owner.codec(name).ifPresent(codec -> there.put(name, codec));
        }
        ours = new Options(wanted.mode(), wanted.compression(), List.copyOf(there.keySet()));
        allowed = wanted.compression() ? there : Map.of();
        withdrawn.keySet().removeAll(allowed.keySet());
        rebuild();
    }

    private void sendCaps() {
        output.pairs(FrameType.CAPS, 0, ++generation, ours.pairs());
    }

    private void rebuild() {
        for (int number = 1; number < decoding.length; number++) {
            decoding[number] = peerNames[number] == null ? null : decodes(peerNames[number]);
        }
        sending = theirs == null
                ? null
                : ours.common(theirs).stream().findFirst().map(allowed::get).orElse(null);
    }

    private Codec decodes(String name) {
        Withdrawn gone = withdrawn.get(name);
        return gone != null ? gone.codec() : allowed.get(name);
    }

    // ---- the peer's frames

    void caps(ByteBuffer payload) throws ProtocolError {
        int next = Frames.readInt(payload);
        if (next != peerGeneration + 1) {
            throw new ProtocolError(
                    Rule.FRAME_CONTENT, "CAPS of generation " + next + " after that of generation " + peerGeneration);
        }
        peerGeneration = next;
        theirs = Options.of(Frames.readPairs(payload));
        rebuild();
        output.generation(next);
    }

    void acknowledged(ByteBuffer payload) throws ProtocolError {
        int next = Frames.readInt(payload);
        if (next != acknowledged + 1 || next > generation) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "an acknowledgement of generation " + next + " of CAPS");
        }
        acknowledged = next;
    }

    /** Whether the peer has acknowledged this generation of CAPS. */
    boolean acknowledged(int wanted) {
        return acknowledged >= wanted;
    }

    /** Whether no block is on its way that was made by rules which do not hold any more. */
    boolean settled() {
        return acknowledged == generation;
    }

    /** No block that arrived before the last acknowledgement waits any more: what was withdrawn then is let go. */
    void forgetWithdrawn() {
        if (withdrawn.values().removeIf(gone -> gone.generation() <= acknowledged)) {
            rebuild();
        }
    }

    void declares(ByteBuffer payload) throws ProtocolError {
        int number = Frames.readInt(payload);
        if (number < 1 || number > Protocol.MOST_CODECS || peerNames[number] != null) {
            throw new ProtocolError(Rule.CODEC, "codec " + number + " cannot be declared");
        }
        peerNames[number] = Frames.readText(payload);
        rebuild();
    }

    // ---- blocks

    /** Readies a flow's encoder for its next block. Gives the number by which the peer knows the codec. */
    int use(BlockEncoder encoder) {
        Codec codec = sending;
        Integer number = codec == null ? Integer.valueOf(Protocol.CODEC_NONE) : ourNumbers.get(codec.name());
        if (number == null) {
            number = declare(codec.name());
        }
        if (number == Protocol.CODEC_NONE) {
            encoder.use(null, 0, peerGeneration);
        } else {
            encoder.use(codec, owner.level(codec.name()), peerGeneration);
        }
        return number;
    }

    /** Gives the number of a codec that had none; that of none if there are no more numbers. */
    private int declare(String name) {
        if (ourNumbers.size() == Protocol.MOST_CODECS) {
            return Protocol.CODEC_NONE;
        }
        int number = ourNumbers.size() + 1;
        ourNumbers.put(name, number);
        output.text(FrameType.CODEC, 0, number, name);
        return number;
    }

    /** Checks the codec of a block that arrives: it must be allowed, or have been until the peer knew better. */
    void check(int number) throws ProtocolError {
        if (number != Protocol.CODEC_NONE && decoder(number).isEmpty()) {
            String name = number < peerNames.length ? peerNames[number] : null;
            throw new ProtocolError(
                    Rule.CODEC,
                    name == null
                            ? "a block of codec " + number + ", which was not declared"
                            : "a block of codec " + name + ", which this end does not allow");
        }
    }

    /** What decodes the peer's blocks of this number. */
    Optional<Codec> decoder(int number) {
        return number < decoding.length ? Optional.ofNullable(decoding[number]) : Optional.empty();
    }
}
