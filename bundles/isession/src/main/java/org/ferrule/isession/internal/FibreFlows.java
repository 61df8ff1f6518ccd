package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.traffic.Tunnels;
import org.ferrule.traffic.VirtualServers;

/** The flows of one fibre, by id: opens those of this end, takes the peer's, and hands them their frames. On its loop. */
final class FibreFlows {
    private static final String NO_MEMORY = "no memory is left to receive its data";
    private static final String SCARCE = "memory is scarce";

    /** Of flows that are over here: a peer has refused ones replaced in a round trip, and two of them settle all. */
    private static final int MOST_LINGERING = 4 * Protocol.MOST_FLOWS;

    /** What a PING that asks for the end of what is on its way says; no time, which others say. */
    private static final long LINGERING = 0x6C696E676572L;

    private final Fibre fibre;
    private final FibreOwner owner;
    private final Stats[] stats;
    private final Map<Integer, Flow> flows = new HashMap<>();

    /** Those that received data since the transport paused. */
    private final List<Flow> touched = new ArrayList<>();

    /** The flow of the last frame; the next one is often of the same. */
    private Flow last;

    /** Of flows that are over here, and of which more may be on its way. */
    private final Map<Integer, Restoring> lingering = new HashMap<>();

    /** Those that the next answer of the peer is about. */
    private List<Integer> askedAbout = List.of();

    private boolean asked;
    private int nextId;
    private int lastPeerId;

    /** @param dialled whether this end opened the fibre; decides which ids are whose */
    FibreFlows(Fibre fibre, boolean dialled, FibreOwner owner, Stats... stats) {
        this.fibre = fibre;
        this.owner = owner;
        this.stats = stats;
        nextId = dialled ? 1 : 2;
    }

    boolean isEmpty() {
        return flows.isEmpty();
    }

    private List<Flow> all() {
        return List.copyOf(flows.values());
    }

    /** The last flow that the peer opened; 0 if it opened none. */
    int lastPeerId() {
        return lastPeerId;
    }

    /** Whether the ids of this end are used up, so that the fibre should be replaced. */
    boolean exhausted() {
        return nextId < 0;
    }

    /** For tests: the id of the next flow that this end opens. */
    void nextId(int id) {
        nextId = id;
    }

    // ---- those of this end

    /** Opens a flow; the caller has seen that the fibre is ready. */
    void open(Opening opening, Tunnels.FlowHandler handler) {
        Optional<String> obstacle = exhausted() ? Optional.of("the fibre has no more flow ids") : obstacle();
        if (obstacle.isPresent()) {
            handler.refused(obstacle.get());
            return;
        }
        int id = nextId;
        nextId += 2;
        Flow flow = new Flow(fibre, id, opening, handler);
        add(flow);
        fibre.output().pairs(FrameType.OPEN, id, 0, opening.pairs());
        flow.input().tell();
        handler.opened(flow);
    }

    /** What stands against one more flow; if nothing does, the first credit of its input is reserved. */
    private Optional<String> obstacle() {
        if (flows.size() + lingering.size() >= Protocol.MOST_FLOWS) {
            return Optional.of("the fibre has " + flows.size() + " flows");
        }
        if (fibre.output().congested()) {
            return Optional.of("the fibre is congested");
        }
        return fibre.owner().pool().reserve(Protocol.FIRST_ENCODED, MemoryPool.Share.FIRST)
                ? Optional.empty()
                : Optional.of(NO_MEMORY);
    }

    private void add(Flow flow) {
        flows.put(flow.id(), flow);
        fibre.flowCount(flows.size());
        for (Stats s : stats) {
            s.flows.increment();
            s.currentFlows.incrementAndGet();
        }
    }

    void remove(Flow flow) {
        last = null;
        if (flows.remove(flow.id(), flow)) {
            if (!ours(flow.id())) {
                fibre.owner().memory().flows().ended();
            }
            fibre.output().leave(flow);
            for (Stats s : stats) {
                s.currentFlows.decrementAndGet();
            }
            fibre.flowCount(flows.size());
        }
    }

    // ---- frames

    void frame(FrameType type, int id, ByteBuffer payload) throws ProtocolError {
        if (type == FrameType.OPEN) {
            peerOpens(id, payload);
            return;
        }
        Flow flow = opened(id, type);
        if (flow == null) {
            // It crossed the flow's end on its way.
            late(type, id, payload);
            return;
        }
        if (type != FrameType.REFUSED) {
            flow.answered();
        }
        switch (type) {
            case DATA -> {
                flow.input().received(payload);
                touched.add(flow);
            }
            case FIN -> flow.input().endReceived();
            case RESET -> {
                Frames.readInt(payload);
                flow.resetReceived(Frames.readText(payload));
            }
            case STOP_SENDING -> flow.output().stop();
            case CREDIT -> {
                int encoded = Frames.readInt(payload);
                flow.output().creditReceived(encoded, Frames.readInt(payload));
            }
            case CREDIT_BACK -> flow.input().creditReturned(Frames.readInt(payload));
            case REFUSED -> {
                Frames.readInt(payload);
                flow.refusalReceived(Frames.readText(payload));
            }
            default -> {
                // OPENED: data may flow without it; it tells that the far end has a server side.
            }
        }
    }

