package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.codec.Codec;
import org.ferrule.codec.adaptive.AdaptiveCompression;
import org.ferrule.codec.adaptive.Choice;
import org.ferrule.codec.adaptive.FibreChooser;
import org.ferrule.codec.dictionary.Deduplication;
import org.ferrule.codec.dictionary.Dictionary;
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
    /** What the generations of CAPS that the peer has not acknowledged offer; the first is the one that it last did. */
    private final ArrayDeque<Offer> offers = new ArrayDeque<>();

    private String device = "";
    private Dictionary dictionary;
    private int generation;
    private int acknowledged;
    private int peerGeneration;
    private int peerRun;

    /** What this end's blocks may be encoded with, the most wanted first. */
    private List<FibreChooser.Allowed> usable = List.of();

    private Choice fixed = Choice.NONE;
    private long mostDecoderMemory;
    private int version;
    private Options wanted;

    /** Whether long windows were offered, and the memory for decoders has not been short since. */
    private boolean windows = true;

    private volatile Options ours;
    private volatile Options theirs;

    /** A codec that was allowed until this generation of CAPS. */
    private record Withdrawn(Codec codec, int generation) {}

    /**
     * The dictionary that a generation of CAPS names.
     *
     * @param run rises whenever it is another one than before
     * @param dictionary null: none
     */
    record Offer(int generation, int run, Dictionary dictionary, DictionaryOption option) {}

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
        device = owner.device();
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

    /**
     * What is to be changed since memory for decoders has become short: long windows are withdrawn, until another fibre takes
     * the place of this one, so that histories do not begin anew time after time.
     */
    Optional<Options> relief() {
        boolean offered = windows && wanted != null && !ours.windows().isEmpty();
        return offered && owner.decoders().exceeds(MemoryPool.Share.START) ? Optional.of(wanted) : Optional.empty();
    }

    /** Keeps to the codecs that are there. */
    private void allow(Options next) {
        wanted = next;
        Map<String, Codec> there = new LinkedHashMap<>();
        for (String name : wanted.codecs()) {
            owner.codec(name).ifPresent(codec -> there.put(name, codec));
        }
        Options offered = wanted.with(there).with(dictionary(wanted.dictionary()));
        windows &= !owner.decoders().exceeds(MemoryPool.Share.START);
        ours = windows ? offered : offered.withWindows(Map.of());
        allowed = wanted.compression() ? there : Map.of();
        withdrawn.keySet().removeAll(allowed.keySet());
        rebuild();
    }

    private DictionaryOption dictionary(DictionaryOption wanted) {
        Deduplication module = device.isEmpty() || !wanted.wanted()
                ? null
                : owner.deduplication().orElse(null);
        dictionary = module == null ? null : module.dictionary(device);
        DictionaryOption option = wanted.with(module, dictionary);
        if (option.codec().isEmpty()) {
            dictionary = null;
        }
        return option;
    }

    private void sendCaps() {
        Offer before = offers.peekLast();
        boolean same = before != null && before.option().same(ours.dictionary());
        int run = before == null ? 1 : before.run() + (same ? 0 : 1);
        offers.add(new Offer(generation + 1, run, dictionary, ours.dictionary()));
        output.pairs(FrameType.CAPS, 0, ++generation, ours.pairs());
    }

    private void rebuild() {
        for (int number = 1; number < decoding.length; number++) {
            decoding[number] = peerNames[number] == null ? null : decodes(peerNames[number]);
        }
        usable = theirs == null
                ? List.of()
                : ours.common(theirs).stream()
                        .filter(this::numbered)
                        .map(this::atMost)
                        .toList();
        fixed = usable.isEmpty()
                ? Choice.NONE
                : new Choice(usable.get(0).codec(), usable.get(0).mostLevel());
        mostDecoderMemory = usable.stream()
                .map(FibreChooser.Allowed::codec)
                .mapToLong(codec -> codec.decoderMemory(window(codec)))
                .max()
                .orElse(0);
        version++;
    }

    /** Whether the codec has a number, or one is left for it. */
    private boolean numbered(String name) {
        return ourNumbers.containsKey(name) || ourNumbers.size() < Protocol.MOST_CODECS;
    }

    private FibreChooser.Allowed atMost(String name) {
        Codec codec = allowed.get(name);
        return new FibreChooser.Allowed(
                codec, Math.max(codec.minLevel(), Math.min(codec.maxLevel(), ours.level(theirs, name))));
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
        Options before = theirs;
        theirs = Options.of(Frames.readPairs(payload));
        if (before == null || !before.dictionary().same(theirs.dictionary())) {
            peerRun++;
        }
        rebuild();
        output.generation(next);
    }

    void acknowledged(ByteBuffer payload) throws ProtocolError {
        int next = Frames.readInt(payload);
        if (next != acknowledged + 1 || next > generation) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "an acknowledgement of generation " + next + " of CAPS");
        }
        acknowledged = next;
        while (offers.peek().generation() < acknowledged) {
            offers.remove();
        }
    }

    // ---- dictionaries

    /** What this end offered last: the peer knows it before it gets what is sent from now on. */
    Offer offered() {
        return offers.peekLast();
    }

    /** What the peer knew when it sent what comes now; null: nothing yet. */
    Offer known() {
        Offer first = offers.peek();
        return first != null && first.generation() <= acknowledged ? first : null;
    }

    /** Rises whenever the peer names another dictionary than before. */
    int peerRun() {
        return peerRun;
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

    /** Changes with everything that blocks are made by. */
    int version() {
        return version;
    }

    /** Changes when the peer's decoders may have been replaced: histories begin anew. */
    int peerGeneration() {
        return peerGeneration;
    }

    /** What this end's blocks may be encoded with: codecs that both ends allow, the most wanted first. */
    List<FibreChooser.Allowed> usable() {
        return usable;
    }

    /** The longest window in bytes of a codec that both ends allow; 0: the codec's own. */
    int window(Codec codec) {
        return theirs == null ? 0 : ours.window(theirs, codec.name());
    }

    /** The most memory that the peer needs for a history of what is usable, in bytes. */
    long mostDecoderMemory() {
        return mostDecoderMemory;
    }

    /** How blocks are encoded where nobody chooses. */
    Choice fixed() {
        return fixed;
    }

    /** Who chooses; null if one of the ends does not want that, or the module is not running. */
    AdaptiveCompression adaptive() {
        return theirs != null && ours.adaptive() && theirs.adaptive()
                ? owner.adaptive().orElse(null)
                : null;
    }

    /** Whether the flows of the fibre share one history. */
    boolean sharesHistory() {
        return theirs != null && ours.sharedContext() && theirs.sharedContext();
    }

    /** The number by which the peer knows a codec that is usable; it is told if it does not yet. */
    int number(Codec codec) {
        Integer known = ourNumbers.get(codec.name());
        if (known != null) {
            return known;
        }
        int number = ourNumbers.size() + 1;
        ourNumbers.put(codec.name(), number);
        output.text(FrameType.CODEC, 0, number, codec.name());
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
