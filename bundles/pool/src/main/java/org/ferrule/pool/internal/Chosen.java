package org.ferrule.pool.internal;

import java.net.InetSocketAddress;
import org.ferrule.traffic.Pools;

/** A member that was chosen for a connection, and the count of that. On the connection's loop. */
final class Chosen implements Pools.Selection {
    private final MemberState state;
    private boolean counted;

    Chosen(MemberState state) {
        this.state = state;
    }

    @Override
    public String member() {
        return state.name;
    }

    @Override
    public InetSocketAddress address() {
        return state.address;
    }

    @Override
    public void connected() {
        counted = true;
        int now = state.counts.current.incrementAndGet();
        state.counts.total.increment();
        if (now > state.counts.most) {
            state.counts.most = now;
        }
    }

    @Override
    public void moved(long toServer, long toClient) {
        if (toServer > 0) {
            state.counts.toServer.add(toServer);
        }
        if (toClient > 0) {
            state.counts.toClient.add(toClient);
        }
    }

    @Override
    public void ended() {
        if (counted) {
            counted = false;
            state.counts.current.decrementAndGet();
        }
    }
}
