package org.ferrule.system.internal;

import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
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
import org.ferrule.traffic.TrustedDevices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The appliances that are trusted now, after the {@code cm trusted-device} objects of the configuration. */
final class Trust implements TrustedDevices, Configured {
    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    private final BiConsumer<Stream, X509Certificate> pairing;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<ByteBuffer, String> names = Map.of();
    private volatile boolean configured;

    /** @param pairing takes over a stream on which another appliance wants to pair */
    Trust(BiConsumer<Stream, X509Certificate> pairing) {
        this.pairing = pairing;
    }

    /** Follows the configuration, and tells listeners if trust changed. */
    void follow(ConfigTree tree) {
        Map<ByteBuffer, String> next = new HashMap<>();
        tree.views(TrustedDevice.class).forEach((name, device) -> {
            try {
                next.put(
                        key(Certificates.parse(device.certificate())),
                        new ObjectId(TrustedDevice.KIND, name).shortName());
            } catch (CertificateException e) {
                LOG.warn("The trusted device {} cannot be used: certificate: {}", name, e.getMessage());
            }
        });
        configured = true;
        if (!next.equals(names)) {
            names = Map.copyOf(next);
            listeners.forEach(Trust::tell);
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
        return Optional.ofNullable(names.get(key(certificate)));
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
