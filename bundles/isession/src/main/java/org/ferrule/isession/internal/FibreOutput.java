package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.ferrule.stream.Stream;

/** What one fibre sends: frames gathered into large writes, and flows that take turns while the transport takes more. */
final class FibreOutput implements Pacing.Line {
    private static final int SIZE = 1 << 17;

    /** How far ahead of the link data is handed over, in nanoseconds. */
    private static final double AHEAD = Duration.ofMillis(10).toNanos();

    /** The bytes that are handed over ahead of any link, and the most that lie in the kernel unsent. */
    private static final int LEAST_AHEAD = 1 << 14;

    private static final int MOST_UNSENT = 1 << 19;

    /** What must be said may wait for a transport that takes nothing, up to so many bytes. */
    private static final int MOST_SPILT = 1 << 22;

    /** Blocks that are gathered at least, where they are larger than usual. */
    private static final int BLOCKS = 4;

    /** Raw bytes of one flow before the next one has its turn. */
    private static final int SHARE = 1 << 16;

    /** What TLS 1.3 adds to each record: header, content type and tag; and the most that a record holds. */
    private static final int RECORD_OVERHEAD = 22;

    private static final int RECORD = 1 << 14;

    private final Stream transport;
    private final Stats[] stats;
    private final ByteBuffer output = ByteBuffer.allocateDirect(SIZE);
    private final ArrayDeque<Flow> waiting = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> spills = new ArrayDeque<>();
    private final LinkRate link;

    /** How many bytes are gathered before they are written. */
    private int gather = SIZE;

    /** The rate of the link that this was fitted to. */
    private double fitted;

    private long spilt;
    private long written;
    private boolean blocked;
    private boolean flushing;
    private boolean ended;

    FibreOutput(Stream transport, Stats... stats) {
        this.transport = transport;
        link = new LinkRate(transport::bandwidth);
        this.stats = stats;
    }

    /** What so many bytes inside TLS are outside of it, about. */
    static long wire(int size) {
        return size + (long) RECORD_OVERHEAD * ((size + RECORD - 1) / RECORD);
    }

    /** How fast the link is. */
    LinkRate link() {
        return link;
    }

    @Override
    public long taken() {
        return link.taken();
    }

    @Override
    public long busyNanos() {
        return link.busyNanos();
    }

    @Override
    public long foundRate() {
        return link.foundRate();
    }

    @Override
    public void pace(long bytesPerSecond) {
        transport.loop().execute(() -> transport.pace(bytesPerSecond));
    }

    /** Whether the transport has had enough: {@link #writable} will follow. */
    boolean blocked() {
        return blocked;
    }

    /** The bytes of one block that may keep others waiting: a part of what is handed over ahead of the link. */
    int mostOfBlock() {
        return Math.min(Protocol.MOST_ENCODED, gather / BLOCKS);
    }

    private ByteBuffer room(int size) {
        if (output.remaining() < size || output.position() >= gather) {
            flush();
            if (output.remaining() < size) {
                spill();
            }
        }
        return output;
    }

    /** The transport takes nothing, and flows send nothing: what must be said all the same waits here. */
    private void spill() {
        output.flip();
        spilt += output.remaining();
        spills.add(ByteBuffer.allocate(output.remaining()).put(output).flip());
        output.clear();
    }

    /** Whether so much waits to be said that no flow should be added. */
    boolean congested() {
        return spilt > MOST_SPILT / 2;
    }

    /** Whether the peer takes nothing of what it brings about, for as long as can be borne. */
    boolean overrun() {
        return spilt > MOST_SPILT;
    }

    /**
     * On a slow link what was written long before it leaves would keep what is urgent waiting: as much is gathered, and may
     * lie in the kernel, as the link takes in so many milliseconds.
     */
    private void fit() {
        double now = link.nanosPerByte();
        if (now > 0 && Math.abs(now - fitted) > fitted / 4) {
            fitted = now;
            double bytes = AHEAD / now;
            gather = (int) Math.max(LEAST_AHEAD, Math.min(SIZE, bytes));
            int unsent = (int) Math.max(LEAST_AHEAD, Math.min(MOST_UNSENT, bytes));
            link.unsent(transport.unsentLowWaterMark(unsent) ? unsent : 0);
        }
    }

    /** Hands over what was gathered, if the transport takes it; else it follows when it does. */
    void flush() {
        flushing = false;
        while (!blocked && !spills.isEmpty()) {
            ByteBuffer spill = spills.poll();
            spilt -= spill.remaining();
            write(spill);
        }
        if (!blocked && output.position() > 0) {
            write(output.flip());
            output.clear();
        }
    }

    /** The fibre ends: hands over everything, for the transport to take or leave. */
    void flushAll() {
        do {
            blocked = false;
            flush();
        } while (blocked && (output.position() > 0 || !spills.isEmpty()));
    }

    private void write(ByteBuffer data) {
        written += data.remaining();
        long wire = wire(data.remaining());
        for (Stats s : stats) {
            s.tunnelOut.add(wire);
        }
        blocked = !transport.write(data);
        long taken = written - transport.queued();
        if (blocked) {
            link.blocked(transport.loop().nanoTime(), taken);
        } else {
            link.sent(transport.loop().nanoTime(), taken);
        }
    }

