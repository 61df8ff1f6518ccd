package org.ferrule.stream;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A connection: bytes in, bytes out, back-pressure, half-close and reset, whatever carries it.
 *
 * <p>All methods are called on the thread of {@link #loop()}. What is written to a stream that is closed, or whose
 * output is shut down, is discarded: the handler was told, or will be.
 *
 * <p><b>Back-pressure.</b> {@link #write} always takes all bytes. When it answers false the queue is at or above its
 * high mark: the caller stops what feeds it (usually {@link #suspendRead} on the other side) until
 * {@link StreamHandler#writable}. A caller that goes on regardless is a defect; a stream may reset itself when its queue
 * passes four times the high mark.
 */
@ProviderType
public interface Stream {
    /** The loop that owns the stream. It changes only by {@link Network#move}. */
    EventLoop loop();

    /** Where the far end of this connection is; for a flow in a tunnel, the client that it was opened for. */
    InetSocketAddress remoteAddress();

    /** The near end of this connection; for a flow in a tunnel, the destination that the client asked for. */
    InetSocketAddress localAddress();

    /** Replaces the handler; what arrives from now on goes to the new one. */
    void handler(StreamHandler handler);

    /**
     * Sends all bytes that remain in the buffer: at once as far as the transport takes them, the rest is copied to the
     * queue. The buffer is the caller's again on return, and is empty.
     *
     * @return false when the queue has reached its high mark; {@link StreamHandler#writable} will follow
     */
    boolean write(ByteBuffer data);

    /**
     * Hands over what was held back to be sent in larger pieces. The caller's input has paused: what was written must
     * reach the far side without more being written. TCP streams hold nothing back and do nothing here.
     */
    default void flush() {}

    /**
     * Has the kernel send no faster than this, evenly spread. It counts what TCP carries, TLS's records included; the
     * headers of packets count only where an fq queueing discipline does the spreading. A later call replaces the rate.
     *
     * @param bytesPerSecond at least 1; {@link Long#MAX_VALUE} lifts the limit
     * @return whether the rate holds; false for a stream that is not a TCP connection, nor TLS on one, and where the
     *     kernel's option (SO_MAX_PACING_RATE) cannot be set
     */
    default boolean pace(long bytesPerSecond) {
        return false;
    }

    /**
     * Has the kernel take no more while it holds so many bytes that were not sent yet: what is written later must wait
     * behind them, however urgent it is. A later call replaces the mark, and so does that of the TCP profile when the
     * stream begins.
     *
     * @param bytes at least 1
     * @return whether the mark holds; false for a stream that is not a TCP connection, nor TLS on one, and where the
     *     kernel's option (TCP_NOTSENT_LOWAT) cannot be set
     */
    default boolean unsentLowWaterMark(int bytes) {
        return false;
    }

    /**
     * What the kernel's congestion control found the path to carry, in bytes a second that TCP carries: BBR's estimate, the most
     * that was delivered in any of the last ten round trips in which there was enough to send.
     *
     * <p>BBR looks for it as long as each round trip carries a quarter more, or there is not always enough to send; so where
     * a sender is a little faster than the path, it looks for minutes, and fills the queue before it. What it has by then is the
     * path's rate all the same, once the round trip has grown by half: something waits.
     *
     * @return 0 where that is not known: as long as BBR looks for it and nothing waits, where a round trip takes less than 5 ms
     *     (on loopback it found 2.5 GB/s, the pace of bursts, for a reader that took 0.1), with another congestion control, for a
     *     stream that is not a TCP connection nor TLS on one, and where the kernel's option (TCP_CC_INFO) cannot be read
     */
    default long bandwidth() {
        return 0;
    }

    /**
     * Says that many connections depend on this one: it is not ended where no memory is left for what waits for its peer, as
     * any other is. Does nothing to a stream that is carried by another.
     */
    default void vital() {}

    /** Bytes that were written and that the transport has not taken yet. */
    long queued();

    /** Stops {@link StreamHandler#received} until {@link #resumeRead}. The far end's sender fills up and stops. */
    void suspendRead();

    /** Undoes {@link #suspendRead}. Reading may go on before this returns. */
    void resumeRead();

    /** Ends the output after what is queued; input goes on. The far end reads end of input. */
    void shutdownOutput();

    /**
     * Ends both directions at once; what is queued is dropped and the far end sees a reset. {@link
     * StreamHandler#closed} follows, and nothing else.
     */
    void reset();

    /** Whether {@link StreamHandler#closed} was called, or is about to be. */
    boolean closed();
}