    /** A frame of a flow that is over here: what others refer to is kept. */
    private void late(FrameType type, int id, ByteBuffer payload) throws ProtocolError {
        if (type == FrameType.DATA) {
            int size = BlockDecoder.rawSize(payload);
            if (BlockDecoder.dictionary(payload)) {
                Restoring restoring = lingering.get(id);
                if (restoring == null) {
                    throw new ProtocolError(Rule.FLOW_STATE, "data for the dictionary after the end of a flow");
                }
                fibre.negotiation().check(payload.get(payload.position()) & 0xFF);
                restoring.arrived(payload, size, null);
            } else if (BlockDecoder.shared(payload)) {
                fibre.sharedHistory().plain(payload, size);
            }
        } else if (type == FrameType.FIN || type == FrameType.RESET) {
            Restoring over = lingering.remove(id);
            if (over != null) {
                over.close();
            }
        }
    }

    /** A flow is over here, and the peer does not know that yet: what it sends meanwhile enters the dictionary. */
    void linger(int id, Restoring restoring) {
        if (fibre.ended()) {
            restoring.close();
            return;
        }
        lingering.put(id, restoring);
        if (!asked) {
            ask();
        }
    }

    /** The answer comes behind all that the peer sent before it knew. */
    private void ask() {
        asked = true;
        askedAbout = List.copyOf(lingering.keySet());
        fibre.output().number(FrameType.PING, LINGERING);
    }

    void pong(long number) {
        if (number == LINGERING && asked) {
            asked = false;
            for (int id : askedAbout) {
                Restoring over = lingering.remove(id);
                if (over != null) {
                    over.close();
                }
            }
            if (!lingering.isEmpty()) {
                ask();
            }
        }
    }

    /** The flow with this id; null for one that is over. An id that was never opened breaks the protocol. */
    private Flow opened(int id, FrameType type) throws ProtocolError {
        if (last == null || last.id() != id) {
            last = flows.get(id);
        }
        boolean neverOpened = ours(id) ? !exhausted() && id >= nextId : id > lastPeerId;
        if (last == null && neverOpened) {
            throw new ProtocolError(Rule.FLOW_STATE, type + " of flow " + id + ", which was never opened");
        }
        return last;
    }

    private boolean ours(int id) {
        return (id & 1) == (nextId & 1);
    }

    private void peerOpens(int id, ByteBuffer payload) throws ProtocolError {
        if (ours(id) || id <= lastPeerId) {
            throw new ProtocolError(
                    Rule.FLOW_STATE, "flow " + id + " cannot be opened: ids only rise, each end has its own");
        }
        lastPeerId = id;
        Frames.readInt(payload);
        Opening opening = Opening.of(Frames.readPairs(payload));
        if (!fibre.ours().mode() || fibre.leaving()) {
            refuse(id, opening, fibre.leaving() ? "this fibre takes no more flows" : "tunnels are disabled here");
            return;
        }
        String circle = opening.circle(owner.self());
        if (!circle.isEmpty()) {
            refuse(id, opening, circle);
            return;
        }
        VirtualServers.Answer answer = owner.answer(opening.client(), opening.destination(), opening.target());
        Optional<String> obstacle = Optional.ofNullable(answer.refusal()).or(this::notAdmitted);
        if (obstacle.isPresent()) {
            refuse(id, opening, obstacle.get());
            return;
        }
        Flow flow = new Flow(fibre, id, opening, null);
        add(flow);
        fibre.output().empty(FrameType.OPENED, id);
        flow.input().tell();
        flow.accept(answer.acceptor());
    }

    /** What stands against a flow of the peer's, which needs memory for its server side, too. */
    private Optional<String> notAdmitted() {
        if (!fibre.owner().memory().flows().admit()) {
            return Optional.of(SCARCE);
        }
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            fibre.owner().memory().flows().ended();
        }
        return obstacle;
    }

    private void refuse(int id, Opening opening, String reason) throws ProtocolError {
        for (Stats s : stats) {
            s.refuse(reason);
        }
        fibre.output().text(FrameType.REFUSED, id, 0, reason);
        if (fibre.deduplication().receives()) {
            // Its data may be right behind, and enters the peer's dictionary whether the flow is taken or not.
            if (lingering.size() >= MOST_LINGERING) {
                throw new ProtocolError(Rule.LIMIT, "flows are opened faster than their refusal is heard of");
            }
            linger(id, new Restoring(fibre, opening.domain()));
        }
    }

    // ---- all of them

    /** All that had arrived was passed on. */
    void paused() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).input().paused();
        }
        touched.clear();
    }

    /** The peer serves flows of this end up to an id, and none above it. */
    void takeBack(int lastServed, String reason) {
        for (Flow flow : all()) {
            if (ours(flow.id()) && flow.id() > lastServed) {
                flow.refusedByPeer(reason);
            }
        }
    }

    /** Time passed. */
    void rest() {
        flows.values().forEach(flow -> flow.output().rest());
    }

    /** Whether blocks that have arrived wait for their readers. */
    boolean hold() {
        return flows.values().stream().anyMatch(flow -> flow.input().holds());
    }

    /** No block is on its way, and none is held, that needs what is not there any more. */
    void letGo() {
        flows.values().forEach(flow -> flow.input().letGo());
    }

    void close(String reason) {
        lingering.values().forEach(Restoring::close);
        lingering.clear();
        all().forEach(flow -> flow.close(new CloseReason(Kind.RESET_BY_PEER, reason)));
    }
}
