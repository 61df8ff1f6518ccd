package org.ferrule.stream;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** What happens on a {@link Stream}; all methods run on its loop's thread and must not block. */
@ConsumerType
public interface StreamHandler {
    /**
     * Bytes arrived. The buffer is lent for the duration of the call: what is not taken out of it by then is lost. It may
     * be a shared direct buffer of the loop.
     */
    void received(Stream stream, ByteBuffer data);

    /** The far end has ended its output: no more {@link #received}. Output may go on. Called at most once. */
    void inputEnded(Stream stream);

    /** The queue has fallen to its low mark after {@link Stream#write} answered false. */
    default void writable(Stream stream) {}

    /**
     * The input has paused: all that had arrived was passed on by {@link #received}. Whoever buffers for efficiency sends
     * it now.
     */
    default void paused(Stream stream) {}

    /**
     * The stream is over, in both directions. Called exactly once, as the last call.
     *
     * @param reason how it ended
     */
    void closed(Stream stream, CloseReason reason);
}
