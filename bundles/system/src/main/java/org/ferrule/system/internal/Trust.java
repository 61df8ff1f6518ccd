package org.ferrule.system.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.ferrule.config.ConfigTree;
import org.ferrule.config.ObjectId;
import org.ferrule.module.Configured;
import org.ferrule.stream.Stream;
import org.ferrule.tls.Expiry;
import org.ferrule.traffic.TrustedDevices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The appliances that are trusted now, after the {@code cm trusted-device} objects of the configuration.
 *
 * <p>A device that renews its certificate stays the same device: the new one is vouched for by the key of the one that is
 * trusted, which signed it or is in it too. It is then learned, and the one before stays trusted for a time.
 */
final class Trust implements TrustedDevices, Configured {
    /** So long after the beginning of a certificate the one before it is trusted too. */
    static final Duration OVERLAP = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    /** Takes a certificate that a trusted device has in place of its old one. */
    @FunctionalInterface
    interface Learner {
        void renewed(String name, X509Certificate before, X509Certificate now);
    }

    private record Previous(String name, Instant until) {}

    /** What is trusted: by certificate, and for those that renew theirs. */
    private record Trusted(
            Map<ByteBuffer, String> names, Map<ByteBuffer, Previous> previous, Map<String, X509Certificate> current) {
        static final Trusted NOBODY = new Trusted(Map.of(), Map.of(), Map.of());

        boolean same(Trusted other) {
            return names.equals(other.names) && previous.equals(other.previous);
        }
    }

    private final BiConsumer<Stream, X509Certificate> pairing;
    private final Learner learner;
    private final InstantSource clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean configured;
    private volatile Trusted trusted = Trusted.NOBODY;

    /**
     * @param pairing takes over a stream on which another appliance wants to pair
     * @param learner is told of renewed certificates, again and again until they are in the configuration; must not block
     * @param clock tells what is valid
     */
    Trust(BiConsumer<Stream, X509Certificate> pairing, Learner learner, InstantSource clock) {
        this.pairing = pairing;
        this.learner = learner;
        this.clock = clock;
    }

    /** Follows the configuration, and tells listeners if trust changed. */
    void follow(ConfigTree tree) {
        Trusted next = new Trusted(new HashMap<>(), new HashMap<>(), new HashMap<>());
        tree.views(TrustedDevice.class).forEach((name, device) -> {
            try {
                add(next, new ObjectId(TrustedDevice.KIND, name).shortName(), device);
            } catch (CertificateException e) {
                LOG.warn("The trusted device {} cannot be used: certificate: {}", name, e.getMessage());
            }
        });
        boolean changed = !next.same(trusted);
        trusted = next;
        configured = true;
        if (changed) {
            listeners.forEach(Trust::tell);
        }
    }

    private static void add(Trusted to, String name, TrustedDevice device) throws CertificateException {
        X509Certificate current = Certificates.parse(device.certificate());
        to.names().put(key(current), name);
        to.current().put(name, current);
        if (device.previous().isPresent()) {
            Instant until = current.getNotBefore().toInstant().plus(OVERLAP);
            to.previous().put(key(Certificates.parse(device.previous().get())), new Previous(name, until));
        }
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("A listener of trusted devices failed", e);
        }
    }

    private static ByteBuffer key(X509Certificate certificate) {
        return ByteBuffer.wrap(Certificates.der(certificate));
    }

    @Override
    public boolean configured() {
        return configured;
    }

    @Override
    public Optional<String> trusted(X509Certificate certificate) {
        Trusted now = trusted;
        String known = now.names().get(key(certificate));
        if (known != null) {
            return Optional.of(known);
        }
        Previous previous = now.previous().get(key(certificate));
        if (previous != null) {
            return Optional.of(previous.name()).filter(name -> clock.instant().isBefore(previous.until()));
        }
        return vouched(now, certificate);
    }

    private Optional<String> vouched(Trusted now, X509Certificate certificate) {
        for (Map.Entry<String, X509Certificate> device : now.current().entrySet()) {
            X509Certificate before = device.getValue();
            if (vouches(before, certificate)) {
                learner.renewed(device.getKey(), before, certificate);
                return Optional.of(device.getKey());
            }
        }
        return Optional.empty();
    }

    /** Whether a certificate that is good itself, and that is trusted, says that the other belongs to the same device. */
    private boolean vouches(X509Certificate trustedOne, X509Certificate other) {
        if (Expiry.of(trustedOne, clock.instant()).over()) {
            return false;
        }
        if (trustedOne.getPublicKey().equals(other.getPublicKey())) {
            return true;
        }
        // Names are compared first, because that costs nothing: strangers come here, too.
        if (!trustedOne.getSubjectX500Principal().equals(other.getIssuerX500Principal())) {
            return false;
        }
        try {
            other.verify(trustedOne.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            LOG.debug("A certificate names a trusted device as its issuer, and was not signed by it", e);
            return false;
        }
    }

    @Override
    public void pair(Stream stream, X509Certificate peer) {
        pairing.accept(stream, peer);
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        // A wrapper, so that closing takes away this registration even if the same listener came twice.
        Runnable registration = listener::run;
        listeners.add(registration);
        return () -> listeners.remove(registration);
    }
}
