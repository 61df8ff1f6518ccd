package org.ferrule.crypto.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.ferrule.crypto.internal.SslFiles.Credentials;

/** Makes SSL profiles ready: reads their files, checks them, and sets up TLS. Messages say which property is wrong and why. */
final class ProfileCompiler {
    private final SslFiles files;
    private final BouncyTls bouncy = new BouncyTls();

    ProfileCompiler(SslFiles files) {
        this.files = files;
    }

    CompiledProfile compile(ClientSsl profile) throws IOException {
        Offer offer = Offer.of(profile.ciphers(), profile.groups(), profile.options());
        Credentials own = files.credentials(profile.cert(), profile.key());
        boolean asks = profile.peerCertMode() != PeerCertMode.IGNORE;
        if (asks && !given(profile.caFile())) {
            throw new IOException(
                    "peer-cert-mode " + profile.peerCertMode().name().toLowerCase(java.util.Locale.ROOT)
                            + " needs a ca-file that tells whose clients are accepted");
        }
        SSLContext context = context(offer, own, asks ? authorities(profile.caFile()) : List.of(), false);
        offer.check(context.createSSLEngine());
        return new CompiledProfile(
                profile,
                profile.mode(),
                Duration.ofSeconds(profile.handshakeTimeout()),
                own.chain(),
                "",
                (host, port) -> serverEngine(context, offer, profile.peerCertMode()));
    }

    CompiledProfile compile(ServerSsl profile) throws IOException {
        Offer offer = Offer.of(profile.ciphers(), profile.groups(), profile.options());
        if (given(profile.cert()) != given(profile.key())) {
            throw new IOException("cert and key go together: set both or neither");
        }
        Credentials own = given(profile.cert()) ? files.credentials(profile.cert(), profile.key()) : null;
        boolean believes = profile.peerCertMode() == PeerCertMode.IGNORE;
        List<X509Certificate> authorities = given(profile.caFile()) ? authorities(profile.caFile()) : List.of();
        sni(profile);
        SSLContext context = context(offer, own, authorities, believes);
        offer.check(context.createSSLEngine());
        return new CompiledProfile(
                profile,
                profile.mode(),
                Duration.ofSeconds(profile.handshakeTimeout()),
                own == null ? List.of() : own.chain(),
                "",
                (host, port) -> clientEngine(context, offer, profile, host, port));
    }

    /** Stands for a profile that cannot be used: it refuses every handshake, where serving in the clear would be a leak. */
    static CompiledProfile broken(Record profile, boolean client, boolean enabled, String problem) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager nobody = new OneRule(chain -> {
                throw new CertificateException(problem);
            });
            context.init(new KeyManager[0], new TrustManager[] {nobody}, null);
            return new CompiledProfile(profile, enabled, Duration.ofSeconds(10), List.of(), problem, (host, port) -> {
                SSLEngine engine = context.createSSLEngine(host, port);
                engine.setUseClientMode(client);
                return engine;
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS is not to be had from this JVM", e);
        }
    }

    private static boolean given(String name) {
        return name != null && !name.isEmpty() && !name.equals("none");
    }

    private List<X509Certificate> authorities(String file) throws IOException {
        return files.certificates(file);
    }

    private SSLContext context(Offer offer, Credentials own, List<X509Certificate> authorities, boolean believesAll)
            throws IOException {
        boolean hybrid = !offer.groups().isEmpty();
        try {
            // Without authorities named, the JVM's own hold; a null store stands for them.
            KeyStore store = authorities.isEmpty() ? null : Stores.authorities(authorities);
            // peer-cert-mode ignore: whoever it is, is believed.
            TrustManager[] trust = believesAll
                    ? new TrustManager[] {new OneRule(chain -> {})}
                    : hybrid ? bouncy.trustManagers(store) : sun(store);
            if (hybrid) {
                return bouncy.context(
                        own == null ? new KeyManager[0] : bouncy.keyManagers(own.key(), own.chain()), trust);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? new KeyManager[0] : sun(own), trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up with these files: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] sun(KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static KeyManager[] sun(Credentials own) throws GeneralSecurityException {
        return BouncyTls.keyManagers(KeyManagerFactory.getInstance("PKIX"), own.key(), own.chain());
    }

    private SSLEngine serverEngine(SSLContext context, Offer offer, PeerCertMode mode) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        offer.apply(parameters);
        if (mode == PeerCertMode.REQUIRE) {
            parameters.setNeedClientAuth(true);
        } else if (mode == PeerCertMode.REQUEST) {
            parameters.setWantClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return grouped(engine, offer);
    }

    private SSLEngine clientEngine(SSLContext context, Offer offer, ServerSsl profile, String host, int port) {
        String name = given(profile.authenticateName())
                ? profile.authenticateName()
                : given(profile.serverName()) ? profile.serverName() : host;
        // The engine checks the certificate against the host that it is made for.
        SSLEngine engine = context.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        offer.apply(parameters);
        if (profile.peerCertMode() != PeerCertMode.IGNORE) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (given(profile.serverName())) {
            parameters.setServerNames(List.of(new SNIHostName(profile.serverName())));
        }
        engine.setSSLParameters(parameters);
        return grouped(engine, offer);
    }

    private SSLEngine grouped(SSLEngine engine, Offer offer) {
        if (offer.groups().isEmpty()) {
            return engine;
        }
        BouncyTls.groups(engine, offer.groups());
        return bouncy.watched(engine);
    }

    private static void sni(ServerSsl profile) throws IOException {
        try {
            if (given(profile.serverName())) {
                new SNIHostName(profile.serverName());
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("server-name: \"" + profile.serverName() + "\" is not a host name", e);
        }
    }
}
