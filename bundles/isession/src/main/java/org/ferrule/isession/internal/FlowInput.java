package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** The direction of a flow that comes from the peer: blocks are decoded for the reader, and wait while it does not read. */
final class FlowInput {
    private final Fibre fibre;
    private final Flow flow;
    private final ReceiveWindow window;
    private final BlockDecoder decoder;
    private final BlockQueue queue;
    private final Unread unread;

    /** What restores blocks with the dictionary; null as long as none came. */
    private Restoring restoring;

    /** A block that was restored in part, and how far; it waits before those in the queue. */
    private ByteBuffer rest;

    private int restDone;

    /** Whether the reader is being given something: what it brings about must not overtake that. */
    private boolean draining;

    private long received;
    private long encodedBytes;

    /** Since when the dictionary keeps the reader waiting; null: it does not, or nobody records. */
    private DictionaryStallEvent stall;

    private boolean suspended;
    private boolean endReceived;
    private boolean ended;
    private boolean touched;

    FlowInput(Fibre fibre, Flow flow) {
        this.fibre = fibre;
        this.flow = flow;
        window = new ReceiveWindow(
                fibre.owner().pool(), fibre.loop(), fibre.deduplication().receives());
        decoder = new BlockDecoder(fibre.owner().decoders(), MemoryPool.Share.GROWTH);
        queue = new BlockQueue(fibre.buffers().input());
        unread = new Unread(fibre.owner().memory(), flow::deliver, () -> !suspended && !flow.closed());
    }

    /** Raw bytes that came. */
    long received() {
        return received;
    }

    /** The same as it crossed the tunnel. */
    long encoded() {
        return encodedBytes;
    }

    /** Whether all input was passed on, and its end. */
    boolean ended() {
        return ended;
    }

    /** Whether blocks wait for the reader. */
    boolean holds() {
        return waits();
    }

    void received(ByteBuffer block) throws ProtocolError {
        int size = BlockDecoder.rawSize(block);
        if (endReceived) {
            throw new ProtocolError(Rule.FLOW_STATE, "data of a flow after its end");
        }
        fibre.negotiation().check(block.get(block.position()) & 0xFF);
        int raw = BlockDecoder.restores(block, size);
        received += raw;
        flow.received(raw);
        boolean shared = BlockDecoder.shared(block);
        boolean restored = BlockDecoder.dictionary(block);
        int encoded = block.remaining() - Protocol.BLOCK_HEADER;
        window.use(restored && size > 0 ? size + Protocol.RESTORES : shared ? raw : encoded, raw);
        encodedBytes += encoded;
        fibre.countIn(encoded, raw);
        // The fibre's history, and the dictionary, follow the order in which blocks arrive, whether their readers read
        // or not.
        ByteBuffer own = restored
                ? restorable(block, size)
                : shared ? fibre.sharedHistory().plain(block, size) : block;
        if (own == null) {
            // The end of a history, which nobody waits for; what it costs is the peer's again all the same.
            drained(encoded, raw);
            return;
        }
        boolean behind = suspended || waits();
        if (behind || restored && !restoring.ready(own)) {
            if (restored) {
                restoring.hold(own);
            }
            if (!behind) {
                stalled();
            }
            queue.add(own);
        } else if (restored) {
            restore(own);
        } else {
            deliver(own, raw);
        }
    }

    /** Null: there is nothing to restore. */
    private ByteBuffer restorable(ByteBuffer block, int size) throws ProtocolError {
        if (restoring == null) {
            restoring = new Restoring(fibre, flow.domain());
        }
        return restoring.arrived(block, size, this::repaired);
    }

    private void stalled() {
        if (stall == null) {
            stall = DictionaryStallEvent.begun();
        }
    }

    private void goesOn() {
        flow.goesOn(stall);
        stall = null;
    }

    /** A block that did not come right was sent again. */
    private void repaired(boolean right) {
        if (right) {
            resumed();
        } else {
            flow.fail("what the peer refers to is not what is kept here, and was not sent again");
        }
    }

    private boolean waits() {
        return unread.waits() || rest != null || !queue.isEmpty() || draining;
    }

    /** Restores a block that nothing waits before; what the reader does not take waits. */
    private void restore(ByteBuffer block) throws ProtocolError {
        touched = true;
        draining = true;
        int restores = BlockDecoder.restores(block, block.getInt(block.position() + 2));
        int done = restoring.restore(block, 0, false, this::give);
        draining = false;
        if (flow.closed()) {
            return;
        }
        if (done < restores) {
            restoring.hold(block);
            keep(block, done);
            resumed();
        } else {
            drained(block.remaining() - Protocol.BLOCK_HEADER, restores);
        }
    }

