package org.ferrule.crypto.internal;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.EllipticCurve;
import java.time.Clock;
import java.util.Date;
import java.util.List;

/**
 * Lets any certificate of an acceptable key through the handshake of an appliance with another.
 *
 * <p>This is no hole: appliances know each other by certificate, not by an authority, and who uses {@link
 * org.ferrule.tls.DeviceTls} asks the trusted devices right after the handshake, before a byte is believed. Were it asked
 * in here, the refused side would see a bare alert in place of a reason, and pairing could not use TLS at all.
 *
 * @param clock tells whether a certificate is valid now
 */
record AnyDevice(Clock clock) implements OneRule.Rule {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;

    private static final List<EllipticCurve> CURVES = List.of(curve("secp256r1"), curve("secp384r1"));

    private static EllipticCurve curve(String name) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(name));
            return parameters.getParameterSpec(ECParameterSpec.class).getCurve();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the curve " + name + " is not to be had from this JVM", e);
        }
    }

    @Override
    public void check(X509Certificate[] chain) throws CertificateException {
        if (chain == null || chain.length != 1) {
            throw new CertificateException("a device presents exactly one certificate");
        }
        chain[0].checkValidity(Date.from(clock.instant()));
        PublicKey key = chain[0].getPublicKey();
        if (!acceptable(key)) {
            throw new CertificateException("the key of the certificate (" + key.getAlgorithm()
                    + ") is not acceptable: EC P-256 or P-384, or RSA of 2048 bits or more");
        }
    }

    /** Fails if peers would not let the certificate through. */
    void acceptable(X509Certificate certificate) throws IOException {
        try {
            check(new X509Certificate[] {certificate});
        } catch (CertificateException e) {
            throw new IOException("peers would not accept the certificate: " + e.getMessage(), e);
        }
    }

    private static boolean acceptable(PublicKey key) {
        if (key instanceof ECPublicKey ec) {
            return CURVES.contains(ec.getParams().getCurve());
        }
        // The upper limit keeps a stranger from making us compute for seconds.
        return key instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() >= MIN_RSA_BITS
                && rsa.getModulus().bitLength() <= MAX_RSA_BITS;
    }
}
