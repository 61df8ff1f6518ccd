package org.ferrule.crypto.internal;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsKemConfig;
import org.bouncycastle.tls.crypto.TlsKemDomain;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/**
 * Notes which key exchange each handshake came to, which Bouncy Castle's TLS does not tell.
 *
 * <p>Its cryptography is one object for all engines, so the engine that is at work is kept by thread: {@link WatchedEngine}
 * names itself before each step of its handshake. A client offers several groups but computes the secret of one.
 */
final class KeyExchanges {
    private final ThreadLocal<Consumer<String>> atWork = new ThreadLocal<>();

    SSLEngine watch(SSLEngine engine) {
        return new WatchedEngine(engine, atWork);
    }

    JcaTlsCrypto watched(JcaJceHelper helper, SecureRandom keyRandom, SecureRandom nonceRandom) {
        return new Crypto(helper, keyRandom, nonceRandom);
    }

    private void note(int group) {
        Consumer<String> engine = atWork.get();
        if (engine != null) {
            engine.accept(NamedGroup.getName(group));
        }
    }

    private final class Crypto extends JcaTlsCrypto {
        Crypto(JcaJceHelper helper, SecureRandom keyRandom, SecureRandom nonceRandom) {
            super(helper, keyRandom, nonceRandom);
        }

        @Override
        public TlsECDomain createECDomain(TlsECConfig config) {
            TlsECDomain domain = super.createECDomain(config);
            return () -> new Agreement(domain.createECDH(), config.getNamedGroup());
        }

        @Override
        public TlsKemDomain createKemDomain(TlsKemConfig config) {
            TlsKemDomain domain = super.createKemDomain(config);
            return () -> new Agreement(domain.createKem(), config.getNamedGroup());
        }
    }

    private final class Agreement implements TlsAgreement {
        private final TlsAgreement agreement;
        private final int group;

        Agreement(TlsAgreement agreement, int group) {
            this.agreement = agreement;
            this.group = group;
        }

        @Override
        public byte[] generateEphemeral() throws IOException {
            return agreement.generateEphemeral();
        }

        @Override
        public void receivePeerValue(byte[] peerValue) throws IOException {
            agreement.receivePeerValue(peerValue);
        }

        @Override
        public TlsSecret calculateSecret() throws IOException {
            note(group);
            return agreement.calculateSecret();
        }
    }
}
