package org.ferrule.system.internal;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.Fingerprint;

/**
 * Tells whether the certificates of trusted devices are still good.
 *
 * @param tree the running configuration
 * @param clock tells today
 */
record TrustedDeviceStatus(Supplier<ConfigTree> tree, InstantSource clock) implements StatusProvider {
    @Override
    public String kind() {
        return TrustedDevice.KIND;
    }

    @Override
    public List<Status> status() {
        return tree.get().views(TrustedDevice.class).entrySet().stream()
                .map(entry -> status(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Status status(String name, TrustedDevice device) {
        Map<String, Object> values = new LinkedHashMap<>();
        String problem = "";
        try {
            X509Certificate certificate = Certificates.parse(device.certificate());
            values.put("fingerprint", Fingerprint.of(certificate));
            values.put(
                    "certificate-expires", certificate.getNotAfter().toInstant().toString());
            problem = certificate.getNotAfter().before(Date.from(clock.instant()))
                    ? "The device's certificate has expired: remove keys/device.key and keys/device.crt there, restart it"
                            + " and pair again"
                    : "";
        } catch (CertificateException e) {
            problem = "The certificate cannot be used: " + e.getMessage();
        }
        if (device.address() != null) {
            values.put("address", Addresses.text(device.address()));
        }
        return new Status(
                name,
                problem.isEmpty() ? Availability.AVAILABLE : Availability.OFFLINE,
                true,
                problem.isEmpty() ? "The device is trusted" : problem,
                values);
    }
}
