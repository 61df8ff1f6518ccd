package org.ferrule.net.internal;

import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.write.WriteRequest;
import org.apache.mina.core.write.WriteRequestQueue;

/** MINA's queue of a session, always empty: streams write at once, and queue in buffers of their loop. */
enum NoRequests implements WriteRequestQueue {
    INSTANCE;

    @Override
    public WriteRequest poll(IoSession session) {
        return null;
    }

    @Override
    public void offer(IoSession session, WriteRequest request) {
        throw new IllegalStateException("a stream writes itself");
    }

    @Override
    public boolean isEmpty(IoSession session) {
        return true;
    }

    @Override
    public void clear(IoSession session) {
        // There is never anything in it.
    }

    @Override
    public void dispose(IoSession session) {
        // There is never anything in it.
    }

    @Override
    public int size() {
        return 0;
    }
}
