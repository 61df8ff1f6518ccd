package org.ferrule.system.internal;

/** Pairing cannot go on. The message is for people at both ends: it holds nothing secret. */
final class PairingException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether the other end knows already, having said so itself. */
    private final boolean saidByPeer;

    PairingException(String message) {
        this(message, false);
    }

    private PairingException(String message, boolean saidByPeer) {
        super(message);
        this.saidByPeer = saidByPeer;
    }

    /** The other end refused. */
    static PairingException fromPeer(String reason) {
        return new PairingException("the other appliance refused: " + reason, true);
    }

    boolean saidByPeer() {
        return saidByPeer;
    }
}
