package org.ferrule.crypto.internal;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.Expiry;
import org.ferrule.tls.Fingerprint;

/** Tells which certificate each SSL profile presents, and whether the profile can be used. */
record SslStatus(String kind, Supplier<Map<ObjectId, CompiledProfile>> profiles, InstantSource clock)
        implements StatusProvider {
    @Override
    public List<Status> status() {
        return profiles.get().entrySet().stream()
                .filter(entry -> entry.getKey().kind().equals(kind))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> status(entry.getKey().name(), entry.getValue()))
                .toList();
    }

    private Status status(String name, CompiledProfile profile) {
        boolean usable = profile.problem().isEmpty();
        String reason = usable ? "The profile is available" : profile.problem();
        Map<String, Object> values = new LinkedHashMap<>();
        if (!profile.chain().isEmpty()) {
            X509Certificate own = profile.chain().get(0);
            values.put("certificate-subject", own.getSubjectX500Principal().getName());
            values.put("certificate-expires", own.getNotAfter().toInstant().toString());
            values.put("certificate-fingerprint", Fingerprint.of(own));
            reason += Expiry.of(own, clock.instant())
                    .warning()
                    .map(warning -> "; its certificate " + warning)
                    .orElse("");
        }
        return new Status(
                name, usable ? Availability.AVAILABLE : Availability.OFFLINE, profile.enabled(), reason, values);
    }
}
