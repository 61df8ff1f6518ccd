package org.ferrule.net.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds connections that broke while nobody reads from them; on the thread of its loop.
 *
 * <p>Such a connection is in no selection, so that its reset is not seen, and to read a little of it would not show the
 * reset either as long as bytes lie before it. But a selection for OP_CONNECT tells of a pending error, whatever lies
 * there, and takes nothing. It also ends at once for each connection that has room to write: so it is asked for in one
 * selection only, which does not wait, and for a few connections at a time, so that others get their turn in between.
 */
final class ResetWatch {
    /** Well below the 512 events that a selection of the JDK takes at most, so that others' leave room for these. */
    static final int BATCH = 64;

    private final Loop loop;
    private final ArrayDeque<TcpStream> waiting = new ArrayDeque<>();
    private final List<TcpStream> watched = new ArrayList<>(BATCH);

    ResetWatch(Loop loop) {
        this.loop = loop;
    }

    /** Has the stream looked at soon. */
    void add(TcpStream stream) {
        waiting.add(stream);
    }

    /** Before a selection. Gives whether it is one that must not wait. */
    boolean begin() {
        for (int i = 0; i < BATCH && !waiting.isEmpty(); i++) {
            TcpStream stream = waiting.poll();
            if (stream.watch(loop, true)) {
                watched.add(stream);
            }
        }
        return !watched.isEmpty();
    }

    /** After the selection. Gives whether there are more to look at. */
    boolean end() {
        for (TcpStream stream : watched) {
            stream.watch(loop, false);
        }
        watched.clear();
        return !waiting.isEmpty();
    }
}
