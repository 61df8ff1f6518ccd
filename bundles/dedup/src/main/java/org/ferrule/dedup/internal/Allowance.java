package org.ferrule.dedup.internal;

import java.util.function.IntSupplier;
import org.ferrule.codec.CodecException;

/**
 * How many segments a session has, may begin, and lets the peer begin: the peer's are promised room before it begins them.
 * Guarded by the session.
 */
final class Allowance {
    private static final int MOST_AHEAD = 256;

    private final Store store;
    private final IntSupplier quota;

    /** Segments that are here, of both ends. */
    private int live;

    /** Segments that the peer may begin in all, and has begun; and the same of this end. */
    private long granted;

    private long begunByPeer;
    private long grantedByPeer;
    private long begun;

    /** @param quota how many segments there may be now */
    Allowance(Store store, IntSupplier quota) {
        this.store = store;
        this.quota = quota;
    }

    int live() {
        return live;
    }

    /** How many segments there may be now. */
    int quota() {
        return quota.getAsInt();
    }

    /** What the peer may begin in all. */
    long granted() {
        return granted;
    }

    /** What the peer may still begin. */
    long open() {
        return granted - begunByPeer;
    }

    /** Segments that may be added before the quota is reached. */
    long room() {
        return quota() - live - open();
    }

    /** Takes room for so many segments of this end, here and at the peer; gives whether there is. */
    boolean reserve(int segments) {
        if (begun + segments > grantedByPeer || room() < segments || store.unpromised() < segments) {
            return false;
        }
        int promised = store.promise(segments);
        if (promised < segments) {
            store.renounce(promised);
            return false;
        }
        begun += segments;
        live += segments;
        return true;
    }

    /** What was reserved is not begun, and the peer was not told of it. */
    void unreserve(int segments) {
        begun -= segments;
        live -= segments;
        store.renounce(segments);
    }

    /** The peer begins segments, which it must have been granted. */
    void expect(int segments) throws CodecException {
        if (segments > open()) {
            throw new CodecException(
                    "the peer has begun " + begunByPeer + " segments, and begins more than was granted");
        }
        begunByPeer += segments;
        live += segments;
    }

    /** Segments that the peer has begun are lost with their fibre. */
    void lost(int segments) {
        begunByPeer += segments;
        store.renounce(segments);
    }

    /** A segment is gone. */
    void gone() {
        live--;
    }

    void grantedByPeer(long total) {
        grantedByPeer = Math.max(grantedByPeer, total);
    }

    /** Lets the peer begin more, if that is due; gives whether it was. */
    boolean grant() {
        int wanted = Math.max(2, Math.min(MOST_AHEAD, quota() / 8));
        if (open() > wanted / 2) {
            return false;
        }
        int more = (int) Math.min(wanted - open(), room());
        int promised = more <= 0 ? 0 : store.promise(more);
        granted += promised;
        return promised > 0;
    }

    /** The peer begins nothing any more. */
    void close() {
        store.renounce((int) open());
    }
}
