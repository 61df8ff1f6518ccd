package org.ferrule.crypto.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import org.ferrule.config.Home;
import org.ferrule.config.HostNames;
import org.ferrule.config.Secrets;
import org.ferrule.tls.DeviceTls;
import org.ferrule.tls.Expiry;
import org.ferrule.tls.Fingerprint;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the engines by which appliances talk: mutual TLS 1.3 with the hybrid key exchange first. */
@Component(service = DeviceTls.class)
public final class DeviceEngines implements DeviceTls {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceEngines.class);
    // Classical groups stay beside the hybrid one for peers that lack it; BCJSSE takes ECDSA keys of listed curves
    // only.
    private static final List<String> GROUPS = List.of(BouncyTls.HYBRID, "x25519", "secp256r1", "secp384r1");
    private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};
    private static final String[] VERSIONS = {"TLSv1.3"};

    /** Which identity is presented, and the engines' factory that does so. */
    private record Presented(DeviceIdentity identity, SSLContext context) {}

    private final BouncyTls tls = new BouncyTls();
    private final Home home;
    private final Clock clock;
    private final Secrets secrets;
    private volatile Presented presented;

    /** Reads the device's identity, or makes it. */
    @Activate
    public DeviceEngines(BundleContext context) {
        this(Home.of(context), new MasterKeySecrets(context), HostNames.initial(context), Clock.systemUTC());
    }

    DeviceEngines(Home home, MasterKeySecrets secrets, String hostname, Clock clock) {
        this.home = home;
        this.clock = clock;
        this.secrets = secrets;
        try {
            presented = present(DeviceIdentity.readOrMake(home.keys(), secrets, hostname, clock.instant()));
        } catch (IOException e) {
            throw Unusable.of(LOG, e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS with the device key cannot be set up", e);
        }
    }

    private Presented present(DeviceIdentity identity) throws GeneralSecurityException {
        return new Presented(
                identity,
                tls.context(
                        tls.keyManagers(identity.key(), List.of(identity.certificate())),
                        new TrustManager[] {new OneRule(new AnyDevice(clock))}));
    }

    @Override
    public X509Certificate certificate() {
        return presented.identity().certificate();
    }

    @Override
    public synchronized X509Certificate renew() throws IOException {
        DeviceIdentity now = presented.identity();
        if (Expiry.of(now.certificate(), clock.instant()).over()) {
            throw new IOException("the certificate that would vouch for the new one is out of its dates. Remove "
                    + DeviceIdentity.KEY_FILE + " and " + DeviceIdentity.CERTIFICATE_FILE + " in " + home.keys()
                    + ", restart, and pair with every device again");
        }
        String name = CertificateNames.commonName(now.certificate());
        follow(now.renew(home.keys(), secrets, name, clock.instant()));
        return certificate();
    }

    @Override
    public synchronized void install(X509Certificate certificate) throws IOException {
        new AnyDevice(clock).acceptable(certificate);
        follow(presented.identity().with(certificate, home.keys(), secrets, clock.instant()));
    }

    private void follow(DeviceIdentity identity) {
        try {
            presented = present(identity);
            LOG.info("The device presents the certificate {} now", Fingerprint.of(identity.certificate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS with the device key cannot be set up", e);
        }
    }

    @Override
    public SSLEngine engine(boolean client, String... protocols) {
        SSLEngine engine = presented.context().createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setCipherSuites(SUITES);
        parameters.setApplicationProtocols(protocols);
        if (!client) {
            parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        BouncyTls.groups(engine, GROUPS);
        return tls.watched(engine);
    }

    @Override
    public X509Certificate peer(SSLEngine engine) {
        try {
            Certificate[] chain = engine.getSession().getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate peer) {
                return peer;
            }
            throw new IllegalStateException("the peer presented no X.509 certificate");
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("the handshake is not done", e);
        }
    }

    @Override
    public String protocol(SSLEngine engine) {
        String protocol = engine.getApplicationProtocol();
        return protocol == null ? "" : protocol;
    }

    @Override
    public String keyExchange(SSLEngine engine) {
        return BouncyTls.keyExchange(engine);
    }
}
