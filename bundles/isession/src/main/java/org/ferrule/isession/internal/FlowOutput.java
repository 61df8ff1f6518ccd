package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import org.ferrule.codec.dictionary.DictionaryEncoder;
import org.ferrule.codec.dictionary.FibreDictionary;
import org.ferrule.memory.ChunkQueue;

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
    private final OutputChunks chunks;
    private final ChunkQueue queue = new ChunkQueue();

    /** What makes blocks of what is known to the peer, and for which dictionary; null: it is not in use. */
    private DictionaryEncoder block;

    /** Nanoseconds of the processor that the block has taken so far. */
    private long taking;

    private FibreDictionary encodedBy;
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
        chunks = fibre.buffers().output();
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
        return queue.size();
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
        if (refers()) {
            sendDeduplicated(data, one);
        } else {
            sendAsItIs(data);
        }
    }

    /** Whether blocks refer to a dictionary now. */
    private boolean refers() {
        FibreDictionary dictionary = fibre.deduplication().encoding();
        if (dictionary != encodedBy) {
            finishBlock();
            encodedBy = dictionary;
            block = dictionary == null ? null : dictionary.encoder(flow.domain());
        }
        return block != null;
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
        while (data.hasRemaining() && !fibre.output().blocked() && window.available() > 0) {
            sendBlock(cut(data, mostAsItIs()));
        }
    }

    /** The raw bytes that the next block may have: where it turns out to be too long, there is credit for the same in several. */
    private int mostAsItIs() {
        int most = Math.min(window.available(), encoder.most(fibre.output().mostOfBlock()));
        // The last of several may be so short that it counts as more than it has.
        int several = Math.max(Protocol.MOST_ENCODED, window.available() - Protocol.LEAST_COST);
        return Math.min(most, several);
    }

    private static ByteBuffer cut(ByteBuffer data, int most) {
        int size = Math.min(data.remaining(), most);
        ByteBuffer part = data.slice(data.position(), size);
        data.position(data.position() + size);
        return part;
    }

    private void sendBlock(ByteBuffer plain) {
        int size = plain.remaining();
        encoder.prepare(plain);
        int used = fibre.output().data(flow.id(), plain, 0, encoder);
        if (used >= 0) {
            window.use(used, size);
        }
        while (plain.hasRemaining()) {
            ByteBuffer part = cut(plain, Protocol.MOST_ENCODED);
            int raw = part.remaining();
            window.use(fibre.output().data(flow.id(), part, 0, encoder), raw);
        }
        active = true;
        sent += size;
        flow.sent(size);
    }

    private void enqueue(ByteBuffer data) {
        if (!queue.add(data, chunks)) {
            data.position(data.limit());
            flow.fail("no memory is left for what waits to be sent");
            return;
        }
        overHigh |= queue.size() >= high();
        waitForFibre();
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
            left -= sendFirst(left <= 0);
        }
        if (!fibre.output().blocked()) {
            finishBlock();
        }
        waitForFibre();
        endIfDrained();
        goOn();
    }

    /**
     * Sends from the beginning of the queue: a chunk, or what several hold as one block. Gives how many raw bytes.
     *
     * @param one whether to end with the block that was begun
     */
    private int sendFirst(boolean one) {
        ByteBuffer head = queue.head();
        int before = head.remaining();
        if (queue.size() > before && !refers() && mostAsItIs() > before) {
            ByteBuffer joined = fibre.buffers().joined();
            queue.takeInto(joined, mostAsItIs(), chunks);
            int size = joined.flip().remaining();
            sendBlock(joined);
            return size;
        }
        send(head, one);
        int taken = before - head.remaining();
        queue.taken(taken, chunks);
        return taken;
    }

    private void goOn() {
        if (overHigh && queue.size() <= low() && !flow.closed()) {
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
        queue.clear(chunks);
        waitForCreditNoMore();
    }

    /** The flow is over. */
    void release() {
        drop();
        encoder.close();
    }
}
