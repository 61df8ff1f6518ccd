package org.ferrule.crypto.internal;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Judges certificates by one rule, whoever presents them and however the JDK asks; no authority is named as wanted. */
final class OneRule extends X509ExtendedTrustManager {
    private final Rule rule;

    /** Whom to believe. */
    @FunctionalInterface
    interface Rule {
        /**
         * Returns if the certificates are to be believed.
         *
         * @param chain what was presented; as the JDK passes it on, so perhaps null or empty
         * @throws CertificateException saying why not
         */
        void check(X509Certificate[] chain) throws CertificateException;
    }

    OneRule(Rule rule) {
        this.rule = rule;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        rule.check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        rule.check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        rule.check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        rule.check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        rule.check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        rule.check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
