package org.ferrule.system.internal;

import java.lang.management.ManagementFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ferrule.config.ConfigTree;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.Expiry;
import org.ferrule.tls.Fingerprint;

/**
 * Tells about this appliance as a device.
 *
 * @param tree the running configuration
 * @param certificate the device's, if the module that keeps it is running
 * @param version of the software
 * @param pairingFailures how many appliances tried to pair and did not come through
 * @param clock tells today
 */
record DeviceStatus(
        Supplier<ConfigTree> tree,
        Supplier<Optional<X509Certificate>> certificate,
        String version,
        LongSupplier pairingFailures,
        InstantSource clock)
        implements StatusProvider {
    @Override
    public String kind() {
        return Device.KIND;
    }

    @Override
    public List<Status> status() {
        Map<String, Object> values = new LinkedHashMap<>();
        Optional<X509Certificate> own = certificate.get();
        own.ifPresent(device -> {
            values.put("fingerprint", Fingerprint.of(device));
            values.put("certificate-expires", device.getNotAfter().toInstant().toString());
        });
        values.put("version", version);
        values.put("uptime", uptime(ManagementFactory.getRuntimeMXBean().getUptime()));
        values.put("pairing-failures", pairingFailures.getAsLong());
        return List.of(new Status(
                Device.id(DeviceRules.hostname(tree.get())).name(),
                own.isPresent() ? Availability.AVAILABLE : Availability.OFFLINE,
                true,
                own.map(this::reason).orElse("module crypto is not running"),
                values));
    }

    private String reason(X509Certificate certificate) {
        return "The device is available"
                + Expiry.of(certificate, clock.instant())
                        .warning()
                        .map(warning -> "; its certificate " + warning + ": run cm renew")
                        .orElse("");
    }

    /** The device's own certificate, if there is one. */
    List<ExpiringCertificates.Used> certificates() {
        return certificate.get().stream()
                .map(own ->
                        new ExpiringCertificates.Used("The device certificate", own, "Run cm renew, while it is good"))
                .toList();
    }

    /** As TMOS writes times: {@code 2 days, 3 hrs, 4 mins, 5 secs}. */
    static String uptime(long millis) {
        Duration time = Duration.ofMillis(millis);
        String rest = time.toHoursPart() + " hrs, " + time.toMinutesPart() + " mins, " + time.toSecondsPart() + " secs";
        return time.toDays() > 0 ? time.toDays() + " days, " + rest : rest;
    }
}
