package org.ferrule.dedup.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Segments that this end wants to free, on the way there: nothing refers to them any more from the moment on when a fibre
 * has told so; they are gone when all fibres have. Guarded by its session.
 */
final class Eviction {
    private final long id;
    private final List<Segment> segments;
    private final Set<FibreMember> waiting;
    private boolean done;

    /** @param members the fibres that must answer */
    Eviction(long id, List<Segment> segments, Set<FibreMember> members) {
        this.id = id;
        this.segments = segments;
        waiting = new HashSet<>(members);
    }

    long id() {
        return id;
    }

    List<Segment> segments() {
        return segments;
    }

    /** A fibre joined, and must answer, too. */
    void await(FibreMember member) {
        waiting.add(member);
    }

    /** A fibre answered, or is over. Gives whether it was the last, for once. */
    boolean answered(FibreMember member) {
        waiting.remove(member);
        return finish();
    }

    /** Gives whether nobody is waited for any more, for once. */
    boolean finish() {
        boolean now = !done && waiting.isEmpty();
        done |= now;
        return now;
    }

    boolean done() {
        return done;
    }
}
