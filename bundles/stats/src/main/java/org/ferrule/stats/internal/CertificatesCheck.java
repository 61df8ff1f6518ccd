package org.ferrule.stats.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.shell.Status;

/**
 * Finds certificates that expire soon or have expired: of this device, of trusted ones, of SSL profiles, and of whatever
 * else shows {@code certificate-expires}.
 */
record CertificatesCheck(Supplier<List<KindStatus>> statuses, IntSupplier days, Supplier<Instant> clock)
        implements HealthCheck {
    private static final String EXPIRES = "certificate-expires";

    @Override
    public Result execute() {
        Findings findings = new Findings();
        for (KindStatus kind : statuses.get()) {
            for (Status status : kind.objects()) {
                if (status.values().get(EXPIRES) instanceof String at) {
                    look(findings, kind.kind() + " " + status.name(), at);
                }
            }
        }
        return findings.result();
    }

    private void look(Findings findings, String subject, String at) {
        try {
            Duration left = Duration.between(clock.get(), Instant.parse(at));
            String toDo = "Put a new certificate in its place";
            if (left.isNegative()) {
                findings.critical(subject, "its certificate has expired, at " + at, toDo);
            } else if (left.toDays() < days.getAsInt()) {
                findings.warn(subject, "its certificate expires in " + left.toDays() + " days, at " + at, toDo);
            }
        } catch (DateTimeParseException e) {
            findings.warn(subject, EXPIRES + " is no moment: " + at, "Update the module that shows it");
        }
    }
}
