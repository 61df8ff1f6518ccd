package org.ferrule.isession.internal;

import java.util.List;
import org.ferrule.stream.EventLoop;

/** A far end to which flows can be opened: one that this end dials, or one that dials in. Any thread. */
interface FarEnd {
    /** The trusted device there; "" before it was seen. */
    String device();

    /** The subnets that it told last that it can serve, also if its tunnel is down by now. */
    Routes told();

    /** The subnets that it can serve: none while its tunnel is down. */
    default Routes routes() {
        return fibres().isEmpty() ? Routes.NONE : told();
    }

    /** The ready fibre of a loop that has the fewest flows, or null. On that loop. */
    Fibre readyFibre(EventLoop loop);

    /** Its fibres that are ready for any flow. */
    List<Fibre> fibres();

    /** Its fibres that are ready, with those to further ports, which have flows to these only. */
    List<Fibre> all();

    /** Whether a flow could be opened on some loop: the peer may be there and have tunnels disabled. */
    default boolean ready() {
        return fibres().stream().anyMatch(FarEnd::takes);
    }

    /** Whether the fibre takes flows of this end. */
    static boolean takes(Fibre fibre) {
        return fibre != null && fibre.theirs().mode();
    }

    /** Of several fibres the one with the fewest flows, or null. */
    static Fibre leastLoaded(List<Fibre> fibres, EventLoop loop) {
        Fibre best = null;
        for (Fibre fibre : fibres) {
            if (fibre.loop() == loop && fibre.ready() && (best == null || fibre.flowCount() < best.flowCount())) {
                best = fibre;
            }
        }
        return best;
    }
}
