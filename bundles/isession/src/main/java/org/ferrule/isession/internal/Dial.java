package org.ferrule.isession.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.tls.DeviceTls;

/** One attempt to open a fibre to an address: connects, secures, and looks whether the peer is trusted. On one loop. */
final class Dial {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final Core core;
    private final InetSocketAddress address;
    private final EventLoop loop;
    private final Result result;

    /** What comes of it: one of the three, on the loop. */
    interface Result {
        /** Whether nobody wants the fibre any more. */
        boolean cancelled();

        /** The peer is trusted; a fibre on this session can greet it. */
        void secured(Stream session, Proof proof);

        void failed(String reason);
    }

    /**
     * Who is at the other end.
     *
     * @param device the trusted device that it is
     * @param certificate what it proved to have
     * @param keyExchange how the session's keys were agreed on
     */
    record Proof(String device, X509Certificate certificate, String keyExchange) {}

    private Dial(Core core, InetSocketAddress address, EventLoop loop, Result result) {
        this.core = core;
        this.address = address;
        this.loop = loop;
        this.result = result;
    }

    static void start(Core core, InetSocketAddress address, EventLoop loop, Result result) {
        new Dial(core, address, loop, result).connect();
    }

    private void connect() {
        Optional<DeviceTls> tls = core.services().tls().best();
        boolean trust = core.services().trust().best().isPresent();
        if (tls.isEmpty() || !trust) {
            // Without trust a friend would be taken for a stranger.
            result.failed("module " + (trust ? "crypto" : "system") + " is not running");
            return;
        }
        Network network = loop.network();
        network.connect(loop, address, core.tcp(network), CONNECT, new ConnectHandler() {
            @Override
            public void connected(Stream stream) {
                secure(network, tls.get(), stream);
            }

            @Override
            public void failed(IOException reason) {
                result.failed(reason.getMessage());
            }
        });
    }

    private void secure(Network network, DeviceTls tls, Stream stream) {
        SSLEngine engine = tls.engine(true, DeviceTls.TUNNEL_PROTOCOL);
        network.secure(stream, engine, HANDSHAKE, new ConnectHandler() {
            @Override
            public void connected(Stream secured) {
                judge(tls, secured, tls.peer(engine), tls.keyExchange(engine));
            }

            @Override
            public void failed(IOException reason) {
                result.failed("the TLS handshake failed: " + reason.getMessage());
            }
        });
    }

    private void judge(DeviceTls tls, Stream secured, X509Certificate certificate, String keyExchange) {
        if (result.cancelled()) {
            Ignore.dismiss(secured, "the endpoint was taken out of the configuration");
            return;
        }
        Optional<String> device = core.trusted(certificate);
        if (device.isEmpty()) {
            Ignore.dismiss(secured, Listening.STRANGER);
            result.failed("the appliance there (fingerprint " + tls.fingerprint(certificate)
                    + ") is not trusted here; pair the two with run cm pair");
            return;
        }
        result.secured(secured, new Proof(device.get(), certificate, keyExchange));
    }
}
