package org.ferrule.crypto.internal;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.config.HostNames;
import org.ferrule.config.Secrets;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.RunCommand;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code run sys crypto csr}: prints a certificate signing request (PKCS#10, RFC 2986) for the device's key, or for the key
 * of a certificate in {@code ssl/}. The key stays where it is.
 */
@Component(service = RunCommand.class)
public final class RequestCommand implements RunCommand {
    private static final String CERTIFICATE = "cert";
    private static final String KEY = "key";
    private static final String COMMON_NAME = "common-name";
    private static final String NAMES = "subject-alternative-name";

    private final Home home;
    private final Secrets secrets;
    private final Clock clock;

    /** Reads keys where the appliance has them. */
    @Activate
    public RequestCommand(BundleContext context, @Reference Secrets secrets) {
        this(Home.of(context), secrets, Clock.systemUTC());
    }

    RequestCommand(Home home, Secrets secrets, Clock clock) {
        this.home = home;
        this.secrets = secrets;
        this.clock = clock;
    }

    private record Subject(PrivateKey key, X509Certificate certificate) {}

    @Override
    public String name() {
        return "sys crypto csr";
    }

    @Override
    public String help() {
        return "Print a certificate signing request for the device's key, or for a key in ssl/";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(CERTIFICATE, "A certificate in ssl/, with its key; without both, the device's own"),
                new Parameter(KEY, "The key of that certificate, in ssl/"),
                new Parameter(COMMON_NAME, "Whom the certificate is to name; that of the certificate by default"),
                new Parameter(
                        NAMES,
                        "Names and addresses that it is to be good for, joined by commas; the common name by default"));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        Map<String, String> arguments = invocation.arguments();
        try {
            Subject subject = subject(arguments.get(CERTIFICATE), arguments.get(KEY));
            String name = arguments.getOrDefault(COMMON_NAME, CertificateNames.commonName(subject.certificate()));
            invocation.out().print(request(subject, name, arguments.getOrDefault(NAMES, name)));
        } catch (IOException | OperatorCreationException e) {
            throw new ConfigException("The request cannot be made: " + e.getMessage(), e);
        }
    }

    private Subject subject(String certificate, String key) throws IOException, ConfigException {
        if (certificate == null && key == null) {
            DeviceIdentity own = DeviceIdentity.readOrMake(home.keys(), secrets, HostNames.DEFAULT, clock.instant());
            return new Subject(own.key(), own.certificate());
        }
        if (certificate == null || key == null) {
            throw new ConfigException("run sys crypto csr takes both " + CERTIFICATE + " and " + KEY
                    + ", for a key in ssl/, or neither, for the device's");
        }
        SslFiles.Credentials both = new SslFiles(home.ssl(), secrets).credentials(certificate, key);
        return new Subject(both.key(), both.chain().get(0));
    }

    private static String request(Subject subject, String commonName, String names)
            throws IOException, OperatorCreationException, ConfigException {
        PublicKey key = subject.certificate().getPublicKey();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, names(names));
        byte[] encoded = new JcaPKCS10CertificationRequestBuilder(
                        new X500NameBuilder().addRDN(BCStyle.CN, commonName).build(), key)
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                .build(new JcaContentSignerBuilder(Signing.algorithm(subject.key())).build(subject.key()))
                .getEncoded();
        return Pem.write("CERTIFICATE REQUEST", encoded);
    }

    private static GeneralNames names(String text) throws ConfigException {
        List<GeneralName> names = new ArrayList<>();
        for (String name : text.split(",")) {
            String plain = name.strip();
            if (Addresses.isAddress(plain)) {
                names.add(new GeneralName(GeneralName.iPAddress, plain));
            } else if (plain.matches("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?")) {
                names.add(new GeneralName(GeneralName.dNSName, plain));
            } else {
                throw new ConfigException("\"" + plain + "\" is neither a host name nor an IP address");
            }
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }
}
