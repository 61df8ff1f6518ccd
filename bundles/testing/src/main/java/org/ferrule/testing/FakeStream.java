package org.ferrule.testing;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.CloseReason.Kind;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/**
 * One end of a connection within a test; the other end is its {@link #far}.
 *
 * <p>What is written waits in a queue and leaves it a piece at a turn of the loop, as long as the far end reads. Without
 * further settings a piece is a whole write and the queue's high mark is 1 MiB; the low mark is always half of the high
 * one.
 */
public final class FakeStream implements Stream {
    /** Who calls, as the near end sees it. */
    public static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 1024);

    /** Whom the client calls. */
    public static final InetSocketAddress CALLED = new InetSocketAddress("203.0.113.2", 80);

    private FakeLoop loop;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final ArrayDeque<Piece> queue = new ArrayDeque<>();
    private FakeStream far;
    private StreamHandler handler;
    private int high = 1 << 20;
    private int chunk = Integer.MAX_VALUE;
    private Duration delay = Duration.ZERO;
    private String whyNotSuspended = "";
    private boolean holding;
    private boolean cut;
    private long allowance = Long.MAX_VALUE;
    private boolean breaks;
    private long passed;
    private long queued;
    private long mostQueued;
    private boolean overHigh;
    private boolean suspended;
    private boolean outputEnded;
    private boolean endDelivered;
    private CloseReason ended;

    /** What was written, and when it arrives; without content it is the end of the output. */
    private record Piece(ByteBuffer data, long due) {}

    private FakeStream(FakeLoop loop, InetSocketAddress remote, InetSocketAddress local) {
        this.loop = loop;
        this.remote = remote;
        this.local = local;
    }

    /** The near end of a new connection of {@link #CLIENT} to {@link #CALLED}: the end of the one who was called. */
    public static FakeStream pair(FakeLoop loop) {
        return pair(loop, CLIENT, CALLED);
    }

    /** The near end of a new connection. */
    public static FakeStream pair(FakeLoop loop, InetSocketAddress remote, InetSocketAddress local) {
        FakeStream near = new FakeStream(loop, remote, local);
        near.far = new FakeStream(loop, local, remote);
        near.far.far = near;
        return near;
    }

    /** The other end. */
    public FakeStream far() {
        return far;
    }

    /** The writer is asked to stop when so many bytes are queued. */
    public FakeStream high(int bytes) {
        high = bytes;
        return this;
    }

    /** What is written arrives in pieces of at most this size. */
    public FakeStream chunk(int bytes) {
        chunk = bytes;
        return this;
    }

    /** What is written from now on arrives so much later; until then it counts as queued. */
    public FakeStream delay(Duration time) {
        delay = time;
        return this;
    }

    /** This end lives on another loop from now on; the far end stays. */
    void moveTo(FakeLoop target) {
        loop = target;
    }

    /** Takes {@link #suspendRead} and {@link #resumeRead} of either end for a defect from now on. */
    public FakeStream alwaysReads(String why) {
        whyNotSuspended = why;
        far.whyNotSuspended = why;
        return this;
    }

    /** Takes no more: what is written waits, and its writer is asked to stop at once. */
    public void hold() {
        holding = true;
    }

    /** Takes what waits, and more. */
    public void release() {
        holding = false;
        loop.execute(this::turn);
    }

    /** What is written from now on is lost. */
    public void cut() {
        cut = true;
    }

    /**
     * Passes on so many bytes in all and no more.
     *
     * @param breaking whether the connection breaks then, for both ends; otherwise what comes after is lost
     */
    public FakeStream cutAfter(long bytes, boolean breaking) {
        allowance = bytes;
        breaks = breaking;
        return this;
    }

    /** How many bytes arrived at the far end. */
    public long passed() {
        return passed;
    }

    /** Hands data to the handler past the far end and although nobody wants to read, as a stream may in mid-read. */
    public void deliver(byte[] data) {
        handler.received(this, ByteBuffer.wrap(data));
    }

    /** Whether the reader wants no more for now. */
    public boolean suspended() {
        return suspended;
    }

    /** Whether this end has ended its output. */
    public boolean outputEnded() {
        return outputEnded;
    }

    /** How this end was closed; null while it is open. */
    public CloseReason ended() {
        return ended;
    }

    /** The most bytes that were ever queued at once. */
    public long mostQueued() {
        return mostQueued;
    }

    private void turn() {
        if (holding || ended != null || far.ended != null || far.suspended || far.handler == null) {
            return;
        }
        if (passed == allowance && !cut) {
            breakOff();
            return;
        }
        Piece head = queue.peek();
        if (head != null && head.due() <= loop.nanoTime()) {
            if (head.data().hasRemaining()) {
                pass(head.data());
                loop.execute(this::turn);
            } else {
                queue.poll();
                endInput();
            }
        }
        if (overHigh && queued <= high / 2 && ended == null) {
            overHigh = false;
            handler.writable(this);
        }
    }

    private void breakOff() {
        cut = true;
        queue.clear();
        queued = 0;
        if (breaks) {
            end(new CloseReason(Kind.RESET_BY_PEER, ""));
            far.end(new CloseReason(Kind.RESET_BY_PEER, ""));
        }
    }

    private void pass(ByteBuffer data) {
        byte[] lent = new byte[(int) Math.min(Math.min(chunk, data.remaining()), allowance - passed)];
        data.get(lent);
        passed += lent.length;
        if (!data.hasRemaining()) {
            queue.poll();
        }
        queued -= lent.length;
        far.handler.received(far, ByteBuffer.wrap(lent));
        // What the handler kept a hold of without copying is no longer there.
        Arrays.fill(lent, (byte) 0xEE);
    }

    private void endInput() {
        endDelivered = true;
        far.handler.inputEnded(far);
        if (far.endDelivered) {
            end(CloseReason.ORDERLY);
            far.end(CloseReason.ORDERLY);
        }
    }

    private void put(ByteBuffer data) {
        if (cut) {
            return;
        }
        queued += data.remaining();
        mostQueued = Math.max(mostQueued, queued);
        queue.add(new Piece(data, loop.nanoTime() + delay.toNanos()));
        if (delay.isZero()) {
            loop.execute(this::turn);
        } else {
            loop.schedule(delay, this::turn);
        }
    }

    @Override
    public FakeLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public void handler(StreamHandler next) {
        handler = next;
        loop.execute(far::turn);
    }

    @Override
    public boolean write(ByteBuffer data) {
        ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
        if (ended != null || outputEnded) {
            return true;
        }
        if (copy.hasRemaining()) {
            put(copy);
        }
        overHigh |= holding || queued >= high;
        return !overHigh;
    }

    @Override
    public long queued() {
        return queued;
    }

    @Override
    public void suspendRead() {
        mayBeSuspended();
        suspended = true;
    }

    @Override
    public void resumeRead() {
        mayBeSuspended();
        suspended = false;
        loop.execute(far::turn);
    }

    private void mayBeSuspended() {
        if (!whyNotSuspended.isEmpty()) {
            throw new UnsupportedOperationException(whyNotSuspended);
        }
    }

    @Override
    public void shutdownOutput() {
        if (!outputEnded && ended == null) {
            outputEnded = true;
            put(ByteBuffer.allocate(0));
        }
    }

    @Override
    public void reset() {
        end(new CloseReason(Kind.RESET_HERE, ""));
        loop.execute(() -> far.end(new CloseReason(Kind.RESET_BY_PEER, "")));
    }

    private void end(CloseReason reason) {
        if (ended == null) {
            ended = reason;
            queue.clear();
            queued = 0;
            loop.execute(() -> {
                if (handler != null) {
                    handler.closed(this, reason);
                }
            });
        }
    }

    @Override
    public boolean closed() {
        return ended != null;
    }
}
