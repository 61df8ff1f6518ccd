package org.ferrule.tls;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.osgi.annotation.versioning.ProviderType;

/** Engines made after the {@code ltm profile client-ssl} and {@code ltm profile server-ssl} of the configuration. */
@ProviderType
public interface TlsProfiles {
    /** An engine for a client's connection, or empty if there is no such profile or its mode is disabled. */
    Optional<SSLEngine> clientSide(String profile);

    /**
     * An engine for a connection to a server, or empty if there is no such profile or its mode is disabled.
     *
     * @param host the server's name or address, for session resumption and the server name indication
     */
    Optional<SSLEngine> serverSide(String profile, String host, int port);

    /** How long a handshake of the profile (either kind) may take. */
    Duration handshakeTimeout(String profile);
}
