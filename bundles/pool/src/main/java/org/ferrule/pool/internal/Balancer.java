package org.ferrule.pool.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.ferrule.pool.internal.Snapshot.Candidate;

/** A way to choose among members that may be used. Any thread, no lock. */
interface Balancer {
    /** One of the candidates that can be used and was not tried; null if there is none. */
    Candidate choose(List<Candidate> candidates, Set<String> tried);

    static Balancer of(PoolKind.Mode mode) {
        return switch (mode) {
            case ROUND_ROBIN -> new RoundRobin();
            case RATIO_MEMBER -> new Ratio();
            case LEAST_CONNECTIONS_MEMBER -> new LeastConnections();
        };
    }

    /** One after the other. */
    final class RoundRobin implements Balancer {
        private final AtomicInteger next = new AtomicInteger();

        @Override
        public Candidate choose(List<Candidate> candidates, Set<String> tried) {
            // Turns are taken among usable members only: the neighbour of a down one would get its share, too.
            List<Candidate> usable =
                    candidates.stream().filter(c -> c.usable(tried)).toList();
            return usable.isEmpty() ? null : usable.get(Math.floorMod(next.getAndIncrement(), usable.size()));
        }
    }

    /** One after the other, each so often in a round as its ratio says. */
    final class Ratio implements Balancer {
        private final AtomicInteger next = new AtomicInteger();

        @Override
        public Candidate choose(List<Candidate> candidates, Set<String> tried) {
            int sum = 0;
            for (Candidate candidate : candidates) {
                sum += candidate.usable(tried) ? candidate.ratio() : 0;
            }
            if (sum == 0) {
                return null;
            }
            int at = Math.floorMod(next.getAndIncrement(), sum);
            Candidate last = null;
            for (Candidate candidate : candidates) {
                if (candidate.usable(tried)) {
                    last = candidate;
                    at -= candidate.ratio();
                    if (at < 0) {
                        return candidate;
                    }
                }
            }
            // A member became unusable in between.
            return last;
        }
    }

    /** The one with the fewest connections for its ratio; the first of equals, taking turns. */
    final class LeastConnections implements Balancer {
        private final AtomicInteger next = new AtomicInteger();

        @Override
        public Candidate choose(List<Candidate> candidates, Set<String> tried) {
            int size = candidates.size();
            int start = next.getAndIncrement();
            Candidate least = null;
            for (int i = 0; i < size; i++) {
                Candidate candidate = candidates.get(Math.floorMod(start + i, size));
                if (candidate.usable(tried) && (least == null || lighter(candidate, least))) {
                    least = candidate;
                }
            }
            return least;
        }

        private static boolean lighter(Candidate a, Candidate b) {
            return (long) a.state().counts.current.get() * b.ratio()
                    < (long) b.state().counts.current.get() * a.ratio();
        }
    }
}
