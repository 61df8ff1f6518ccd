package org.ferrule.isession.internal;

import org.ferrule.isession.internal.ProtocolError.Rule;

/**
 * How a fibre ends in good order: one end says that it takes no more flows (GOAWAY), both say when they have none left
 * (GONE), and then it is over. On the fibre's loop.
 */
final class Leaving {
    private final FibreOutput output;
    private boolean begun;
    private boolean goneSent;
    private boolean goneReceived;

    Leaving(FibreOutput output) {
        this.output = output;
    }

    /** Whether the fibre takes no more flows. */
    boolean begun() {
        return begun;
    }

    /** This end takes no more flows than those that it has; the peer is told why. */
    void announce(int lastPeerId, String reason) {
        output.text(FrameType.GOAWAY, 0, lastPeerId, reason);
        begun = true;
    }

    /** The peer takes no more flows. Gives whether that is news. */
    boolean announced() {
        boolean news = !begun;
        begun = true;
        return news;
    }

    /**
     * No flow is left at this end. One that is over here may still have its reader at the peer: both must be without.
     *
     * @return whether the fibre is over
     */
    boolean emptied() {
        if (!goneSent) {
            goneSent = true;
            output.empty(FrameType.GONE, 0);
        }
        return goneReceived;
    }

    /** The peer has no flow left. */
    void peerEmptied() throws ProtocolError {
        if (!begun) {
            throw new ProtocolError(Rule.FLOW_STATE, "the peer has no flows left on a fibre that nobody leaves");
        }
        goneReceived = true;
    }
}
