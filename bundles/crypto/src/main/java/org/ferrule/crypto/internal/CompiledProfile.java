package org.ferrule.crypto.internal;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * An SSL profile made ready: what is left to do for a connection is to make an engine.
 *
 * @param profile the profile that it was made of
 * @param enabled whether the profile does anything
 * @param handshakeTimeout how long a handshake may take
 * @param chain the certificates that it presents; empty if none
 * @param problem why it cannot be used, or ""
 * @param engines makes an engine; of a profile that cannot be used, one that refuses every handshake
 */
record CompiledProfile(
        Record profile,
        boolean enabled,
        Duration handshakeTimeout,
        List<X509Certificate> chain,
        String problem,
        Engines engines) {
    /** Makes engines; any thread, without blocking. */
    @FunctionalInterface
    interface Engines {
        SSLEngine engine(String host, int port);
    }
}
