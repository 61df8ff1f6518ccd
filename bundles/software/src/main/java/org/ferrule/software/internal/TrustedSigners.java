package org.ferrule.software.internal;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ferrule.config.ConfigException;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;

/**
 * The certificates that signatures on software may go back to.
 *
 * @param byName by the short name of the {@code sys software signer}
 */
record TrustedSigners(Map<String, X509Certificate> byName) {
    static final TrustedSigners NONE = new TrustedSigners(Map.of());

    private static final int MAX_CHARS = 65536;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

    /** Those of a configuration that was checked. */
    static TrustedSigners of(ConfigTree tree) {
        Map<String, X509Certificate> byName = new LinkedHashMap<>();
        tree.views(Signer.class).forEach((name, signer) -> {
            try {
                byName.put(new ObjectId(Signer.KIND, name).shortName(), parse(signer.certificate()));
            } catch (CertificateException e) {
                throw new IllegalStateException(Signer.KIND + " " + name + " was not checked", e);
            }
        });
        return new TrustedSigners(Map.copyOf(byName));
    }

    /** Refuses signers whose certificate cannot be used. */
    static void check(ConfigTree proposed) throws ConfigException {
        for (var entry : proposed.views(Signer.class).entrySet()) {
            try {
                parse(entry.getValue().certificate());
            } catch (CertificateException e) {
                throw ConfigException.invalid(Signer.KIND + " " + entry.getKey() + ": certificate: " + e.getMessage());
            }
        }
    }

    private static X509Certificate parse(String pem) throws CertificateException {
        if (pem == null || pem.length() > MAX_CHARS || !pem.contains("-----BEGIN CERTIFICATE-----")) {
            throw new CertificateException(
                    "a certificate in PEM form was expected, which begins with -----BEGIN CERTIFICATE-----");
        }
        Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
        if (all.size() != 1) {
            throw new CertificateException("exactly one certificate was expected, not " + all.size());
        }
        return (X509Certificate) all.iterator().next();
    }

    /** The name of the trusted signer that this signature goes back to at that moment, if there is one. */
    Optional<String> nameOf(CodeSigner signer, Instant now) {
        CertPath path = signer.getSignerCertPath();
        return byName.entrySet().stream()
                .filter(trusted -> leadsTo(path, trusted.getValue(), now))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }

    private static boolean leadsTo(CertPath path, X509Certificate anchor, Instant now) {
        if (path.getCertificates().isEmpty()
                || !(path.getCertificates().get(0) instanceof X509Certificate own)
                || !maySign(own)) {
            return false;
        }
        try {
            if (own.equals(anchor)) {
                own.checkValidity(Date.from(now));
                return true;
            }
            if (anchor.getBasicConstraints() < 0 || !isForCode(own)) {
                return false;
            }
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            anchor.checkValidity(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(withoutAnchor(path, anchor), parameters);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean maySign(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return usage == null || usage[DIGITAL_SIGNATURE];
    }

    /** An authority issues certificates for much else. */
    private static boolean isForCode(X509Certificate certificate) throws CertificateException {
        List<String> usages = certificate.getExtendedKeyUsage();
        return usages != null && usages.contains(CODE_SIGNING);
    }

    /** A path as it is validated: it ends before the anchor. */
    private static CertPath withoutAnchor(CertPath path, X509Certificate anchor) throws CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertPath(path.getCertificates().stream()
                        .filter(certificate -> !certificate.equals(anchor))
                        .toList());
    }
}
