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
    private long received;
    private boolean suspended;
    private boolean endReceived;
    private boolean ended;
    private boolean touched;

    FlowInput(Fibre fibre, Flow flow) {
        this.fibre = fibre;
        this.flow = flow;
        window = new ReceiveWindow(fibre.pool(), fibre.loop());
        decoder = new BlockDecoder(fibre.decoders(), MemoryPool.Share.GROWTH);
        queue = new BlockQueue(fibre.inputChunks());
    }

    /** Raw bytes that came. */
    long received() {
        return received;
    }

    /** Whether all input was passed on, and its end. */
    boolean ended() {
        return ended;
    }

    /** Whether blocks wait for the reader. */
    boolean holds() {
        return !queue.isEmpty();
    }

    void received(ByteBuffer block) throws ProtocolError {
        int raw = BlockDecoder.rawSize(block);
        if (endReceived) {
            throw new ProtocolError(Rule.FLOW_STATE, "data of a flow after its end");
        }
        fibre.negotiation().check(block.get(block.position()) & 0xFF);
        received += raw;
        boolean shared = BlockDecoder.shared(block);
        int encoded = block.remaining() - Protocol.BLOCK_HEADER;
        window.use(shared ? raw : encoded, raw);
        fibre.countIn(encoded, raw);
        // The fibre's history follows the order in which blocks arrive, whether their readers read or not.
        ByteBuffer own = shared ? fibre.sharedHistory().plain(block, raw) : block;
        if (suspended || !queue.isEmpty()) {
            queue.add(own);
        } else {
            deliver(own, raw);
        }
    }

    private void deliver(ByteBuffer block, int rawSize) throws ProtocolError {
        touched = true;
        int encoded = block.remaining() - Protocol.BLOCK_HEADER;
        ByteBuffer raw = fibre.raw(rawSize);
        if (!decoder.decode(block, raw, fibre.negotiation()::decoder)) {
            flow.fail("no memory is left to decode its data");
            return;
        }
        if (rawSize > 0) {
            flow.deliver(raw.flip());
        }
        window.drained(encoded, rawSize);
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
        if (touched && !flow.closed() && !suspended && queue.isEmpty()) {
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
        if (endReceived && !ended && queue.isEmpty() && !flow.closed()) {
            ended = true;
            decoder.close();
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
            if (!queue.isEmpty()) {
                fibre.loop().execute(this::drain);
            }
        }
    }

    private void drain() {
        try {
            while (!queue.isEmpty() && !suspended && !flow.closed()) {
                ByteBuffer block = queue.poll();
                deliver(block, BlockDecoder.rawSize(block));
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

    void creditReturned(int encoded) throws ProtocolError {
        window.returned(encoded);
    }

    /** No block is on its way that needs what is not there any more. */
    void letGo() {
        decoder.letGo(fibre.negotiation()::decoder);
    }

    /** The flow is over. */
    void release() {
        queue.clear();
        decoder.close();
        window.release();
    }
}
