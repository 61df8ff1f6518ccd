package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.ferrule.codec.dictionary.FibreDictionary;

/** The direction of a flow that leads to the peer: what is written is cut into blocks, and queued for credit or the fibre. */
final class FlowOutput {
    /** Raw bytes that wait for credit or for the fibre at which the writer stops, and goes on. */
    private static final int HIGH = 1 << 18;

    private static final int LOW = 1 << 17;

    /** At which the writer stops where memory for what is to be sent is short, and goes on. */
    private static final int SHORT = 1 << 14;

    private static final int SHORT_LOW = 1 << 12;

    /** Credit comes in parts of a window; one that is so many times the part before it has a larger window in it. */
    private static final int LARGER = 2;

    /** Bytes from which it is worth while to ask what de-duplicating them takes. */
    private static final int MEASURED = 1 << 12;

    private final Fibre fibre;
    private final Flow flow;
    private final SendWindow window = new SendWindow();
    private final BlockEncoder encoder;
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>(1);

    /** The chunk that was the first in an empty queue; null when it was given back. */
    private ByteBuffer first;

    /** What makes blocks of what is known to the peer, and for which dictionary; null: it is not in use. */
    private DictionaryEncoder block;

    /** Nanoseconds of the processor that the block has taken so far. */
    private long taking;

    private FibreDictionary encodedBy;
    private long queued;
    private long sent;
    private boolean overHigh;
    private boolean waiting;
    private boolean waitsForCredit;
    private int lastCredit;
    private boolean endPending;
    private boolean ended;

    /** Whether anything was sent since somebody last asked. */
    private boolean active;

    /** Whether it had sent nothing when it was last looked at. */
    private boolean rested;

    FlowOutput(Fibre fibre, Flow flow) {
        this.fibre = fibre;
        this.flow = flow;
        encoder = new BlockEncoder(fibre.compression(), this::endOfHistory);
    }

    /** Raw bytes that were sent. */
    long sent() {
        return sent;
    }

    /** The same as they crossed the tunnel. */
    long encoded() {
        return encoder.encoded();
    }

    long queued() {
        return queued;
    }

    /** Whether the end of output was sent. */
    boolean ended() {
        return ended;
    }

    /** Takes all bytes. Gives whether more is welcome. */
    boolean write(ByteBuffer data) {
        if (endPending) {
            data.position(data.limit());
            return true;
        }
        if (queue.isEmpty() && !waiting) {
            send(data, false);
            if (!data.hasRemaining() && begun() && !block.repeats()) {
                finishBlock();
            }
        }
        if (data.hasRemaining()) {
            enqueue(data);
        }
        fibre.output().flushSoon();
        return !overHigh;
    }

    /**
     * Sends blocks as long as there is credit and the fibre takes them.
     *
     * @param one whether to end with the block that was begun
     */
    private void send(ByteBuffer data, boolean one) {
        FibreDictionary dictionary = fibre.deduplication().encoding();
        if (dictionary != encodedBy) {
            finishBlock();
            encodedBy = dictionary;
            block = dictionary == null ? null : dictionary.encoder(flow.domain());
        }
        if (block != null) {
            sendDeduplicated(data, one);
        } else {
            sendAsItIs(data);
        }
    }

    private void sendDeduplicated(ByteBuffer data, boolean one) {
        boolean more = true;
        while (more && data.hasRemaining() && !fibre.output().blocked() && window.available() > 0) {
            int most = Math.min(window.encoded(), Protocol.MOST_ENCODED) - Protocol.RESTORES;
            if (take(data, most)) {
                finishBlock();
                more = !one;
            }
        }
        if (begun()) {
            fibre.deduplication().began(this);
        }
    }

    private boolean take(ByteBuffer data, int most) {
        if (data.remaining() < MEASURED) {
            return block.take(data, window.raw(), most);
        }
        long before = fibre.loop().processorNanos();
        boolean full = block.take(data, window.raw(), most);
        taking += fibre.loop().processorNanos() - before;
        return full;
    }

    private boolean begun() {
        return block != null && block.raw() > 0;
    }

    /** Sends the block that was begun, whether the fibre takes it now or not. */
    void finishBlock() {
        fibre.deduplication().finished(this);
        int raw = begun() ? block.raw() : 0;
        if (raw > 0 && !flow.closed()) {
            ByteBuffer restorable = block.block();
            encoder.prepare(restorable, block, taking);
            taking = 0;
            window.use(fibre.output().data(flow.id(), restorable, raw, encoder), raw);
            active = true;
            sent += raw;
            flow.sent(raw);
        }
    }

    /** The writer pauses: what waits for more of the same goes now. */
    void flush() {
        if (begun() && !fibre.output().blocked()) {
            finishBlock();
            fibre.output().flushSoon();
        } else {
            waitForFibre();
        }
    }

