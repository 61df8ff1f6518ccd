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

/** Tells whose certificates trusted signers have, and whether they are still good. */
record SignerStatus(Supplier<TrustedSigners> trusted, Pace pace) implements StatusProvider {
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
        boolean expired = certificate.getNotAfter().toInstant().isBefore(pace.now());
        return new Status(
                ObjectId.COMMON + "/" + name,
                expired ? Availability.OFFLINE : Availability.AVAILABLE,
                true,
                expired ? "The certificate has expired: nothing that it signed is installed" : "The signer is trusted",
                values);
    }
}
