package org.ferrule.software.internal;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ferrule.config.ObjectId;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;
import org.ferrule.tls.ExpiringCertificates;
import org.ferrule.tls.Expiry;

/** Tells whose certificates trusted signers have, and whether they are still good. */
record SignerStatus(Supplier<TrustedSigners> trusted, Pace pace) implements StatusProvider {
    /** The certificates of all trusted signers. */
    List<ExpiringCertificates.Used> certificates() {
        return trusted.get().byName().entrySet().stream()
                .map(signer -> new ExpiringCertificates.Used(
                        "The certificate of the signer " + signer.getKey(),
                        signer.getValue(),
                        "Trust the certificate that comes after it, with create sys software signer"))
                .toList();
    }

    @Override
    public String kind() {
        return Signer.KIND;
    }

    @Override
    public List<Status> status() {
        return trusted.get().byName().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> status(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Status status(String name, X509Certificate certificate) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("subject", certificate.getSubjectX500Principal().getName());
        try {
            values.put("fingerprint", Digests.of(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has no encoding", e);
        }
        values.put("certificate-expires", certificate.getNotAfter().toInstant().toString());
        Expiry expiry = Expiry.of(certificate, pace.now());
        String warning =
                expiry.warning().map(text -> "; its certificate " + text).orElse("");
        return new Status(
                ObjectId.COMMON + "/" + name,
                expiry.over() ? Availability.OFFLINE : Availability.AVAILABLE,
                true,
                (expiry.over() ? "Nothing that it signed is installed" : "The signer is trusted") + warning,
                values);
    }
}
