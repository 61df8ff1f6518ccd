package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.ferrule.isession.internal.MemoryPool.Share;
import org.ferrule.isession.internal.ProtocolError.Rule;
import org.ferrule.stream.EventLoop;

/**
 * The credit that this end gives for one direction of a flow. What the peer may send is reserved in the pool. It begins
 * small, grows twofold whenever a whole window was read within two round trips, since then it is what holds the flow back,
 * and shrinks when the pool runs short. Blocks of the dictionary count with their size before they are compressed, so that
 * windows of them grow fourfold: the link was not full for half a second of a fetch at 10 Mbit/s, 80 ms.
 */
final class ReceiveWindow {
    /** Round trips are taken for at least this long: a loop that is busy answers later than an idle one, which was measured. */
    private static final long LEAST_ROUND_TRIP = Duration.ofMillis(10).toNanos();

    /** By how much it grows at a time, and where the bytes are counted before they are compressed, which are fewer sent. */
    private static final int GROWTH = 2;

    private static final int GROWTH_OF_NEW = 4;

    private final MemoryPool pool;
    private final EventLoop loop;
    private final int growth;
    private final Measure encodedRead = new Measure();
    private final Measure rawRead = new Measure();

    /** What the peer may still send. */
    private int encoded = Protocol.FIRST_ENCODED;

    private int raw = Protocol.FIRST_RAW;

    /** What was read, or granted in addition, since the peer was told. */
    private int encodedDue;

    private int rawDue;

    /** What the peer may send, what is held here and what is due to the peer, together. */
    private int encodedWindow = Protocol.FIRST_ENCODED;

    private int rawWindow = Protocol.FIRST_RAW;

    /** How long it took to read as much as a window holds. */
    private final class Measure {
        private long since;
        private long bytes;

        void read(int more) {
            if (bytes == 0) {
                since = loop.nanoTime();
            }
            bytes += more;
        }

        /** Whether a window was read, and quickly. Begins anew when one was. */
        boolean quick(int window, long roundTripNanos) {
            if (bytes < window) {
                return false;
            }
            bytes = 0;
            return loop.nanoTime() - since <= 2 * Math.max(roundTripNanos, LEAST_ROUND_TRIP);
        }
    }

    /**
     * For a flow whose first credit was reserved; {@link #release} gives it back.
     *
     * @param refers whether blocks may refer to the dictionary, so that few bytes stand for many
     */
    ReceiveWindow(MemoryPool pool, EventLoop loop, boolean refers) {
        this.pool = pool;
        this.loop = loop;
        growth = refers ? GROWTH_OF_NEW : GROWTH;
        if (refers) {
            rawWindow = Protocol.START_RAW;
            rawDue = Protocol.START_RAW - Protocol.FIRST_RAW;
        }
        if (pool.reserve(Protocol.START_ENCODED - Protocol.FIRST_ENCODED, Share.START)) {
            encodedWindow = Protocol.START_ENCODED;
            encodedDue = Protocol.START_ENCODED - Protocol.FIRST_ENCODED;
        }
    }

    /** A block came. */
    void use(int encodedBytes, int rawBytes) throws ProtocolError {
        if (Protocol.cost(encodedBytes) > encoded || rawBytes > raw) {
            throw new ProtocolError(
                    Rule.CREDIT,
                    "a block of " + encodedBytes + " encoded and " + rawBytes + " raw bytes exceeds the credit of "
                            + encoded + " and " + raw);
        }
        encoded -= Protocol.cost(encodedBytes);
        raw -= rawBytes;
    }

    /** A block was passed on. */
    void drained(int encodedBytes, int rawBytes) {
        int cost = Protocol.cost(encodedBytes);
        encodedRead.read(cost);
        rawRead.read(rawBytes);
        encodedDue += cost;
        rawDue += rawBytes;
    }

    /** Whether enough is due that the peer should be told; often enough that it never waits, no oftener. */
    boolean worthTelling() {
        return encodedDue >= encodedWindow / 4 || rawDue >= rawWindow / 4;
    }

    /**
     * Gives the peer what is due to it, in a frame.
     *
     * @param roundTripNanos of the fibre; negative if it is not known yet
     */
    void tell(ByteBuffer to, int flow, long roundTripNanos) {
        if (pool.pressed()) {
            shrink();
        } else {
            grow(roundTripNanos);
        }
        Frames.credit(to, flow, encodedDue, rawDue);
        encoded += encodedDue;
        raw += rawDue;
        encodedDue = 0;
        rawDue = 0;
    }

    private void grow(long roundTripNanos) {
        int start = Protocol.START_ENCODED - encodedWindow;
        if (start > 0 && pool.reserve(start, Share.START)) {
            // It had rested.
            encodedWindow += start;
            encodedDue += start;
        }
        if (encodedRead.quick(encodedWindow, roundTripNanos)) {
            int more = Math.min((growth - 1) * encodedWindow, Protocol.MOST_ENCODED_WINDOW - encodedWindow);
            if (more > 0 && pool.reserve(more, Share.GROWTH)) {
                encodedWindow += more;
                encodedDue += more;
            }
        }
        if (rawRead.quick(rawWindow, roundTripNanos)) {
            int more = Math.min(rawWindow, Protocol.MOST_RAW_WINDOW - rawWindow);
            rawWindow += more;
            rawDue += more;
        }
    }

    /** Keeps back what is due, as far as the window is larger than a new one. */
    private void shrink() {
        int back = Math.min(encodedDue, Math.max(0, encodedWindow - Protocol.START_ENCODED));
        encodedDue -= back;
        encodedWindow -= back;
        pool.release(back);
    }

    /** The peer gave credit back: it rests. */
    void returned(int encodedBytes) throws ProtocolError {
        if (encodedBytes < 0 || encodedBytes > encoded || encodedBytes > encodedWindow - Protocol.FIRST_ENCODED) {
            throw new ProtocolError(
                    Rule.CREDIT, "the peer gives back " + encodedBytes + " bytes of a credit of " + encoded);
        }
        encoded -= encodedBytes;
        encodedWindow -= encodedBytes;
        pool.release(encodedBytes);
        shrink();
    }

    /** The flow is over. */
    void release() {
        pool.release(encodedWindow);
        encodedWindow = 0;
    }
}
