package org.ferrule.system.internal;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.Expiry;
import org.ferrule.tls.Fingerprint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether the certificates of trusted devices are still good.
 *
 * @param tree the running configuration
 * @param clock tells today
 */
record TrustedDeviceStatus(Supplier<ConfigTree> tree, InstantSource clock) implements StatusProvider {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedDeviceStatus.class);
    static final String REMEDY = "there, remove keys/device.key and keys/device.crt, restart, and pair again; in time,"
            + " run cm renew there is enough";

    /** The certificates of all trusted devices. */
    List<ExpiringCertificates.Used> certificates() {
        List<ExpiringCertificates.Used> used = new ArrayList<>();
        tree.get().views(TrustedDevice.class).forEach((name, device) -> {
            try {
                used.add(new ExpiringCertificates.Used(
                        "The certificate of the trusted device " + new ObjectId(TrustedDevice.KIND, name).shortName(),
                        Certificates.parse(device.certificate()),
                        "Run cm renew there, while it is good"));
            } catch (CertificateException e) {
                LOG.debug("What is no certificate has no end", e);
            }
        });
        return used;
    }

    private static String until(X509Certificate current) {
        return current.getNotBefore().toInstant().plus(Trust.OVERLAP).toString();
    }

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
        String warning = "";
        try {
            X509Certificate certificate = Certificates.parse(device.certificate());
            values.put("fingerprint", Fingerprint.of(certificate));
            values.put(
                    "certificate-expires", certificate.getNotAfter().toInstant().toString());
            Expiry expiry = Expiry.of(certificate, clock.instant());
            if (expiry.over()) {
                problem = "The device's certificate " + expiry.warning().orElse("is not good") + "; " + REMEDY;
            } else {
                warning = expiry.warning()
                        .map(text -> "; its certificate " + text)
                        .orElse("");
            }
            device.previous().ifPresent(previous -> values.put("previous-certificate-until", until(certificate)));
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
                problem.isEmpty() ? "The device is trusted" + warning : problem,
                values);
    }
}