    private void sendAsItIs(ByteBuffer data) {
        FibreOutput output = fibre.output();
        while (data.hasRemaining() && !output.blocked() && window.available() > 0) {
            int size = Math.min(data.remaining(), Math.min(window.available(), Protocol.MOST_ENCODED));
            ByteBuffer plain = data.slice(data.position(), size);
            data.position(data.position() + size);
            encoder.prepare(plain);
            window.use(output.data(flow.id(), plain, 0, encoder), size);
            active = true;
            sent += size;
            flow.sent(size);
        }
    }

    private void enqueue(ByteBuffer data) {
        while (data.hasRemaining()) {
            ByteBuffer tail = queue.peekLast();
            if (tail == null || tail.limit() == tail.capacity()) {
                tail = next();
                if (tail == null) {
                    data.position(data.limit());
                    flow.fail("no memory is left for what waits to be sent");
                    return;
                }
                queue.add(tail);
            }
            int n = Math.min(data.remaining(), tail.capacity() - tail.limit());
            int end = tail.limit();
            tail.limit(end + n).put(end, data, data.position(), n);
            data.position(data.position() + n);
            queued += n;
        }
        overHigh |= queued >= high();
        waitForFibre();
    }

    private ByteBuffer next() {
        if (first != null) {
            return fibre.buffers().output().take();
        }
        first = fibre.buffers().output().takeFirst();
        return first;
    }

    private void give(ByteBuffer chunk) {
        if (chunk == first) {
            first = null;
            fibre.buffers().output().giveFirst(chunk);
        } else {
            fibre.buffers().output().give(chunk);
        }
    }

    private void waitForFibre() {
        if (!waiting && !flow.closed() && (begun() || !queue.isEmpty() && window.available() > 0)) {
            waiting = true;
            fibre.output().enqueue(flow);
        } else if (!waitsForCredit && !queue.isEmpty() && window.starved()) {
            waitsForCredit = true;
            fibre.output().waitsForCredit();
        }
    }

    private void waitForCreditNoMore() {
        if (waitsForCredit) {
            waitsForCredit = false;
            fibre.output().hasCredit();
        }
    }

    /** The fibre's turn came: sends a share of what is queued, and waits again if there is more. */
    void turn(int share) {
        waiting = false;
        int left = share;
        // A block that was begun is filled: one more of what is left at the end of each turn would cost much.
        while (!queue.isEmpty()
                && (left > 0 || begun())
                && !flow.closed()
                && !fibre.output().blocked()
                && window.available() > 0) {
            ByteBuffer head = queue.peek();
            int before = head.remaining();
            send(head, left <= 0);
            int sent = before - head.remaining();
            queued -= sent;
            left -= sent;
            if (!head.hasRemaining()) {
                give(queue.poll());
            }
        }
        if (!fibre.output().blocked()) {
            finishBlock();
        }
        waitForFibre();
        endIfDrained();
        goOn();
    }

    private void goOn() {
        if (overHigh && queued <= low() && !flow.closed()) {
            overHigh = false;
            flow.writable();
        }
    }

    private int high() {
        return switch (fibre.owner().memory().level()) {
            case AMPLE -> HIGH;
            case SHORT -> SHORT;
            case SCARCE -> 1;
        };
    }

    private int low() {
        return switch (fibre.owner().memory().level()) {
            case AMPLE -> LOW;
            case SHORT -> SHORT_LOW;
            case SCARCE -> 0;
        };
    }

    void shutdown() {
        if (!endPending) {
            endPending = true;
            endIfDrained();
        }
    }

    private void endIfDrained() {
        if (endPending && !ended && queue.isEmpty() && !flow.closed()) {
            ended = true;
            finishBlock();
            fibre.output().empty(FrameType.FIN, flow.id());
            encoder.close();
            flow.closeIfDone();
        }
    }

    void creditReceived(int encoded, int raw) throws ProtocolError {
        window.add(encoded, raw);
        if (encoded > LARGER * lastCredit) {
            fibre.output().windowGrew();
        }
        lastCredit = encoded;
        if (!window.starved()) {
            waitForCreditNoMore();
        }
        waitForFibre();
    }

    /** The peer reads no more: what is queued is dropped, and the direction ends. */
    void stop() {
        drop();
        shutdown();
        goOn();
    }

    private void endOfHistory() {
        if (!ended && !flow.closed() && window.available() > 0) {
            window.use(0, 0);
            fibre.output().endOfHistory(flow.id(), encoder.restored());
        }
    }

    /** Time passed: a flow that sent nothing meanwhile gives back its history, and what credit it can do without. */
    void rest() {
        if (!active && !ended) {
            finishBlock();
            encoder.giveUp();
            // It may go on at any moment; one that has rested for longer can do with what a new one has.
            int back = window.giveBack(rested ? Protocol.FIRST_ENCODED : Protocol.START_ENCODED);
            rested = true;
            if (back > 0) {
                fibre.output().creditBack(flow.id(), back);
            }
        }
        rested &= !active;
        active = false;
    }

    private void drop() {
        fibre.deduplication().finished(this);
        block = null;
        encodedBy = null;
        queue.forEach(this::give);
        queue.clear();
        queued = 0;
        waitForCreditNoMore();
    }

    /** The flow is over. */
    void release() {
        drop();
        encoder.close();
    }
}
