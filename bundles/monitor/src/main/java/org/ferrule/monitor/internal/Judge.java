package org.ferrule.monitor.internal;

import java.util.Optional;
import org.ferrule.traffic.Monitors.Health;

/**
 * Decides of one target and one monitor, from the results of probes and the time, whether the target is up. Times are
 * nanoseconds of one clock.
 */
final class Judge {
    private final Probing probing;
    private Boolean up;
    private long lastSuccess;
    private long goodSince;
    private boolean good;
    private String problem = "";

    Judge(Probing probing) {
        this.probing = probing;
    }

    /** A probe succeeded. Gives the new health if it changed. */
    Optional<Health> success(long now) {
        if (!good) {
            good = true;
            goodSince = now;
        }
        lastSuccess = now;
        if (!Boolean.TRUE.equals(up) && now - goodSince >= probing.timeUntilUp().toNanos()) {
            up = true;
            problem = "";
            return Optional.of(new Health(true, ""));
        }
        return Optional.empty();
    }

    /**
     * A probe failed. The first one decides at once; later ones only after nothing has succeeded for the time-out, so
     * that one lost packet takes no server out of service. One that is down and fails in a new way is down for that.
     */
    Optional<Health> failure(long now, String reason) {
        good = false;
        boolean first = up == null;
        boolean late = Boolean.TRUE.equals(up)
                && now - lastSuccess >= probing.timeout().toNanos();
        boolean otherwise = Boolean.FALSE.equals(up) && !reason.equals(problem);
        if (first || late || otherwise) {
            up = false;
            problem = reason;
            return Optional.of(new Health(false, reason));
        }
        return Optional.empty();
    }
}
