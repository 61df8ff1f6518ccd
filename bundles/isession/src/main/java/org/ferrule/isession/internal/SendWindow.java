package org.ferrule.isession.internal;

import org.ferrule.isession.internal.ProtocolError.Rule;

/**
 * The credit that the peer gave for one direction of a flow: encoded bytes, which it must hold, and raw bytes, which bound
 * what short blocks may unfold to.
 */
final class SendWindow {
    private int encoded = Protocol.FIRST_ENCODED;
    private int raw = Protocol.FIRST_RAW;

    /** The raw bytes that may be sent now as one block, if each costs at most one encoded byte. */
    int available() {
        return starved() ? 0 : Math.min(encoded, raw);
    }

    /** Whether nothing can be sent for want of encoded credit. */
    boolean starved() {
        return encoded < Protocol.LEAST_SENT;
    }

    int encoded() {
        return encoded;
    }

    int raw() {
        return raw;
    }

    /** A block was sent, within what was available. */
    void use(int encodedBytes, int rawBytes) {
        encoded -= Protocol.cost(encodedBytes);
        raw -= rawBytes;
    }

    /** The peer gives more. */
    void add(int encodedBytes, int rawBytes) throws ProtocolError {
        if (encodedBytes < 0
                || rawBytes < 0
                || (long) encoded + encodedBytes > Protocol.MOST_ENCODED_WINDOW
                || (long) raw + rawBytes > Protocol.MOST_RAW_WINDOW) {
            throw new ProtocolError(Rule.CREDIT, "the peer gives more credit than a window may have");
        }
        encoded += encodedBytes;
        raw += rawBytes;
    }

    /**
     * Gives up what a flow that rests can do without; the peer is to be told how much.
     *
     * @param keep what it keeps of the encoded credit
     */
    int giveBack(int keep) {
        int surplus = Math.max(0, encoded - keep);
        encoded -= surplus;
        return surplus;
    }
}
