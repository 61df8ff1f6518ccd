package org.ferrule.testing;

import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import org.ferrule.tls.DeviceTls;

/** What handshakes come to, as a test says. They need no engine: on a {@link FakeNetwork} TLS changes nothing. */
public final class FakeTls implements DeviceTls {
    /** What the peer proves to be. */
    public X509Certificate peer;

    /** What is agreed to be spoken. */
    public String protocol;

    /** Why no engine can be made; null where one can. */
    public RuntimeException failure;

    /** What the device has after its next renewal. */
    public X509Certificate next;

    private X509Certificate own;
    private int engines;

    /** The TLS of a device, which may be null if nobody asks for it, and of a peer. */
    public FakeTls(X509Certificate own, X509Certificate peer, String protocol) {
        this.own = own;
        this.peer = peer;
        this.protocol = protocol;
    }

    /** How many engines were made. */
    public int engines() {
        return engines;
    }

    @Override
    public X509Certificate certificate() {
        return own;
    }

    @Override
    public X509Certificate renew() {
        own = next;
        return own;
    }

    @Override
    public void install(X509Certificate certificate) {
        own = certificate;
    }

    @Override
    public SSLEngine engine(boolean client, String... protocols) {
        if (failure != null) {
            throw failure;
        }
        engines++;
        return null;
    }

    @Override
    public X509Certificate peer(SSLEngine engine) {
        return peer;
    }

    @Override
    public String protocol(SSLEngine engine) {
        return protocol;
    }

    @Override
    public String keyExchange(SSLEngine engine) {
        return "x25519";
    }
}
