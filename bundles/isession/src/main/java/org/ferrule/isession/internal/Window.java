package org.ferrule.isession.internal;

import org.ferrule.isession.internal.ProtocolError.Rule;

/**
 * The credit of one direction of a flow: encoded bytes, which bound what the receiver must hold, and raw bytes, which bound
 * what a short block may unfold to. One end sends, the other receives; in between is never more than the window.
 */
final class Window {
    private int encoded;
    private int raw;
    private int encodedUsed;
    private int rawUsed;

    Window(int encoded, int raw) {
        this.encoded = encoded;
        this.raw = raw;
    }

    /** The raw bytes that may be sent now as one block, if each costs at most one encoded byte. */
    int available() {
        return encoded < Protocol.LEAST_COST ? 0 : Math.min(encoded, raw);
    }

    private static int cost(int encodedBytes) {
        return Math.max(encodedBytes, Protocol.LEAST_COST);
    }

    /** Sent, or received: the credit is used up. */
    void use(int encodedBytes, int rawBytes) throws ProtocolError {
        if (cost(encodedBytes) > encoded || rawBytes > raw) {
            throw new ProtocolError(
                    Rule.CREDIT,
                    "a block of " + encodedBytes + " encoded and " + rawBytes + " raw bytes exceeds the credit of "
                            + encoded + " and " + raw);
        }
        encoded -= cost(encodedBytes);
        raw -= rawBytes;
    }

    /** The peer gives more. */
    void add(int encodedBytes, int rawBytes) throws ProtocolError {
        // What is there and what comes can never be more than the whole window.
        if (encodedBytes < 0
                || rawBytes < 0
                || (long) encoded + encodedBytes > Protocol.ENCODED_WINDOW
                || (long) raw + rawBytes > Protocol.RAW_WINDOW) {
            throw new ProtocolError(Rule.CREDIT, "the peer gives more credit than the window has");
        }
        encoded += encodedBytes;
        raw += rawBytes;
    }

    /** The reader took what was received: it will be given back. */
    void drained(int encodedBytes, int rawBytes) {
        encodedUsed += cost(encodedBytes);
        rawUsed += rawBytes;
    }

    /** Whether enough was drained that the peer should be told; often enough that it never waits, no oftener. */
    boolean worthTelling() {
        return encodedUsed >= Protocol.ENCODED_WINDOW / 4 || rawUsed >= Protocol.RAW_WINDOW / 4;
    }

    /** Gives back what was drained, into the frame that tells the peer. */
    void tell(java.nio.ByteBuffer to, int flow) {
        Frames.credit(to, flow, encodedUsed, rawUsed);
        encoded += encodedUsed;
        raw += rawUsed;
        encodedUsed = 0;
        rawUsed = 0;
    }
}
