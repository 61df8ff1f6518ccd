package org.ferrule.isession.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLEngine;
import org.ferrule.codec.Codec;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.tls.DeviceTls;
import org.ferrule.traffic.TrustedDevices;
import org.ferrule.traffic.VirtualServers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop's fibre to an endpoint: opened ahead of need, opened again with growing, jittered pauses when it ends. On the
 * loop; what {@code show} reads is volatile.
 */
final class Tunnel implements Fibre.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE = Duration.ofMillis(250).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(30).toNanos();

    private final Endpoint endpoint;
    private final EventLoop loop;
    private final Core core;
    private EventLoop.Timer retry;
    private int failures;
    private boolean stopped;
    private X509Certificate certificate;

    /** Fibres that take no more flows, with what their peers proved to be. */
    private final Map<Fibre, X509Certificate> leaving = new HashMap<>();

    private volatile Fibre fibre;
    private volatile String keyExchange = "";

    Tunnel(Endpoint endpoint, EventLoop loop, Core core) {
        this.endpoint = endpoint;
        this.loop = loop;
        this.core = core;
    }

    EventLoop loop() {
        return loop;
    }

    /** The fibre, if it is ready for flows. */
    Fibre readyFibre() {
        Fibre now = fibre;
        return now != null && now.ready() ? now : null;
    }

    String keyExchange() {
        return keyExchange;
    }

    void start() {
        loop.execute(this::dial);
    }

    void stop(String reason) {
        loop.execute(() -> {
            stopped = true;
            if (retry != null) {
                retry.cancel();
            }
            if (fibre != null) {
                fibre.stop(reason);
            }
            List.copyOf(leaving.keySet()).forEach(going -> going.stop(reason));
        });
    }

    /** The configuration or the codecs changed. */
    void optionsChanged() {
        loop.execute(() -> {
            if (fibre != null) {
                fibre.options(core.settings().options(endpoint.profile()));
            }
            leaving.keySet().forEach(going -> going.options(core.settings().options(endpoint.profile())));
        });
    }

    /** Trust in devices changed: a peer that is not trusted any more is left at once, a new one is tried at once. */
    void trustChanged() {
        loop.execute(() -> {
            Map.copyOf(leaving).forEach((going, proved) -> {
                if (core.trusted(proved).isEmpty()) {
                    going.stop("this device is no longer trusted");
                }
            });
            if (fibre != null && core.trusted(certificate).isEmpty()) {
                fibre.stop("this device is no longer trusted");
            } else {
                retryNow();
            }
        });
    }

    /** The endpoint answers again: no need to sit out the pause. Any thread. */
    void wake() {
        loop.execute(this::retryNow);
    }

    private void retryNow() {
        if (fibre == null && retry != null) {
            failures = 0;
            retry.cancel();
            dial();
        }
    }

    private void dial() {
        if (stopped || fibre != null) {
            return;
        }
        retry = null;
        Optional<Network> network = core.services().networks().best();
        Optional<DeviceTls> tls = core.services().tls().best();
        boolean trust = core.services().trust().best().isPresent();
        if (network.isEmpty() || tls.isEmpty() || !trust) {
            // Without trust a friend would be taken for a stranger.
            failed("module " + (network.isEmpty() ? "net" : trust ? "crypto" : "system") + " is not running");
            return;
        }
        network.get().connect(loop, endpoint.address(), core.tcp(network.get()), CONNECT, new ConnectHandler() {
            @Override
            public void connected(Stream stream) {
                secure(network.get(), tls.get(), stream);
            }

            @Override
            public void failed(IOException reason) {
                Tunnel.this.failed(reason.getMessage());
            }
        });
    }

    private void secure(Network network, DeviceTls tls, Stream stream) {
        SSLEngine engine = tls.engine(true, DeviceTls.TUNNEL_PROTOCOL);
        network.secure(stream, engine, HANDSHAKE, new ConnectHandler() {
            @Override
            public void connected(Stream secured) {
                certificate = tls.peer(engine);
                keyExchange = tls.keyExchange(engine);
                greet(tls, secured);
            }

            @Override
            public void failed(IOException reason) {
                Tunnel.this.failed("the TLS handshake failed: " + reason.getMessage());
            }
        });
    }

    private void greet(DeviceTls tls, Stream secured) {
        Optional<String> device = core.trusted(certificate);
        if (stopped) {
            Ignore.dismiss(secured, "the endpoint was taken out of the configuration");
            return;
        }
        if (device.isEmpty()) {
            Ignore.dismiss(secured, Listening.STRANGER);
            failed("the appliance there (fingerprint " + tls.fingerprint(certificate)
                    + ") is not trusted here; pair the two with run cm pair");
            return;
        }
        endpoint.device(device.get());
        fibre = new Fibre(
                secured,
                true,
                this,
                core.settings().options(endpoint.profile()),
                endpoint.stats(),
                core.stats(endpoint.profile()));
        fibre.start();
    }

    @Override
    public void ready(Fibre ready) {
        failures = 0;
        endpoint.connected();
    }

    @Override
    public void leaving(Fibre going, String reason) {
        if (going == fibre) {
            leaving.put(going, certificate);
            fibre = null;
            failed(reason);
        }
    }

    @Override
    public void ended(Fibre over, String reason) {
        leaving.remove(over);
        if (over == fibre) {
            fibre = null;
            failed(reason);
        }
    }

    private void failed(String reason) {
        if (stopped) {
            return;
        }
        if (endpoint.failed(reason)) {
            LOG.warn("The tunnel to {} is down: {}", Addresses.text(endpoint.address()), reason);
        }
        // After a fibre that worked, the first attempt comes soon; then pauses double. Jitter keeps sites out of step.
        long pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures++, 10));
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        retry = loop.schedule(Duration.ofNanos(jittered), this::dial);
    }

    @Override
    public Optional<Codec> codec(String name) {
        return core.services().codecs().best(name);
    }

    @Override
    public void codecFailed(Codec codec, Throwable why) {
        core.codecFailed(codec, why);
    }

    @Override
    public int level(String codec) {
        return core.level(endpoint.profile(), codec);
    }

    @Override
    public Optional<VirtualServers.Acceptor> acceptor(InetSocketAddress destination, String target) {
        return core.services().virtuals().best().flatMap(v -> v.find(destination, target));
    }

    @Override
    public ReceivePool pool() {
        return core.pool();
    }

    @Override
    public Map<String, String> hello() {
        return core.hello();
    }

    /** The trusted device that owns a certificate. */
    static Optional<String> trusted(Optional<TrustedDevices> devices, X509Certificate certificate) {
        return devices.flatMap(d -> d.trusted(certificate));
    }
}
