package org.ferrule.crypto.internal;

import java.util.List;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/** TLS towards clients: the appliance is the server. */
@Kind(
        value = ClientSsl.KIND,
        title = "ClientSSL Profile",
        help = "TLS with clients: the appliance presents a certificate and decrypts")
record ClientSsl(
        @Property(
                help = "File in the appliance's ssl folder with the certificate, its own first",
                initial = "default.crt")
        String cert,

        @Property(
                help = "File in the ssl folder with the private key; a plain one is sealed when it is first used",
                initial = "default.key")
        String key,

        @Property(help = "DEFAULT, or cipher suites by their standard names joined by colons", initial = "DEFAULT")
        String ciphers,

        @Property(
                help =
                        "Key exchange groups, most wanted first, such as X25519MLKEM768 and x25519; secp256r1 and secp384r1"
                                + " follow by themselves. Naming any selects the TLS of Bouncy Castle, which has neither"
                                + " half-close nor TLS 1.3 resumption")
        List<String> groups,

        @Property(help = "What is switched off: no-tlsv1.2, no-tlsv1.3")
        List<String> options,

        @Property(help = "Whether a client must present a certificate", initial = "ignore")
        PeerCertMode peerCertMode,

        @Property(help = "File in the ssl folder with the authorities that may sign clients' certificates")
        String caFile,

        @Property(help = "How long a handshake may take", initial = "10", unit = "seconds", min = 1, max = 3600)
        int handshakeTimeout,

        @Property(
                help = "Whether the profile does anything; disabled leaves connections as they are",
                initial = "enabled")
        boolean mode,

        @Property(
                help = "The profile that gives what is not set here",
                initial = "/Common/clientssl",
                type = PropertyType.REFERENCE,
                references = ClientSsl.KIND)
        String defaultsFrom,

        @Property(help = "Text for people") String description) {
    static final String KIND = "ltm profile client-ssl";
}
