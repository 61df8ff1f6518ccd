package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.codec.Codec;
import org.ferrule.config.kind.Addresses;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.traffic.Tunnels;
import org.ferrule.traffic.VirtualServers;

/**
 * One encrypted connection of a tunnel and the flows that ride on it. On its loop, all of it; what {@code show} reads is
 * volatile.
 */
final class Fibre implements StreamHandler, FrameReader.Sink {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final Duration DEAD = Duration.ofSeconds(15);
    private static final Duration GREETING = Duration.ofSeconds(10);
    private static final int OUTPUT = 1 << 17;

    /** Raw bytes of one flow before the next one has its turn. */
    private static final int SHARE = 1 << 16;

    /** What TLS 1.3 adds to each record: header, content type and tag; and the most that a record holds. */
    private static final int RECORD_OVERHEAD = 22;

    private static final int RECORD = 1 << 14;

    private final Stream transport;
    private final boolean dialled;
    private final Owner owner;
    private final Stats[] stats;
    private final FrameReader reader = new FrameReader(this);
    private final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT);
    private final Chunks chunks = new Chunks();
    private final Map<Integer, Flow> flows = new HashMap<>();
    private final ArrayDeque<Flow> waiting = new ArrayDeque<>();
    private final List<Flow> touched = new ArrayList<>();
    private final Map<Integer, String> peerCodecs = new HashMap<>();
    private final Map<String, Integer> ourCodecs = new LinkedHashMap<>();
    private ByteBuffer raw = ByteBuffer.allocateDirect(1 << 16);
    private Flow last;
    private int nextFlow;
    private int lastPeerFlow;
    private boolean blocked;
    private boolean flushing;
    private boolean leaving;
    private boolean ended;
    private long lastHeard;
    private long lastPing;
    private int capsSent;
    private EventLoop.Timer timer;

    private volatile Options ours;
    private volatile Options theirs;
    private volatile String peer = "";
    private volatile long roundTripNanos = -1;
    private volatile boolean ready;

    /** What a fibre needs of the tunnel, or of the listener, that it belongs to. */
    interface Owner {
        /** The peer has said who it is and what it allows: flows can be opened. */
        void ready(Fibre fibre);

        /** It takes no more flows; those that it has go on, and it ends with the last of them. */
        void leaving(Fibre fibre, String reason);

        /** It is over. */
        void ended(Fibre fibre, String reason);

        /** A codec that is there now. */
        Optional<Codec> codec(String name);

        /** The level at which the codec compresses. */
        int level(String codec);

        /** Who takes a flow that the peer opens. */
        Optional<VirtualServers.Acceptor> acceptor(InetSocketAddress destination, String target);

        /** What to tell the peer of this appliance. */
        Map<String, String> hello();
    }

    /**
     * Greets the peer.
     *
     * @param transport the TLS session
     * @param dialled whether this end opened it; decides which flow ids are whose
     * @param stats all that count what goes over the fibre
     */
    Fibre(Stream transport, boolean dialled, Owner owner, Options ours, Stats... stats) {
        this.transport = transport;
        this.dialled = dialled;
        this.owner = owner;
        this.ours = ours;
        this.stats = stats;
        nextFlow = dialled ? 1 : 2;
    }

    void start() {
        lastHeard = loop().nanoTime();
        transport.handler(this);
        Frames.preface(output);
        pairs(FrameType.HELLO, 0, 0, owner.hello());
        sendCaps();
        flush();
        timer = loop().schedule(GREETING, () -> {
            if (theirs == null) {
                end("the peer did not greet within " + GREETING.toSeconds() + " s", null);
            }
        });
    }

    EventLoop loop() {
        return transport.loop();
    }

    InetSocketAddress remoteAddress() {
        return transport.remoteAddress();
    }

    Options ours() {
        return ours;
    }

    /** What the peer allows; null before it said so. */
    Options theirs() {
        return theirs;
    }

    String peer() {
        return peer;
    }

    /** Nanoseconds; negative if not measured yet. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    boolean ready() {
        return ready;
    }

    Chunks chunks() {
        return chunks;
    }

    /** Whether the transport takes no more for now. */
    boolean blocked() {
        return blocked;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    // ---- sending

    private ByteBuffer room(int size) {
        if (output.remaining() < size) {
            flush();
        }
        return output;
    }

    private void flush() {
        flushing = false;
        if (output.position() == 0) {
            return;
        }
        output.flip();
        int size = output.remaining();
        long wire = size + (long) RECORD_OVERHEAD * ((size + RECORD - 1) / RECORD);
        for (Stats s : stats) {
            s.tunnelOut.add(wire);
        }
        blocked |= !transport.write(output);
        output.clear();
    }

    /** Flushes when the loop has done what it is doing now, so that many small frames travel together. */
    void flushSoon() {
        if (!flushing && output.position() > 0) {
            flushing = true;
            loop().execute(this::flush);
        }
    }

    private void pairs(FrameType type, int flow, int number, Map<String, String> pairs) {
        Frames.pairs(room(Frames.sizeOf(pairs)), type, flow, number, pairs);
    }

    void sendEmpty(FrameType type, int flow) {
        Frames.empty(room(Protocol.HEADER), type, flow);
        flushSoon();
    }

    void sendReset(int flow) {
        Frames.text(room(Protocol.HEADER + 1024), FrameType.RESET, flow, 0, "");
        flushSoon();
    }

    void sendCredit(Window window, int flow) {
        window.tell(room(Protocol.HEADER + 8), flow);
        flushSoon();
    }

    /** Encodes a block of a flow straight into what is sent next. Gives the encoded size. */
    int data(Flow flow, ByteBuffer block) {
        int size = block.remaining();
        ByteBuffer to = room(Protocol.HEADER + Protocol.BLOCK_HEADER + size);
        Codec codec = codecInUse();
        flow.encoder().use(codec, codec == null ? 0 : owner.level(codec.name()));
        int id = codec == null ? Protocol.CODEC_NONE : declared(codec);
        to = room(Protocol.HEADER + Protocol.BLOCK_HEADER + size);
        int start = to.position();
        to.position(start + Protocol.HEADER);
        boolean compressed = flow.encoder().encode(block, to, id);
        int end = to.position();
        to.position(start);
        Frames.header(to, FrameType.DATA, flow.id(), end - start - Protocol.HEADER);
        to.position(end);
        int encoded = end - start - Protocol.HEADER - Protocol.BLOCK_HEADER;
        int codecFailures = flow.encoder().takeCodecFailures();
        for (Stats s : stats) {
            s.codecFailures.add(codecFailures);
            s.rawOut.add(size);
            s.encodedOut.add(encoded);
            (compressed ? s.blocksCompressed : s.blocksPlain).increment();
        }
        return encoded;
    }

    /** The first codec that both ends allow and that is there. */
    private Codec codecInUse() {
        Options peers = theirs;
        if (peers == null) {
            return null;
        }
        for (String name : ours.common(peers)) {
            Optional<Codec> codec = owner.codec(name);
            if (codec.isPresent()) {
                return codec.get();
            }
        }
        return null;
    }

    private int declared(Codec codec) {
        Integer id = ourCodecs.get(codec.name());
        if (id == null) {
            id = ourCodecs.size() + 1;
            ourCodecs.put(codec.name(), id);
            Frames.text(room(Protocol.HEADER + 1024), FrameType.CODEC, 0, id, codec.name());
        }
        return id;
    }

    private void sendCaps() {
        pairs(FrameType.CAPS, 0, ++capsSent, ours.pairs());
    }

    /** The profile changed, or a codec came or went: the peer is told, and the next block uses what is common now. */
    void options(Options next) {
        if (!ended && !next.equals(ours)) {
            ours = next;
            sendCaps();
            flushSoon();
        }
    }

    /** Puts a flow in the line of those that wait for their turn. */
    void enqueue(Flow flow) {
        waiting.add(flow);
        if (!blocked) {
            loop().execute(this::turns);
        }
    }

    private void turns() {
        while (!blocked && !waiting.isEmpty() && !ended) {
            waiting.poll().turn(SHARE);
        }
        flushSoon();
    }

    @Override
    public void writable(Stream stream) {
        blocked = false;
        turns();
        flush();
    }

    // ---- flows

    /** Opens a flow; the caller has seen that the fibre is ready. */
    void open(InetSocketAddress client, InetSocketAddress destination, String target, Tunnels.FlowHandler handler) {
        if (flows.size() >= Protocol.MOST_FLOWS) {
            handler.refused("the fibre has " + flows.size() + " flows");
            return;
        }
        int id = nextFlow;
        nextFlow += 2;
        Flow flow = new Flow(this, id, client, destination, handler);
        add(flow);
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("client", text(client));
        pairs.put("destination", text(destination));
        pairs.put("target-virtual", target);
        pairs(FrameType.OPEN, id, 0, pairs);
        flushSoon();
        handler.opened(flow);
    }

    private void add(Flow flow) {
        flows.put(flow.id(), flow);
        for (Stats s : stats) {
            s.flows.increment();
            s.currentFlows.incrementAndGet();
        }
    }

    void remove(Flow flow) {
        last = null;
        if (flows.remove(flow.id(), flow)) {
            waiting.remove(flow);
            for (Stats s : stats) {
                s.currentFlows.decrementAndGet();
            }
            if (leaving && flows.isEmpty()) {
                loop().execute(this::endIfLeft);
            }
        }
    }

    private Flow flow(int id) {
        if (last == null || last.id() != id) {
            last = flows.get(id);
        }
        return last;
    }

    /** The flow with this id; null for one that is over. An id that was never opened breaks the protocol. */
    private Flow opened(int id, FrameType type) throws ProtocolError {
        Flow flow = flow(id);
        boolean oursOpened = (id & 1) == (nextFlow & 1);
        if (flow == null && (oursOpened ? id >= nextFlow : id > lastPeerFlow)) {
            throw new ProtocolError(Rule.FLOW_STATE, type + " of flow " + id + ", which was never opened");
        }
        return flow;
    }

    // ---- receiving

    @Override
    public void received(Stream stream, ByteBuffer data) {
        int size = data.remaining();
        lastHeard = loop().nanoTime();
        for (Stats s : stats) {
            s.tunnelIn.add(size + (long) RECORD_OVERHEAD * ((size + RECORD - 1) / RECORD));
        }
        try {
            reader.read(data);
        } catch (ProtocolError e) {
            fail(e);
            return;
        }
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).paused();
        }
        touched.clear();
        flushSoon();
    }

    /** Room for the raw bytes of one block. */
    ByteBuffer raw(int size) {
        if (raw.capacity() < size) {
            raw = ByteBuffer.allocateDirect(size);
        }
        return raw.clear().limit(size);
    }

    void countIn(int encoded, int rawSize) {
        for (Stats s : stats) {
            s.encodedIn.add(encoded);
            s.rawIn.add(rawSize);
        }
    }

    Optional<Codec> peerCodec(int id) {
        return Optional.ofNullable(peerCodecs.get(id)).flatMap(owner::codec);
    }

    @Override
    public void frame(FrameType type, int id, ByteBuffer payload) throws ProtocolError {
        if (type.ofFlow()) {
            if (theirs == null) {
                throw new ProtocolError(Rule.FLOW_STATE, type + " before the greeting");
            }
            flowFrame(type, id, payload);
            return;
        }
        switch (type) {
            case HELLO -> hello(payload);
            case CAPS -> caps(payload);
            case CAPS_ACK -> Frames.readInt(payload);
            case CODEC -> codec(payload);
            case PING -> {
                Frames.number(room(Protocol.HEADER + 8), FrameType.PONG, Frames.readLong(payload));
                flushSoon();
            }
            case PONG -> roundTripNanos = Math.max(0, loop().nanoTime() - Frames.readLong(payload));
            case GOAWAY -> {
                int most = Frames.readInt(payload);
                goAway(most, Frames.readText(payload));
            }
            default -> {
                Frames.readInt(payload);
                end("the peer ended the tunnel: " + Frames.readText(payload), null);
            }
        }
    }

    private void hello(ByteBuffer payload) throws ProtocolError {
        Frames.readInt(payload);
        peer = Frames.readPairs(payload).getOrDefault("device", "");
    }

    private void caps(ByteBuffer payload) throws ProtocolError {
        int generation = Frames.readInt(payload);
        boolean first = theirs == null;
        theirs = Options.of(Frames.readPairs(payload));
        Frames.header(room(Protocol.HEADER + 4), FrameType.CAPS_ACK, 0, 4);
        output.putInt(generation);
        if (first) {
            ready = true;
            timer.cancel();
            keepAlive();
            owner.ready(this);
        }
    }

    private void codec(ByteBuffer payload) throws ProtocolError {
        int id = Frames.readInt(payload);
        if (id < 1 || id > Protocol.MOST_CODECS || peerCodecs.containsKey(id)) {
            throw new ProtocolError(Rule.CODEC, "codec " + id + " cannot be declared");
        }
        peerCodecs.put(id, Frames.readText(payload));
    }

    private void goAway(int lastOpened, String reason) {
        // First, so that a flow that is taken back is not opened here again.
        ready = false;
        if (!leaving) {
            leaving = true;
            owner.leaving(this, "the peer takes no more flows: " + reason);
        }
        for (Flow flow : List.copyOf(flows.values())) {
            if ((flow.id() & 1) == (nextFlow & 1) && flow.id() > lastOpened) {
                flow.refusedByPeer(reason);
            }
        }
        endIfLeft();
    }

    private void endIfLeft() {
        if (leaving && flows.isEmpty()) {
            end("the peer takes no more flows, and the last one is over", null);
        }
    }

    private void flowFrame(FrameType type, int id, ByteBuffer payload) throws ProtocolError {
        if (type == FrameType.OPEN) {
            peerOpens(id, payload);
            return;
        }
        Flow flow = opened(id, type);
        if (flow == null) {
            // It crossed the flow's end on its way.
            return;
        }
        if (type != FrameType.REFUSED) {
            flow.answered();
        }
        switch (type) {
            case DATA -> {
                flow.received(payload);
                touched.add(flow);
            }
            case FIN -> flow.finReceived();
            case RESET -> {
                Frames.readInt(payload);
                flow.resetReceived(Frames.readText(payload));
            }
            case STOP_SENDING -> flow.stopSending();
            case CREDIT -> {
                int encoded = Frames.readInt(payload);
                flow.creditReceived(encoded, Frames.readInt(payload));
            }
            case REFUSED -> {
                Frames.readInt(payload);
                flow.refusalReceived(Frames.readText(payload));
            }
            default -> {
                // OPENED: data may flow without it; it tells that the far end has a server side.
            }
        }
    }

    private void peerOpens(int id, ByteBuffer payload) throws ProtocolError {
        if ((id & 1) == (nextFlow & 1) || id <= lastPeerFlow) {
            throw new ProtocolError(
                    Rule.FLOW_STATE, "flow " + id + " cannot be opened: ids only rise, each end has its own");
        }
        lastPeerFlow = id;
        Frames.readInt(payload);
        Map<String, String> pairs = Frames.readPairs(payload);
        InetSocketAddress client = address(pairs, "client");
        InetSocketAddress destination = address(pairs, "destination");
        String target = pairs.getOrDefault("target-virtual", "virtual-match-all");
        if (flows.size() >= Protocol.MOST_FLOWS || !ours.mode()) {
            refuse(id, ours.mode() ? "this fibre has " + flows.size() + " flows" : "tunnels are disabled here");
            return;
        }
        Optional<VirtualServers.Acceptor> acceptor = owner.acceptor(destination, target);
        if (acceptor.isEmpty()) {
            refuse(id, "no virtual server that tunnels reach has the destination " + Addresses.text(destination));
            return;
        }
        Flow flow = new Flow(this, id, client, destination, null);
        add(flow);
        sendEmpty(FrameType.OPENED, id);
        flow.accept(acceptor.get());
    }

    private void refuse(int id, String reason) {
        for (Stats s : stats) {
            s.refused.increment();
        }
        Frames.text(room(Protocol.HEADER + 2048), FrameType.REFUSED, id, 0, reason);
        flushSoon();
    }

    /** Without the zone of an IPv6 address: it names an interface of this host. */
    private static String text(InetSocketAddress endpoint) {
        return Addresses.text(endpoint).replaceFirst("%.*(?=\\.\\d+$)", "");
    }

    private static InetSocketAddress address(Map<String, String> pairs, String name) throws ProtocolError {
        try {
            return Addresses.endpoint(pairs.getOrDefault(name, ""));
        } catch (IllegalArgumentException e) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "a flow's " + name + " is no address and port");
        }
    }

    @Override
    public void inputEnded(Stream stream) {
        end("the peer closed the fibre", null);
    }

    @Override
    public void closed(Stream stream, CloseReason reason) {
        end(reason.detail().isEmpty() ? "the fibre was reset" : "the fibre ended: " + reason.detail(), null);
    }

    // ---- life and death

    private void keepAlive() {
        timer = loop().schedule(KEEP_ALIVE, () -> {
            long now = loop().nanoTime();
            if (now - lastHeard > DEAD.toNanos()) {
                end("nothing was heard of the peer for " + DEAD.toSeconds() + " s", null);
            } else if (!ended) {
                lastPing = now;
                Frames.number(room(Protocol.HEADER + 8), FrameType.PING, lastPing);
                flushSoon();
                keepAlive();
            }
        });
    }

    void fail(ProtocolError error) {
        for (Stats s : stats) {
            s.error(error.rule());
        }
        end("the peer broke the protocol (" + error.rule() + "): " + error.getMessage(), error.getMessage());
    }

    /** Ends the fibre in good order, telling the peer why. */
    void stop(String reason) {
        end(reason, reason);
    }

    private void end(String reason, String tellPeer) {
        if (ended) {
            return;
        }
        if (tellPeer != null) {
            Frames.text(room(Protocol.HEADER + 2048), FrameType.ERROR, 0, 0, tellPeer);
            flush();
        }
        ended = true;
        ready = false;
        if (timer != null) {
            timer.cancel();
        }
        for (Flow flow : List.copyOf(flows.values())) {
            flow.close(new CloseReason(Kind.RESET_BY_PEER, reason));
        }
        transport.shutdownOutput();
        // What was told to the peer has a moment to arrive.
        loop().schedule(Duration.ofSeconds(1), transport::reset);
        owner.ended(this, reason);
    }

    /** For status: which end opened it. */
    boolean dialled() {
        return dialled;
    }
}
