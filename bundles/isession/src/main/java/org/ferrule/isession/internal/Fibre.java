package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.ferrule.codec.Codec;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.traffic.Tunnels;

/**
 * One encrypted connection of a tunnel, from greeting to end. On its loop, all of it; what {@code show} reads is volatile.
 */
final class Fibre implements StreamHandler, FrameReader.Sink {
    /** Pings in the time after which a silent peer is taken for dead: two may be lost. */
    private static final int PINGS = 3;

    private static final Duration GREETING = Duration.ofSeconds(10);

    /** How long a codec that was withdrawn is kept for a peer that does not acknowledge it. */
    private static final Duration WITHDRAWAL = Duration.ofSeconds(5);

    private final Stream transport;
    private final FibreOwner owner;
    private final Stats[] stats;
    private final FrameReader reader = new FrameReader(this);
    private final FibreOutput output;
    private final Negotiation negotiation;
    private final FibreFlows flows;
    private final RouteExchange routes;
    private final Chunks outputChunks = Chunks.ofOutput();
    private final Chunks inputChunks = Chunks.ofInput();
    private final BlockDecoder sharedDecoder;
    private final FibreCompression compression;
    private ByteBuffer raw = ByteBuffer.allocateDirect(1 << 16);
    private ByteBuffer plain;
    private boolean leaving;
    private boolean goneSent;
    private boolean goneReceived;
    private boolean ended;
    private long lastHeard;
    private long lastPing;
    private EventLoop.Timer timer;

    private volatile String peer = "";
    private volatile long roundTripNanos = -1;
    private volatile boolean ready;
    private volatile int flowCount;

    /**
     * Greets the peer.
     *
     * @param transport the TLS session
     * @param dialled whether this end opened it; decides which flow ids are whose
     * @param stats all that count what goes over the fibre
     */
    Fibre(Stream transport, boolean dialled, FibreOwner owner, Options ours, Stats... stats) {
        this.transport = transport;
        this.owner = owner;
        this.stats = stats;
        output = new FibreOutput(transport, stats);
        negotiation = new Negotiation(owner, output, ours);
        compression =
                new FibreCompression(negotiation, owner, transport.loop(), output.link(), this::codecFailed, stats);
        sharedDecoder = new BlockDecoder(owner.decoders(), MemoryPool.Share.FIRST);
        routes = new RouteExchange(output);
        flows = new FibreFlows(this, dialled, owner, stats);
    }

