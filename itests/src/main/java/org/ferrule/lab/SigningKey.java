package org.ferrule.lab;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A key that signs images, and its certificate. */
public record SigningKey(PrivateKey key, X509Certificate certificate) {
    private static final Duration VALID = Duration.ofDays(3650);

    /** A new key, with a certificate that it signed itself. */
    public static SigningKey generate(String name) {
        return generate(name, Instant.now().minus(Duration.ofHours(1)), VALID);
    }

    /** A new key whose certificate is good from then on for so long. */
    public static SigningKey generate(String name, Instant from, Duration valid) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            X500Principal subject = new X500Principal("CN=" + name);
            var builder = new JcaX509v3CertificateBuilder(
                            subject,
                            new BigInteger(120, new SecureRandom()),
                            Date.from(from),
                            Date.from(from.plus(valid)),
                            subject,
                            pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            X509CertificateHolder holder =
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return new SigningKey(pair.getPrivate(), new JcaX509CertificateConverter().getCertificate(holder));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a key and its certificate from files in PEM form. */
    public static SigningKey read(Path key, Path certificate) throws IOException {
        Object read = parse(key);
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        PrivateKey own;
        if (read instanceof PEMKeyPair pair) {
            own = converter.getPrivateKey(pair.getPrivateKeyInfo());
        } else if (read instanceof PrivateKeyInfo info) {
            own = converter.getPrivateKey(info);
        } else {
            throw new IOException(key + " holds no private key in PEM form without a passphrase");
        }
        if (!(parse(certificate) instanceof X509CertificateHolder holder)) {
            throw new IOException(certificate + " holds no certificate in PEM form");
        }
        try {
            return new SigningKey(own, new JcaX509CertificateConverter().getCertificate(holder));
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ": " + e.getMessage(), e);
        }
    }

    private static Object parse(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(reader)) {
            return parser.readObject();
        }
    }

    /** Writes both beside each other: NAME.key, which only the owner may read, and NAME.crt. */
    public void write(Path name) throws IOException {
        Path keyFile = name.resolveSibling(name.getFileName() + ".key");
        Files.createFile(keyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile, pem(new JcaPKCS8Generator(key, null)));
        Files.writeString(name.resolveSibling(name.getFileName() + ".crt"), certificatePem());
    }

    /** The certificate as text. */
    public String certificatePem() {
        return pem(certificate);
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
