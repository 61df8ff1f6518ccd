package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
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
    /** How long a codec that was withdrawn is kept for a peer that does not acknowledge it. */
    private static final Duration WITHDRAWAL = Duration.ofSeconds(5);

    private final Stream transport;
    private final FibreOwner owner;
    private final Stats[] stats;
    private final FrameReader reader = new FrameReader(this);
    private final FibreOutput output;
    private final Negotiation negotiation;
    private final FibreFlows flows;
    private final Leaving leaving;
    private final RouteExchange routes;
    private final KeepAlive keepAlive;
    private final Buffers buffers;
    private final SharedHistory sharedHistory;
    private final FibreCompression compression;
    private final FibreDeduplication deduplication;
    private boolean ended;
    private volatile Greeting greeting = Greeting.NONE;
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
        buffers = new Buffers(owner.memory());
        output = new FibreOutput(transport, stats);
        negotiation = new Negotiation(owner, output, ours);
        leaving = new Leaving(output);
        compression =
                new FibreCompression(negotiation, owner, transport.loop(), output.link(), this::codecFailed, stats);
        deduplication = new FibreDeduplication(negotiation, output, transport.loop());
        sharedHistory = new SharedHistory(owner.decoders(), negotiation::decoder);
        routes = new RouteExchange(owner, output);
        keepAlive = new KeepAlive(transport.loop(), output, owner, this::rest, reason -> end(reason, null));
        flows = new FibreFlows(this, dialled, owner, stats);
    }

    void start() {
        transport.handler(this);
        transport.vital();
        output.preface();
        output.pairs(FrameType.HELLO, 0, 0, owner.hello());
        negotiation.start();
        output.flush();
        keepAlive.start();
    }

    EventLoop loop() {
        return transport.loop();
    }

    /** The port of this end. */
    int localPort() {
        return transport.localAddress().getPort();
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

    /** What the peer said of itself. */
    Greeting greeting() {
        return greeting;
    }

    /** What is known of the path. */
    KeepAlive keepAlive() {
        return keepAlive;
    }

    /** The flows that it has now. Any thread. */
    int flowCount() {
        return flowCount;
    }

    /** Whether it takes no more flows. */
    boolean leaving() {
        return leaving.begun();
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

    FibreOwner owner() {
        return owner;
    }

    Buffers buffers() {
        return buffers;
    }

    FibreCompression compression() {
        return compression;
    }

    FibreDeduplication deduplication() {
        return deduplication;
    }

    /** What arrives with the fibre's own history. */
    SharedHistory sharedHistory() {
        return sharedHistory;
    }

    /** What the peer refers to is not what this end has. */
    void dictionaryDamaged() {
        for (Stats s : stats) {
            s.dictionaryDamages.increment();
        }
        new DictionaryResendEvent(owner.device()).commit();
        owner.dictionaryDamaged();
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
    void open(Opening opening, Tunnels.FlowHandler handler) {
        flows.open(opening, handler);
        if (flows.exhausted() && !leaving.begun()) {
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
            routes.tell();
        }
        deduplication.finishBlocks();
        int withdrawal = negotiation.change(next);
        deduplication.negotiated();
        if (withdrawal > 0) {
            Patience.start(loop(), WITHDRAWAL, () -> {
                if (!negotiation.acknowledged(withdrawal)) {
                    stop("the peer did not acknowledge within " + WITHDRAWAL.toSeconds()
                            + " s that a codec was withdrawn");
                }
            });
        }
    }

    /** Takes no more flows, of either end, and ends with the last that it has; the peer is told why. */
    void retire(String reason) {
        if (!leaving.begun() && !ended) {
            leaving.announce(flows.lastPeerId(), reason);
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
        keepAlive.heard();
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
        deduplication.paused();
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
            case HELLO -> {
                greeting = Greeting.of(payload);
                compression.histories().most(greeting.histories());
            }
            case CAPS -> caps(payload);
            case CAPS_ACK -> {
                negotiation.acknowledged(payload);
                deduplication.negotiated();
                settle();
            }
            case CODEC -> negotiation.declares(payload);
            case PING -> output.number(FrameType.PONG, Frames.readLong(payload));
            case PONG -> pong(Frames.readLong(payload));
            case GONE -> {
                leaving.peerEmptied();
                endIfLeft();
            }
            case ROUTES -> routes.received(payload);
            case DICTIONARY -> deduplication.message(payload);
            case GOAWAY -> goAway(Frames.readInt(payload), Frames.readText(payload));
            default -> {
                Frames.readInt(payload);
                end("the peer ended the tunnel: " + Frames.readText(payload), null);
            }
        }
    }

    private void caps(ByteBuffer payload) throws ProtocolError {
        boolean first = theirs() == null;
        deduplication.finishBlocks();
        negotiation.caps(payload);
        deduplication.negotiated();
        if (first) {
            keepAlive.greeted();
            if (!leaving.begun()) {
                ready = true;
                routes.tell();
                owner.ready(this);
            }
        }
    }

    private void pong(long number) {
        flows.pong(number);
        deduplication.pong(number);
        keepAlive.pong(number);
    }

    /** Lets go of codecs that were withdrawn or replaced, once no block needs them. */
    private void settle() {
        if (negotiation.settled() && !flows.hold()) {
            negotiation.forgetWithdrawn();
            flows.letGo();
            sharedHistory.letGo();
        }
    }

    private void goAway(int lastServed, String reason) {
        // First, so that a flow that is taken back is not opened here again.
        ready = false;
        if (leaving.announced()) {
            owner.leaving(this, "the peer takes no more flows: " + reason);
        }
        flows.takeBack(lastServed, reason);
        endIfLeft();
    }

    /** A flow came or went. */
    void flowCount(int now) {
        flowCount = now;
        if (leaving.begun() && now == 0) {
            loop().execute(this::endIfLeft);
        }
    }

    private void endIfLeft() {
        if (leaving.begun() && !ended && flows.isEmpty() && leaving.emptied()) {
            end("it takes no more flows, and the last one is over", null);
        }
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

    /** Time passed. */
    private void rest() {
        flows.rest();
        compression.rest();
        deduplication.rest();
        negotiation.relief().ifPresent(this::options);
        settle();
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
        keepAlive.stop();
        flows.close(reason);
        deduplication.close();
        compression.close();
        sharedHistory.close();
        buffers.close();
        transport.shutdownOutput();
        // What was told to the peer has a moment to arrive.
        loop().schedule(Duration.ofSeconds(1), transport::reset);
        owner.ended(this, reason);
    }
}
