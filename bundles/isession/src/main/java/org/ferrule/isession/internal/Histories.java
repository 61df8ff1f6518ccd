package org.ferrule.isession.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which flows of a fibre have a history of their own to compress with: as many as the peer keeps. A flow that has rested
 * gives its own up for one that has none. A history with a long window counts as several; half of what the peer keeps is
 * left for those of other flows, whose windows are the codecs' own. On the fibre's loop.
 */
final class Histories {
    /** A history that was used so recently is not taken away: flows in turn would have to begin anew at every block. */
    private static final long RESTED = Duration.ofSeconds(1).toNanos();

    /** What an end calls it when it says how many it keeps for a fibre. */
    static final String PAIR = "histories";

    /** The least that an end keeps, whatever it says, and the most that makes sense. */
    private static final int FEWEST = 16;

    private static final int MOST = 1024;

    /** The largest of our own decoders with a window of its own, and the fibres that may have so many at once. */
    private static final long DECODER = 1 << 20;

    private static final int FIBRES = 16;

    /** How many an end with so much memory for decoders keeps for each fibre. */
    static int kept(long memory) {
        return (int) Math.max(FEWEST, Math.min(MOST, memory / DECODER / FIBRES));
    }

    /** What a peer said; what is no number says nothing. */
    static int read(String text) {
        return text == null || !text.matches("[0-9]{1,6}")
                ? FEWEST
                : Math.max(FEWEST, Math.min(MOST, Integer.parseInt(text)));
    }

    /** In the order of their last use. */
    private final Map<BlockEncoder, BlockEncoder> flows = new LinkedHashMap<>(16, 0.75f, true);

    private int most = FEWEST;
    private int kept;

    /** What the peer keeps. */
    void most(int histories) {
        most = histories;
    }

    /**
     * Whether the flow may have a history; the one that rested longest may lose its own for it.
     *
     * @param decoderMemory what one with a long window takes at the peer, in bytes
     */
    boolean admit(BlockEncoder flow, long decoderMemory, long nanoTime) {
        if (flows.get(flow) == null) {
            if (kept >= most && !makeRoom(nanoTime)) {
                return false;
            }
            int wide = (int) Math.min(most, (decoderMemory + DECODER - 1) / DECODER);
            flow.counts(wide > 1 && kept + wide <= most / 2 ? wide : 1);
            kept += flow.counts();
            flows.put(flow, flow);
        }
        flow.used(nanoTime);
        return true;
    }

    private boolean makeRoom(long nanoTime) {
        BlockEncoder rested = flows.keySet().iterator().next();
        if (nanoTime - rested.usedAt() < RESTED) {
            return false;
        }
        rested.giveUp();
        return true;
    }

    void leave(BlockEncoder flow) {
        if (flows.remove(flow) != null) {
            kept -= flow.counts();
        }
    }

    int size() {
        return flows.size();
    }
}
