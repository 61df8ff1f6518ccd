package org.ferrule.software.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipFile;
import javax.security.auth.x500.X500Principal;
import jdk.security.jarsigner.JarSigner;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes images and signers for tests. */
final class Kars {
    /** In the middle of the time for which the certificates are good. */
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    static final Signed RELEASE = signer("CN=release");
    static final Signed STRANGER = signer("CN=stranger");
    static final TrustedSigners TRUSTED = new TrustedSigners(Map.of("release", RELEASE.certificate()));

    private Kars() {}

    /** A key with the certificate that it signed itself. */
    record Signed(PrivateKey key, X509Certificate certificate) {}

    private static Signed signer(String name) {
        return signer(name, null, false, false);
    }

    /** A key with a certificate of the issuer's, or of its own if there is none. */
    static Signed signer(String name, Signed issuer, boolean authority, boolean forCode) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            X500Principal subject = new X500Principal(name);
            var builder = new JcaX509v3CertificateBuilder(
                    issuer == null ? subject : issuer.certificate().getSubjectX500Principal(),
                    BigInteger.ONE,
                    Date.from(Instant.parse("2026-01-01T00:00:00Z")),
                    Date.from(Instant.parse("2027-01-01T00:00:00Z")),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (forCode) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
            }
            PrivateKey by = issuer == null ? pair.getPrivate() : issuer.key();
            var signed = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by));
            return new Signed(pair.getPrivate(), new JcaX509CertificateConverter().getCertificate(signed));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A bundle with that name and version. */
    static byte[] bundle(String symbolicName, String version, String... headers) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", symbolicName);
        main.putValue("Bundle-Version", version);
        for (int i = 0; i < headers.length; i += 2) {
            main.putValue(headers[i], headers[i + 1]);
        }
        return jar(manifest, Map.of());
    }

    static byte[] jar(Manifest manifest, Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                jar.putNextEntry(new JarEntry(file.getKey()));
                jar.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    static String entry(String artifact, String version) {
        return "repository/g/" + artifact + "/" + version + "/" + artifact + "-" + version + ".jar";
    }

    /** The files of an image with one bundle for each pair of artifact and version. */
    static Map<String, byte[]> files(String... artifactsAndVersions) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder features =
                new StringBuilder("<features name=\"t\" xmlns=\"http://karaf.apache.org/xmlns/features/v1.6.0\">");
        for (int i = 0; i < artifactsAndVersions.length; i += 2) {
            String artifact = artifactsAndVersions[i];
            String version = artifactsAndVersions[i + 1];
            features.append("<feature name=\"" + artifact + "\" version=\"" + version
                    + "\"><bundle start-level=\"60\">mvn:g/" + artifact + "/" + version + "</bundle></feature>");
            files.put(entry(artifact, version), bundle("test." + artifact, version));
        }
        files.put(
                "repository/t-features.xml",
                features.append("</features>").toString().getBytes(StandardCharsets.UTF_8));
        return files;
    }

    static Path unsigned(Map<String, byte[]> files, Path to) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Image.VERSION_HEADER, "7");
        return Files.write(to, jar(manifest, files));
    }

    static Path signed(Map<String, byte[]> files, Signed by, Path to) throws IOException {
        Path unsigned = unsigned(files, to.resolveSibling(to.getFileName() + ".unsigned"));
        sign(unsigned, by, to);
        return to;
    }

    static void sign(Path unsigned, Signed by, Path to) throws IOException {
        try (ZipFile in = new ZipFile(unsigned.toFile());
                OutputStream out = Files.newOutputStream(to)) {
            new JarSigner.Builder(
                            by.key(),
                            CertificateFactory.getInstance("X.509").generateCertPath(List.of(by.certificate())))
                    .signerName("T")
                    .build()
                    .sign(in, out);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
