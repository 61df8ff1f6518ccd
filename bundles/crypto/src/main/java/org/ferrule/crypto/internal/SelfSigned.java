package org.ferrule.crypto.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A fresh EC P-256 key and its certificate, which it signed itself, or the key before it.
 *
 * @param keys the key
 * @param certificate good for ten years, for both ends of TLS
 */
record SelfSigned(KeyPair keys, X509Certificate certificate) {
    private static final int VALID_DAYS = 3652;
    private static final int SERIAL_BITS = 127;

    /** Makes both, valid from an hour before {@code now}, because clocks differ. */
    static SelfSigned make(String hostname, Instant now) throws GeneralSecurityException, IOException {
        KeyPair keys = generate();
        return new SelfSigned(keys, issue(hostname, now, keys, name(hostname), keys.getPrivate()));
    }

    /** Makes a key and a certificate for it that another signs; else as {@link #make}. */
    static SelfSigned signedBy(DeviceIdentity signer, String hostname, Instant now)
            throws GeneralSecurityException, IOException {
        KeyPair keys = generate();
        X500Name issuer = X500Name.getInstance(
                signer.certificate().getSubjectX500Principal().getEncoded());
        return new SelfSigned(keys, issue(hostname, now, keys, issuer, signer.key()));
    }

    private static KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X500Name name(String hostname) {
        return new X500NameBuilder().addRDN(BCStyle.CN, hostname).build();
    }

    private static X509Certificate issue(
            String hostname, Instant now, KeyPair keys, X500Name issuer, PrivateKey issuerKey)
            throws GeneralSecurityException, IOException {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now.minus(1, ChronoUnit.HOURS)),
                Date.from(now.plus(VALID_DAYS, ChronoUnit.DAYS)),
                name(hostname),
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
        extend(builder, hostname);
        return sign(builder, issuerKey);
    }

    private static void extend(X509v3CertificateBuilder builder, String hostname) throws IOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, hostname)));
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, IOException {
        try {
            // Without a provider named, the signature comes from the JDK's.
            ContentSigner signer = new JcaContentSignerBuilder(Signing.algorithm(key)).build(key);
            byte[] der = builder.build(signer).getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the certificate cannot be signed", e);
        }
    }
}
