package org.ferrule.tls;

import java.io.IOException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The device's own identity, and TLS 1.3 engines that prove it to another appliance.
 *
 * <p>Both ends present their certificate and prove possession of its key. The engines accept <em>any</em> peer
 * certificate of an acceptable algorithm: who calls this service decides right after the handshake, by {@link
 * #peer(SSLEngine)} and the trusted devices, before it believes a byte. That way the refused side can be told why.
 */
@ProviderType
public interface DeviceTls {
    /** The application protocol (ALPN, RFC 7301) of a tunnel's fibres. */
    String TUNNEL_PROTOCOL = "ferrule-isession";

    /** The application protocol (ALPN) of pairing. */
    String PAIRING_PROTOCOL = "ferrule-pair";

    /** The device's certificate; made on first start, self-signed. */
    X509Certificate certificate();

    /**
     * Makes a new key, and a certificate for it that is signed by the key before it, so that who trusts this device can tell
     * that the new one is its own. Engines made from then on present it. Waits for the disk: not for an event loop.
     *
     * @return the new certificate
     * @throws IOException saying what was in the way; nothing has changed then
     */
    X509Certificate renew() throws IOException;

    /**
     * Puts a certificate that an authority made for the device's key in place of the one that is presented. Waits for the
     * disk: not for an event loop.
     *
     * @throws IOException if the certificate is for another key or out of its dates, or the disk is in the way; nothing has
     *     changed then
     */
    void install(X509Certificate certificate) throws IOException;

    /**
     * An engine for one connection, before its handshake.
     *
     * @param client whether this end dialled
     * @param protocols what may be spoken, most wanted first
     */
    SSLEngine engine(boolean client, String... protocols);

    /**
     * The certificate that the peer proved to own.
     *
     * @throws IllegalStateException if the handshake is not done
     */
    X509Certificate peer(SSLEngine engine);

    /** The application protocol that was agreed, or "" if none was. */
    String protocol(SSLEngine engine);

    /** The key exchange, for show: {@code X25519MLKEM768}, {@code x25519}, …; "" where the provider does not tell. */
    String keyExchange(SSLEngine engine);

    /** What people compare of the certificate: {@link Fingerprint#of}. */
    default String fingerprint(X509Certificate certificate) {
        return Fingerprint.of(certificate);
    }
}
