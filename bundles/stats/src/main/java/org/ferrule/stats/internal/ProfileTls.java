package org.ferrule.stats.internal;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.ferrule.tls.TlsProfiles;

/**
 * A client-ssl profile as the JDK's HTTP server takes TLS: a context whose every engine is made anew after the profile as it
 * is now. A profile that cannot be used ends the connection.
 */
final class ProfileTls extends SSLContext {
    private final Engines engines;

    ProfileTls(Supplier<Optional<TlsProfiles>> profiles, Supplier<String> profile) {
        this(new Engines(profiles, profile));
    }

    private ProfileTls(Engines engines) {
        super(engines, null, "TLS");
        this.engines = engines;
    }

    /** A connection's engine. */
    SSLEngine engine() {
        return engines.engineCreateSSLEngine();
    }

    private static final class Engines extends SSLContextSpi {
        private final Supplier<Optional<TlsProfiles>> profiles;
        private final Supplier<String> profile;

        Engines(Supplier<Optional<TlsProfiles>> profiles, Supplier<String> profile) {
            this.profiles = profiles;
            this.profile = profile;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return profiles.get()
                    .flatMap(p -> p.clientSide(profile.get()))
                    .orElseThrow(() -> new IllegalStateException(profile.get() + " cannot be used now"));
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return engineCreateSSLEngine();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random) {
            throw new UnsupportedOperationException("the profile has what is needed");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("there are engines only");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("there are engines only");
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw new UnsupportedOperationException("each engine has its own");
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw new UnsupportedOperationException("each engine has its own");
        }
    }
}