    void start() {
        lastHeard = loop().nanoTime();
        transport.handler(this);
        output.preface();
        output.pairs(FrameType.HELLO, 0, 0, owner.hello());
        negotiation.start();
        output.flush();
        timer = loop().schedule(GREETING, () -> {
            if (theirs() == null) {
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
        return negotiation.ours();
    }

    /** What the peer allows; null before it said so. */
    Options theirs() {
        return negotiation.theirs();
    }

    String peer() {
        return peer;
    }

    /** Nanoseconds; negative if not measured yet. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    /** The flows that it has now. Any thread. */
    int flowCount() {
        return flowCount;
    }

    /** Whether it takes no more flows. */
    boolean leaving() {
        return leaving;
    }

    /** Whether flows can be opened. */
    boolean ready() {
        return ready;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    // ---- what its flows use

    FibreOutput output() {
        return output;
    }

    Negotiation negotiation() {
        return negotiation;
    }

    FibreFlows flows() {
        return flows;
    }

    MemoryPool pool() {
        return owner.pool();
    }

    Chunks outputChunks() {
        return outputChunks;
    }

    Chunks inputChunks() {
        return inputChunks;
    }

    FibreCompression compression() {
        return compression;
    }

    MemoryPool sending() {
        return owner.sending();
    }

    MemoryPool decoders() {
        return owner.decoders();
    }

    /** Decodes a block with the fibre's history, and makes one of it that needs none; it is lent until the next one. */
    ByteBuffer plain(ByteBuffer block, int rawSize) throws ProtocolError {
        if (plain == null) {
            plain = ByteBuffer.allocateDirect(Protocol.MOST_PAYLOAD);
        }
        plain.clear().put((byte) Protocol.CODEC_NONE).put((byte) 0).putInt(rawSize);
        plain.limit(plain.position() + rawSize);
        if (!sharedDecoder.decode(block, plain, negotiation::decoder)) {
            throw new ProtocolError(Rule.CODEC, "no memory is left to decode what the flows of the fibre share");
        }
        return plain.flip();
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

    void codecFailed(Codec codec, Throwable why) {
        for (Stats s : stats) {
            s.codecFailures.increment();
        }
        owner.codecFailed(codec, why);
    }

    // ---- what its owner does

    /** Opens a flow; the caller has seen that the fibre is ready. */
    void open(InetSocketAddress client, InetSocketAddress destination, String target, Tunnels.FlowHandler handler) {
        flows.open(client, destination, target, handler);
        if (flows.exhausted() && !leaving) {
            retire("the flow ids are used up");
            owner.leaving(this, "its flow ids are used up");
        }
    }

    /** The profile changed, or a codec came or went: the peer is told, and the next block uses what is common now. */
    void options(Options next) {
        if (ended) {
            return;
        }
        if (ready) {
            routes.tell(owner.advertised());
        }
        int withdrawal = negotiation.change(next);
        if (withdrawal > 0) {
            loop().schedule(WITHDRAWAL, () -> {
                if (!negotiation.acknowledged(withdrawal)) {
                    stop("the peer did not acknowledge within " + WITHDRAWAL.toSeconds()
                            + " s that a codec was withdrawn");
                }
            });
        }
    }

    /** Takes no more flows, of either end, and ends with the last that it has; the peer is told why. */
    void retire(String reason) {
        if (!leaving && !ended) {
            output.text(FrameType.GOAWAY, 0, flows.lastPeerId(), reason);
            leaving = true;
            ready = false;
            loop().execute(this::endIfLeft);
        }
    }

    /** Ends the fibre in good order, telling the peer why. */
    void stop(String reason) {
        end(reason, reason);
    }

    // ---- what comes in

    @Override
    public void received(Stream stream, ByteBuffer data) {
        lastHeard = loop().nanoTime();
        long wire = FibreOutput.wire(data.remaining());
        for (Stats s : stats) {
            s.tunnelIn.add(wire);
        }
        try {
            reader.read(data);
        } catch (ProtocolError e) {
            fail(e);
            return;
        }
        if (output.overrun()) {
            end("the peer takes nothing of what it is sent", null);
            return;
        }
        flows.paused();
        output.flushSoon();
    }

    @Override
    public void frame(FrameType type, int id, ByteBuffer payload) throws ProtocolError {
        if (type.ofFlow()) {
            if (theirs() == null) {
                throw new ProtocolError(Rule.FLOW_STATE, type + " before the greeting");
            }
            flows.frame(type, id, payload);
            return;
        }
        switch (type) {
            case HELLO -> hello(payload);
            case CAPS -> caps(payload);
            case CAPS_ACK -> {
                negotiation.acknowledged(payload);
                settle();
            }
            case CODEC -> negotiation.declares(payload);
            case PING -> output.number(FrameType.PONG, Frames.readLong(payload));
            case PONG -> pong(Frames.readLong(payload));
            case GONE -> gone();
            case ROUTES -> routes(payload);
            case GOAWAY -> {
                int lastServed = Frames.readInt(payload);
                goAway(lastServed, Frames.readText(payload));
            }
            default -> {
                Frames.readInt(payload);
                end("the peer ended the tunnel: " + Frames.readText(payload), null);
            }
        }
    }

    private void hello(ByteBuffer payload) throws ProtocolError {
        Frames.readInt(payload);
        Map<String, String> pairs = Frames.readPairs(payload);
        peer = pairs.getOrDefault("device", "");
        compression.histories().most(Histories.read(pairs.get(Histories.PAIR)));
    }

    private void caps(ByteBuffer payload) throws ProtocolError {
        boolean first = theirs() == null;
        negotiation.caps(payload);
        if (first) {
            timer.cancel();
            keepAlive();
            if (!leaving) {
                ready = true;
                routes.tell(owner.advertised());
                owner.ready(this);
            }
        }
    }

    private void routes(ByteBuffer payload) throws ProtocolError {
        Routes whole = routes.received(payload);
        if (whole != null) {
            owner.routes(whole);
        }
    }

    /** Lets go of codecs that were withdrawn or replaced, once no block needs them. */
    private void settle() {
        if (negotiation.settled() && !flows.hold()) {
            negotiation.forgetWithdrawn();
            flows.letGo();
            sharedDecoder.letGo(negotiation::decoder);
        }
    }

    private void pong(long number) {
        // One that was not asked for, or late, measures nothing.
        if (number == lastPing) {
            roundTripNanos = Math.max(0, loop().nanoTime() - number);
        }
    }

    private void goAway(int lastServed, String reason) {
        // First, so that a flow that is taken back is not opened here again.
        ready = false;
        if (!leaving) {
            leaving = true;
            owner.leaving(this, "the peer takes no more flows: " + reason);
        }
        flows.takeBack(lastServed, reason);
        endIfLeft();
    }

    /** A flow came or went. */
    void flowCount(int now) {
        flowCount = now;
        if (leaving && now == 0) {
            loop().execute(this::endIfLeft);
        }
    }

    /** A flow that is over here may still have its reader at the peer: both ends must be without. */
    private void endIfLeft() {
        if (!leaving || ended || !flows.isEmpty()) {
            return;
        }
        if (!goneSent) {
            goneSent = true;
            output.empty(FrameType.GONE, 0);
        }
        if (goneReceived) {
            end("it takes no more flows, and the last one is over", null);
        }
    }

    private void gone() throws ProtocolError {
        if (!leaving) {
            throw new ProtocolError(Rule.FLOW_STATE, "the peer has no flows left on a fibre that nobody leaves");
        }
        goneReceived = true;
        endIfLeft();
    }

    @Override
    public void writable(Stream stream) {
        output.writable();
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
        lastPing = loop().nanoTime();
        output.number(FrameType.PING, lastPing);
        Duration dead = owner.deadPeerTimeout();
        long due = lastPing + dead.dividedBy(PINGS).toNanos();
        timer = loop().schedule(dead.dividedBy(PINGS), () -> {
            // Time in which this end did not run was not the peer's silence: its answers may wait to be read.
            lastHeard += Math.max(0, loop().nanoTime() - due);
            if (loop().nanoTime() - lastHeard > dead.toNanos()) {
                end("nothing was heard of the peer for " + dead.toSeconds() + " s", null);
            } else if (!ended) {
                flows.rest();
                compression.rest();
                settle();
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

    private void end(String reason, String tellPeer) {
        if (ended) {
            return;
        }
        if (tellPeer != null) {
            output.text(FrameType.ERROR, 0, 0, tellPeer);
        }
        output.flushAll();
        ended = true;
        ready = false;
        output.end();
        if (timer != null) {
            timer.cancel();
        }
        flows.close(reason);
        compression.close();
        sharedDecoder.close();
        transport.shutdownOutput();
        // What was told to the peer has a moment to arrive.
        loop().schedule(Duration.ofSeconds(1), transport::reset);
        owner.ended(this, reason);
    }
}
