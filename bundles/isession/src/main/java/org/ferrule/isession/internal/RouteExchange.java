package org.ferrule.isession.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ferrule.isession.internal.ProtocolError.Rule;

/** What the two ends of a fibre say they can serve: tells ours when it changes, and puts the peer's together. On its loop. */
final class RouteExchange {
    /** Routes in one frame: with the longest labels they fit its payload. */
    private static final int IN_FRAME = (Protocol.MOST_PAYLOAD - 1) / Route.SIZE;

    /** The first frame of a set: what was there before does not hold any more once the last one came. */
    private static final int FIRST = 0x01;

    private static final int LAST = 0x02;

    private final FibreOwner owner;
    private final FibreOutput output;
    private List<Route> told;
    private List<Route> coming = new ArrayList<>();
    private boolean begun;

    RouteExchange(FibreOwner owner, FibreOutput output) {
        this.owner = owner;
        this.output = output;
    }

    /** Tells the peer ours, if that is news. The first set is, also an empty one: the peer may have an older one. */
    void tell() {
        List<Route> ours = owner.advertised();
        if (ours.equals(told)) {
            return;
        }
        told = ours;
        int at = 0;
        do {
            int end = Math.min(ours.size(), at + IN_FRAME);
            int flags = (at == 0 ? FIRST : 0) | (end == ours.size() ? LAST : 0);
            output.routes(flags, ours.subList(at, end));
            at = end;
        } while (at < ours.size());
    }

    /** A frame came. If it was the last of a set, those are the peer's routes now. */
    void received(ByteBuffer payload) throws ProtocolError {
        Frames.need(payload, 1);
        int flags = payload.get();
        if ((flags & FIRST) != 0) {
            coming = new ArrayList<>();
            begun = true;
        }
        if (!begun) {
            throw new ProtocolError(Rule.FRAME_CONTENT, "routes that go on with a set which did not begin");
        }
        while (payload.hasRemaining()) {
            if (coming.size() == Routes.MOST) {
                throw new ProtocolError(Rule.FRAME_CONTENT, "more than " + Routes.MOST + " routes");
            }
            coming.add(Route.read(payload));
        }
        if ((flags & LAST) != 0) {
            Routes whole = new Routes(coming);
            coming = new ArrayList<>();
            begun = false;
            owner.routes(whole);
        }
    }
}
