package org.ferrule.stats.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a clock that was set, by more than time synchronisation does: what is waited for goes by another one, but
 * certificates, tokens and the log go by this. One thread at a time.
 */
final class ClockCheck implements HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ClockCheck.class);
    private static final Duration LEAST = Duration.ofSeconds(5);
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final Supplier<Instant> clock;
    private final LongSupplier nanos;
    private Instant lastTime;
    private long lastNanos;
    private String found = "";
    private long foundNanos;

    /** @param nanos what cannot be set, in nanoseconds */
    ClockCheck(Supplier<Instant> clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        lastTime = clock.get();
        lastNanos = nanos.getAsLong();
    }

    @Override
    public Result execute() {
        Instant time = clock.get();
        long now = nanos.getAsLong();
        Duration jump = Duration.between(lastTime, time).minusNanos(now - lastNanos);
        lastTime = time;
        lastNanos = now;
        if (jump.abs().compareTo(LEAST) > 0) {
            found = "it was set " + (jump.isNegative() ? "back" : "forward") + " by "
                    + jump.abs().toSeconds() + " s, to " + time.truncatedTo(ChronoUnit.SECONDS);
            foundNanos = now;
            LOG.warn("The clock: {}", found);
        }
        Findings findings = new Findings();
        if (!found.isEmpty() && now - foundNanos < REMEMBERED.toNanos()) {
            findings.warn(
                    "clock",
                    found,
                    "Nothing, if it is right now. Else look at time synchronisation: certificates and tokens go by it");
        }
        return findings.result();
    }
}
