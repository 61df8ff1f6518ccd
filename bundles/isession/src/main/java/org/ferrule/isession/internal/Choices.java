package org.ferrule.isession.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ferrule.traffic.Pools;

/**
 * The far ends that one flow may go to, the best first: that with the most specific route to the destination, of these the
 * one with the lowest metric, and among equals as the profile's pool balances, or else in turn.
 */
final class Choices {
    /**
     * A far end, and how well it suits a destination.
     *
     * @param route its best route there; null for an end that is taken for everything, which comes after all routes
     */
    private record Ranked(FarEnd end, Route route) {
        static final Comparator<Ranked> BEST_FIRST =
                Comparator.comparing(Ranked::route, Comparator.nullsLast(Route.BEST_FIRST));

        boolean include() {
            return route == null || route.include();
        }

        boolean asGoodAs(Ranked other) {
            return BEST_FIRST.compare(this, other) == 0;
        }
    }

    /**
     * A far end that was chosen.
     *
     * @param selection what counts the connection in the pool; null if none does
     */
    record Choice(FarEnd end, Pools.Selection selection) {
        /** It is not used. */
        void giveUp() {
            if (selection != null) {
                selection.ended();
            }
        }
    }

    private final List<Ranked> left;
    private final Optional<Pools> pools;
    private final String pool;
    private final String obstacle;
    private final boolean unrouted;
    private final Set<String> tried = new HashSet<>();

    private Choices(List<Ranked> left, Optional<Pools> pools, String pool, String obstacle, boolean unrouted) {
        this.left = left;
        this.pools = pools;
        this.pool = pool;
        this.obstacle = obstacle;
        this.unrouted = unrouted;
    }

    /**
     * Ranks far ends.
     *
     * @param ends those of the profile
     * @param pool the profile's pool; null if it has none: then ends are taken by their routes, if they have any
     * @param turn where to begin among equals
     */
    static Choices of(
            List<? extends FarEnd> ends,
            InetSocketAddress destination,
            Optional<Pools> pools,
            String pool,
            String profile,
            int turn) {
        List<Ranked> ranked = new ArrayList<>();
        for (int i = 0; i < ends.size(); i++) {
            FarEnd end = ends.get(Math.floorMod(turn + i, ends.size()));
            Route route = end.routes().match(destination.getAddress());
            boolean everything = end instanceof Endpoint endpoint
                    && (pool != null || endpoint.takesUnrouted(destination.getAddress()));
            if (route != null || everything) {
                ranked.add(new Ranked(end, route));
            }
        }
        ranked.sort(Ranked.BEST_FIRST);
        if (!ranked.isEmpty() && !ranked.get(0).include()) {
            return new Choices(
                    List.of(),
                    pools,
                    pool,
                    "the route of " + ranked.get(0).end().device() + " is not to be included",
                    false);
        }
        String obstacle = ends.isEmpty()
                ? profile + " has no endpoint"
                : ranked.isEmpty() ? "no endpoint of " + profile + " has a route" : "";
        return new Choices(ranked, pools, pool, obstacle, ranked.isEmpty());
    }

    /** Why there was nothing to choose from; "" if there was. */
    String obstacle() {
        return obstacle;
    }

    /** Whether no end is taken for the destination, be it up or not. */
    boolean unrouted() {
        return unrouted;
    }

    /** The best of those whose fibres are ready: where the flow will go, unless it is refused there. */
    List<FarEnd> best() {
        List<Ranked> ready = left.stream().filter(r -> r.end().ready()).toList();
        return ready.stream()
                .filter(r -> r.asGoodAs(ready.get(0)))
                .map(Ranked::end)
                .toList();
    }

    /** The best that was not given yet. */
    Optional<Choice> next() {
        if (left.isEmpty()) {
            return Optional.empty();
        }
        List<Ranked> best = left.stream().filter(r -> r.asGoodAs(left.get(0))).toList();
        if (pool != null && pools.isPresent()) {
            Optional<Choice> balanced = balanced(pools.get(), best);
            if (balanced.isPresent()) {
                return balanced;
            }
        }
        return Optional.of(new Choice(left.remove(0).end(), null));
    }

    private Optional<Choice> balanced(Pools from, List<Ranked> best) {
        for (Optional<Pools.Selection> selected = from.select(pool, tried);
                selected.isPresent();
                selected = from.select(pool, tried)) {
            Pools.Selection selection = selected.get();
            tried.add(selection.member());
            for (Ranked ranked : best) {
                if (ranked.end() instanceof Endpoint endpoint
                        && endpoint.address().equals(selection.address())) {
                    left.remove(ranked);
                    return Optional.of(new Choice(ranked.end(), selection));
                }
            }
            selection.ended();
        }
        return Optional.empty();
    }
}