    /** Flushes when the loop has done what it is doing now, so that many small frames travel together. */
    void flushSoon() {
        if (!flushing && !blocked && output.position() > 0) {
            flushing = true;
            transport.loop().execute(this::flush);
        }
    }

    // ---- frames; they leave soon

    void preface() {
        Frames.preface(room(Protocol.PREFACE));
        flushSoon();
    }

    void pairs(FrameType type, int flow, int number, Map<String, String> pairs) {
        Frames.pairs(room(Frames.sizeOf(pairs)), type, flow, number, pairs);
        flushSoon();
    }

    void text(FrameType type, int flow, int number, String text) {
        Frames.text(room(Frames.TEXT_SIZE), type, flow, number, text);
        flushSoon();
    }

    void number(FrameType type, long number) {
        Frames.number(room(Protocol.HEADER + 8), type, number);
        flushSoon();
    }

    void generation(int generation) {
        Frames.generation(room(Protocol.HEADER + 4), generation);
        flushSoon();
    }

    void routes(int flags, List<Route> routes) {
        ByteBuffer to = room(Protocol.HEADER + 1 + routes.size() * Route.SIZE);
        int start = Frames.begin(to, FrameType.ROUTES, 0);
        to.put((byte) flags);
        routes.forEach(route -> route.put(to));
        Frames.end(to, start);
        flushSoon();
    }

    /** A message of the dictionary. */
    void dictionary(ByteBuffer message) {
        Frames.dictionary(room(Protocol.HEADER + message.remaining()), message);
        flushSoon();
    }

    void empty(FrameType type, int flow) {
        Frames.empty(room(Protocol.HEADER), type, flow);
        flushSoon();
    }

    void credit(ReceiveWindow window, int flow, long roundTripNanos) {
        window.tell(room(Protocol.HEADER + 8), flow, roundTripNanos);
        flushSoon();
    }

    void creditBack(int flow, int encoded) {
        Frames.creditBack(room(Protocol.HEADER + 4), flow, encoded);
        flushSoon();
    }

    /**
     * Encodes a block of a flow straight into what is sent next. The caller flushes.
     *
     * @param restores how many bytes of the flow are restored from the block and the dictionary; 0: the block is the bytes
     * @return what it uses of the flow's encoded credit; negative: it is too long for a block, and nothing was done
     */
    int data(int flow, ByteBuffer block, int restores, BlockEncoder encoder) {
        int size = block.remaining();
        int most = Math.min(size, Protocol.MOST_ENCODED);
        ByteBuffer to = room(Protocol.HEADER + Protocol.BLOCK_HEADER + Protocol.RESTORES + most);
        int start = Frames.begin(to, FrameType.DATA, flow);
        BlockEncoder.Outcome outcome = encoder.encode(block, restores, to);
        if (outcome == BlockEncoder.Outcome.TOO_LONG) {
            to.position(start);
            return -1;
        }
        Frames.end(to, start);
        int encoded = to.position() - start - Protocol.HEADER - Protocol.BLOCK_HEADER;
        encoder.count(encoded);
        for (Stats s : stats) {
            s.rawOut.add(restores > 0 ? restores : size);
            s.restorableOut.add(size);
            s.encodedOut.add(encoded);
            (outcome == BlockEncoder.Outcome.PLAIN ? s.blocksPlain : s.blocksCompressed).increment();
            s.blocksPrefixed.add(outcome == BlockEncoder.Outcome.PREFIXED ? 1 : 0);
        }
        return restores > 0 ? size + Protocol.RESTORES : outcome == BlockEncoder.Outcome.SHARED ? size : encoded;
    }

    /** Tells that the next block of a flow begins a history, so that the peer need not keep the one that it has. */
    void endOfHistory(int flow, boolean restored) {
        ByteBuffer to = room(Protocol.HEADER + Protocol.BLOCK_HEADER);
        Frames.header(to, FrameType.DATA, flow, Protocol.BLOCK_HEADER);
        int flags = Protocol.FLAG_RESET | (restored ? Protocol.FLAG_DICTIONARY : 0);
        to.put((byte) Protocol.CODEC_NONE).put((byte) flags).putInt(0);
        flushSoon();
    }

    // ---- turns

    /** Puts a flow in the line of those that wait for their turn. */
    void enqueue(Flow flow) {
        waiting.add(flow);
        if (!blocked) {
            transport.loop().execute(this::turns);
        }
    }

    /** A flow has data and no credit. */
    void waitsForCredit() {
        link.waits(transport.loop().nanoTime());
    }

    /** Its window was too small, and is larger now. */
    void windowGrew() {
        link.windowGrew();
    }

    /** It has credit, or is over. */
    void hasCredit() {
        link.waitsNoMore(transport.loop().nanoTime());
    }

    void leave(Flow flow) {
        waiting.remove(flow);
    }

    private void turns() {
        while (!blocked && !waiting.isEmpty() && !ended) {
            waiting.poll().output().turn(SHARE);
        }
        flushSoon();
    }

    /** The transport takes more again. */
    void writable() {
        blocked = false;
        link.writable(transport.loop().nanoTime(), written - transport.queued());
        fit();
        flush();
        turns();
        flush();
    }

    /** Nothing more has to be sent, or can be. */
    void end() {
        ended = true;
        waiting.clear();
    }
}