    /** Gives whether the reader takes more. */
    private boolean give(ByteBuffer piece) {
        unread.give(piece);
        return !suspended && !flow.closed();
    }

    private void keep(ByteBuffer block, int done) {
        rest = ByteBuffer.allocate(block.remaining()).put(block.duplicate()).flip();
        restDone = done;
    }

    private void deliver(ByteBuffer block, int rawSize) throws ProtocolError {
        touched = true;
        int encoded = block.remaining() - Protocol.BLOCK_HEADER;
        ByteBuffer raw = fibre.buffers().raw(rawSize);
        if (!decoder.decode(block, raw, fibre.negotiation()::decoder)) {
            flow.fail("no memory is left to decode its data");
            return;
        }
        if (rawSize > 0) {
            unread.give(raw.flip());
        }
        drained(encoded, rawSize);
    }

    private void drained(int encoded, int raw) {
        window.drained(encoded, raw);
        if (!flow.closed() && !endReceived) {
            tell();
        }
    }

    /** Gives the peer what credit is due, if that is worth a frame. */
    void tell() {
        if (window.worthTelling()) {
            fibre.output().credit(window, flow.id(), fibre.keepAlive().roundTripNanos());
        }
    }

    /** All that had arrived was passed on. */
    void paused() {
        if (touched && !flow.closed() && !suspended && !waits()) {
            touched = false;
            flow.paused();
        }
    }

    void endReceived() throws ProtocolError {
        if (endReceived) {
            throw new ProtocolError(Rule.FLOW_STATE, "the end of a flow's data came twice");
        }
        endReceived = true;
        endIfDrained();
    }

    private void endIfDrained() {
        if (endReceived && !ended && !waits() && !flow.closed()) {
            ended = true;
            decoder.close();
            if (restoring != null) {
                restoring.close();
            }
            window.release();
            flow.inputEnded();
            flow.closeIfDone();
        }
    }

    void suspend() {
        suspended = true;
    }

    void resume() {
        if (suspended) {
            suspended = false;
            resumed();
        }
    }

    /** The reader may have read on while it was given something. */
    private void resumed() {
        if (!suspended && waits()) {
            fibre.loop().execute(this::drain);
        }
    }

    private void drain() {
        if (draining) {
            return;
        }
        try {
            while (!suspended && !flow.closed() && (unread.waits() || rest != null || !queue.isEmpty()) && next()) {
                continue;
            }
        } catch (ProtocolError e) {
            fibre.fail(e);
            return;
        }
        queue.returned();
        endIfDrained();
        paused();
        fibre.output().flushSoon();
    }

    /** The first block that waits, as far as the reader takes it. Gives whether the next one may follow. */
    private boolean next() throws ProtocolError {
        if (unread.waits()) {
            unread.goOn();
            return true;
        }
        ByteBuffer block = rest != null ? rest : queue.poll();
        if (!BlockDecoder.dictionary(block)) {
            deliver(block, BlockDecoder.rawSize(block));
            return true;
        }
        if (!restoring.firstReady(block)) {
            if (rest == null) {
                keep(block, 0);
            }
            stalled();
            return false;
        }
        goesOn();
        touched = true;
        int restores = BlockDecoder.restores(block, block.getInt(block.position() + 2));
        int from = rest != null ? restDone : 0;
        draining = true;
        int done = restoring.restore(block, from, true, this::give);
        draining = false;
        if (flow.closed()) {
            return false;
        }
        if (done < restores) {
            if (rest == null) {
                keep(block, done);
            }
            restDone = done;
            return false;
        }
        rest = null;
        restoring.letGo(block);
        drained(block.remaining() - Protocol.BLOCK_HEADER, restores);
        return true;
    }

    void creditReturned(int encoded) throws ProtocolError {
        window.returned(encoded);
    }

    /** No block is on its way that needs what is not there any more. */
    void letGo() {
        decoder.letGo(fibre.negotiation()::decoder);
    }

    /**
     * The flow is over.
     *
     * @param peerEnded whether the peer sends no more of it
     */
    void release(boolean peerEnded) {
        goesOn();
        unread.forget();
        letGoOfRanges();
        queue.clear();
        if (!peerEnded && !endReceived && fibre.deduplication().receives()) {
            // What is on its way enters the dictionary all the same.
            fibre.flows().linger(flow.id(), restoring == null ? new Restoring(fibre, flow.domain()) : restoring);
        } else if (restoring != null) {
            restoring.close();
        }
        decoder.close();
        window.release();
    }

    private void letGoOfRanges() {
        if (rest != null) {
            restoring.letGo(rest);
            rest = null;
        }
        while (!queue.isEmpty()) {
            ByteBuffer block = queue.poll();
            if (BlockDecoder.dictionary(block)) {
                restoring.letGo(block);
            }
        }
    }
}
