package org.ferrule.stream;

import java.util.Objects;

/**
 * How a stream ended.
 *
 * @param kind the sort of end
 * @param detail one line that an operator can act on; empty for an orderly end
 */
public record CloseReason(Kind kind, String detail) {
    /** The sorts of end. */
    public enum Kind {
        /** Both sides ended their output and everything was sent. */
        ORDERLY,
        /** The far end reset the connection, or it broke. */
        RESET_BY_PEER,
        /** {@link Stream#reset()} was called here. */
        RESET_HERE,
        /** Nothing moved for longer than is allowed. */
        TIMED_OUT,
        /** The far end broke a rule of the protocol (TLS, a frame). */
        PROTOCOL_ERROR
    }

    /** Both sides ended their output and everything was sent. */
    public static final CloseReason ORDERLY = new CloseReason(Kind.ORDERLY, "");

    public CloseReason {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(detail);
    }

    /** Whether the other side of a proxy should end with a reset too. */
    public boolean abnormal() {
        return kind != Kind.ORDERLY;
    }
}
