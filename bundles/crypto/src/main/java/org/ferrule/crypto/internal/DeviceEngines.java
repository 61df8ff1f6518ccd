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
import org.ferrule.tls.DeviceTls;
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

    private final DeviceIdentity identity;
    private final BouncyTls tls = new BouncyTls();
    private final SSLContext context;

    /** Reads the device's identity, or makes it. */
    @Activate
    public DeviceEngines(BundleContext context) {
        this(Home.of(context), HostNames.initial(context), Clock.systemUTC());
    }

    DeviceEngines(Home home, String hostname, Clock clock) {
        try {
            identity = DeviceIdentity.readOrMake(home.keys(), new MasterKeySecrets(home), hostname, clock.instant());
            context = tls.context(
                    tls.keyManagers(identity.key(), List.of(identity.certificate())),
                    new TrustManager[] {new OneRule(new AnyDevice(clock))});
        } catch (IOException e) {
            throw Unusable.of(LOG, e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS with the device key cannot be set up", e);
        }
    }

    @Override
    public X509Certificate certificate() {
        return identity.certificate();
    }

    @Override
    public SSLEngine engine(boolean client, String... protocols) {
        SSLEngine engine = context.createSSLEngine();
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
