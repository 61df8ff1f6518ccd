package org.ferrule.pool.internal;

import java.util.List;
import java.util.Set;

/**
 * A pool as it is configured now.
 *
 * @param name its full name
 * @param balancer chooses
 * @param candidates its members, in order
 */
record Snapshot(String name, Balancer balancer, List<Candidate> candidates) {
    /**
     * A member as it is configured now.
     *
     * @param state what lasts of it
     * @param ratio its share
     * @param limit most connections; 0: no limit
     * @param enabled whether people let it take new connections
     * @param down whether people say that it is down
     */
    record Candidate(MemberState state, int ratio, int limit, boolean enabled, boolean down) {
        boolean usable(Set<String> tried) {
            return up() && (limit == 0 || state.counts.current.get() < limit) && !tried.contains(state.name);
        }

        boolean up() {
            return enabled && !down && state.healthy();
        }
    }
}
