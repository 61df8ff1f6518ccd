package org.ferrule.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Makes of a certificate what people compare. */
public final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 of the certificate's encoding, as lower-case hex pairs joined by colons. Any thread may call. */
    public static String of(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256, and a certificate that was parsed an encoding", e);
        }
    }
}
