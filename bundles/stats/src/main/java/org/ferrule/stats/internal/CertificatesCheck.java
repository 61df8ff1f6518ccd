package org.ferrule.stats.internal;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.Expiry;

/** Finds certificates in use that expire soon, have expired, or are not good yet. */
record CertificatesCheck(Supplier<List<ExpiringCertificates>> sources, InstantSource clock) implements HealthCheck {
    @Override
    public Result execute() {
        Findings findings = new Findings();
        for (ExpiringCertificates source : sources.get()) {
            source.certificates().forEach(used -> look(findings, used));
        }
        return findings.result();
    }

    private void look(Findings findings, ExpiringCertificates.Used used) {
        Expiry expiry = Expiry.of(used.certificate(), clock.instant());
        expiry.warning().ifPresent(warning -> {
            if (expiry.over()) {
                findings.critical(used.what(), warning, used.remedy());
            } else {
                findings.warn(used.what(), warning, used.remedy());
            }
        });
    }
}
