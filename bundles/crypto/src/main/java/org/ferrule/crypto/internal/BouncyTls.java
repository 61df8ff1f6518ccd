package org.ferrule.crypto.internal;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** Bouncy Castle's TLS, for its post-quantum key exchange, over the JDK's cryptography where the JDK has it. */
final class BouncyTls {
    /** The key exchange that a quantum computer does not break, joined with one that is well tried (RFC 9794's terms). */
    static final String HYBRID = "X25519MLKEM768";

    /** What may be named in a profile. */
    static final List<String> GROUPS = List.of(HYBRID, "x25519", "secp256r1", "secp384r1", "secp521r1");

    private final SecureRandom random = new SecureRandom();
    private final KeyExchanges exchanges = new KeyExchanges();
    private final Provider provider = provider();

    private Provider provider() {
        JcaJceHelper helper = new JdkFirst(new BouncyCastleProvider());
        return new BouncyCastleJsseProvider(false, new JcaTlsCryptoProvider() {
            @Override
            public JcaJceHelper getHelper() {
                return helper;
            }

            @Override
            public JcaTlsCrypto create(SecureRandom keyRandom, SecureRandom nonceRandom) {
                return exchanges.watched(helper, keyRandom, nonceRandom);
            }
        });
    }

    /** A context; managers must come from {@link #keyManagers} and {@link #trustManagers} or be made for any provider. */
    SSLContext context(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS", provider);
        context.init(keys, trust, random);
        return context;
    }

    KeyManager[] keyManagers(PrivateKey key, List<X509Certificate> chain) throws GeneralSecurityException {
        return keyManagers(KeyManagerFactory.getInstance("PKIX", provider), key, chain);
    }

    TrustManager[] trustManagers(KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX", provider);
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    /** The same for any provider's factory. */
    static KeyManager[] keyManagers(KeyManagerFactory factory, PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException {
        // The store lives in memory only, so its password keeps nothing from anybody.
        char[] none = {};
        KeyStore store = Stores.empty();
        store.setKeyEntry("own", key, none, chain.toArray(X509Certificate[]::new));
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    /** Says which key exchanges the engine offers or takes, most wanted first. */
    static void groups(SSLEngine engine, List<String> groups) {
        BCSSLEngine bc = (BCSSLEngine) engine;
        BCSSLParameters parameters = bc.getParameters();
        parameters.setNamedGroups(groups.toArray(String[]::new));
        // A share that is not sent with the first flight costs a round trip, and BCJSSE would send none for a hybrid.
        List<String> early = groups.stream()
                .filter(group -> group.equals(groups.get(0)) || group.equals("x25519"))
                .toList();
        parameters.setEarlyKeyShares(early.toArray(String[]::new));
        bc.setParameters(parameters);
    }

    /** The engine with note taken of the key exchange that it comes to. */
    SSLEngine watched(SSLEngine engine) {
        return exchanges.watch(engine);
    }

    /** The key exchange of an engine that came from {@link #watched}, or "". */
    static String keyExchange(SSLEngine engine) {
        return engine instanceof WatchedEngine watched ? watched.keyExchange() : "";
    }
}
