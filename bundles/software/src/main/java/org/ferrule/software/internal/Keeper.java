package org.ferrule.software.internal;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back modules that fell out of the running appliance: that stopped though nobody stopped them, or are gone though a
 * feature needs them. What a person stopped stays so; {@code show sys health} tells of it. It is between jobs that it acts.
 */
final class Keeper {
    /** Seconds that a bundle has to be away: whoever refreshes or updates it starts it again himself. */
    static final long PATIENCE = 3;

    private static final long LONGEST = 300;
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final Ledger ledger;
    private final Jobs jobs;
    private final Platform platform;
    private final Pace pace;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Map<String, Turn> turns = new HashMap<>();

    /**
     * When a bundle is tried again.
     *
     * @param at on the clock of {@link Pace#seconds}
     * @param pause seconds to the one after
     */
    private record Turn(long at, long pause) {}

    Keeper(Ledger ledger, Jobs jobs, Platform platform, Pace pace) {
        this.ledger = ledger;
        this.jobs = jobs;
        this.platform = platform;
        this.pace = pace;
    }

    /** Looks, once no job runs. Returns at once; any thread. */
    void look() {
        // A job may take minutes: one look is enough after it.
        if (waiting.compareAndSet(false, true)) {
            jobs.later(() -> {
                waiting.set(false);
                lookNow();
            });
        }
    }

    void lookNow() {
        try {
            Set<String> away = new HashSet<>();
            for (Platform.Fallen fallen : platform.fallen()) {
                away.add(fallen.named());
                Turn turn =
                        turns.computeIfAbsent(fallen.named(), name -> new Turn(pace.seconds() + PATIENCE, PATIENCE));
                if (pace.seconds() >= turn.at()) {
                    raise(fallen, turn);
                }
            }
            for (String named : Set.copyOf(turns.keySet())) {
                if (!away.contains(named)) {
                    turns.remove(named);
                    ledger.solved(problem(named));
                }
            }
        } catch (RuntimeException e) {
            LOG.error("Whether all modules run cannot be told", e);
        }
    }

    private void raise(Platform.Fallen fallen, Turn turn) {
        boolean gone = fallen.id().isEmpty();
        try {
            platform.raise(fallen);
            LOG.warn(
                    gone
                            ? "{} was gone though a feature needs it, and was installed again"
                            : "{} had stopped though nobody stopped it, and was started again",
                    fallen.named());
        } catch (IOException e) {
            if (turn.pause() == PATIENCE) {
                ledger.problem(
                        problem(fallen.named()),
                        fallen.named() + (gone ? " is gone though a feature needs it" : " should run and does not")
                                + ": " + e.getMessage() + "; it is tried again");
            }
            long pause = Math.min(LONGEST, 2 * turn.pause());
            turns.put(fallen.named(), new Turn(pace.seconds() + pause, pause));
        }
    }

    private static String problem(String named) {
        return "fallen " + named;
    }
}
