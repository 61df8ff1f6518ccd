package org.ferrule.traffic;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.ferrule.stream.Stream;
import org.osgi.annotation.versioning.ProviderType;

/** The appliances that this one was paired with. */
@ProviderType
public interface TrustedDevices {
    /** The name of the trusted device that owns this certificate. Any thread; fit for an event loop. */
    Optional<String> trusted(X509Certificate certificate);

    /** Another appliance wants to pair: a TLS stream whose protocol is that of pairing. On its loop. */
    void pair(Stream stream, X509Certificate peer);

    /** Tells when devices were added or removed. */
    AutoCloseable onChange(Runnable listener);
}
