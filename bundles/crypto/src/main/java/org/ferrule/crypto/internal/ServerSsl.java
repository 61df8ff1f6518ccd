package org.ferrule.crypto.internal;

import java.util.List;
import org.ferrule.config.kind.Kind;
import org.ferrule.config.kind.Property;
import org.ferrule.config.kind.PropertyType;

/**
 * TLS towards servers: the appliance is the client.
 *
 * <p>TMOS believes any server by default ({@code peer-cert-mode ignore}); here a server must prove who it is unless somebody
 * decides otherwise.
 */
@Kind(
        value = ServerSsl.KIND,
        title = "ServerSSL Profile",
        help = "TLS with servers: the appliance encrypts, and checks the server's certificate")
record ServerSsl(
        @Property(help = "File in the appliance's ssl folder with the certificate to present if a server asks for one")
        String cert,

        @Property(help = "File in the ssl folder with that certificate's private key")
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

        @Property(help = "Whether the server's certificate must be good; request is as require", initial = "require")
        PeerCertMode peerCertMode,

        @Property(
                help =
                        "File in the ssl folder with the authorities that may sign servers' certificates; without one the"
                                + " JVM's own bundle holds")
        String caFile,

        @Property(help = "The name that the server is told it is called by (SNI)")
        String serverName,

        @Property(help = "The name that must be in the server's certificate; without one server-name, else the address")
        String authenticateName,

        @Property(help = "How long a handshake may take", initial = "10", unit = "seconds", min = 1, max = 3600)
        int handshakeTimeout,

        @Property(
                help = "Whether the profile does anything; disabled leaves connections as they are",
                initial = "enabled")
        boolean mode,

        @Property(
                help = "The profile that gives what is not set here",
                initial = "/Common/serverssl",
                type = PropertyType.REFERENCE,
                references = ServerSsl.KIND)
        String defaultsFrom,

        @Property(help = "Text for people") String description) {
    static final String KIND = "ltm profile server-ssl";
}
