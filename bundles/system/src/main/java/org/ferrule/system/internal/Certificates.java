package org.ferrule.system.internal;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;

/** Certificates as text. */
final class Certificates {
    private static final int MAX_CHARS = 16384;

    private Certificates() {}

    /**
     * Reads one certificate in PEM form.
     *
     * @throws CertificateException saying what is wrong with the text
     */
    static X509Certificate parse(String pem) throws CertificateException {
        if (pem == null || !pem.contains("-----BEGIN CERTIFICATE-----") || pem.length() > MAX_CHARS) {
            throw new CertificateException(
                    "a certificate in PEM form was expected, which begins with -----BEGIN CERTIFICATE-----");
        }
        Collection<?> all = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
        if (all.size() != 1) {
            throw new CertificateException("exactly one certificate was expected, not " + all.size());
        }
        return (X509Certificate) all.iterator().next();
    }

    /** The certificate in PEM form, without a line end behind it. */
    static String pem(X509Certificate certificate) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der(certificate));
        return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----";
    }

    /** The certificate's encoding. */
    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was parsed has no encoding", e);
        }
    }

    /** SHA-256 of the certificate's encoding. */
    static byte[] digest(X509Certificate certificate) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(der(certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is not to be had from this JVM", e);
        }
    }
}
