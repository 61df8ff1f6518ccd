package org.ferrule.system.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Addresses;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.TcpSettings;
import org.ferrule.tls.DeviceTls;

/**
 * Dials another appliance to pair with it, and waits for the result.
 *
 * @param network makes the connection
 * @param tls proves this appliance
 * @param hostname what this appliance calls itself
 */
record PairingClient(Network network, DeviceTls tls, String hostname) {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);
    // Above the sum of the limits of each step, so that a step that knows the reason speaks first.
    private static final long WAIT_SECONDS = 35;
    private static final int QUEUE_HIGH = 65536;
    private static final TcpSettings SETTINGS = new TcpSettings(
            Duration.ofSeconds(30), false, false, 0, 0, QUEUE_HIGH, QUEUE_HIGH / 2, Duration.ofSeconds(20));

    /** The other appliance, which by now trusts this one. Blocks. */
    PairingParty.Peer pair(InetSocketAddress address, PairingToken token) throws ConfigException {
        CompletableFuture<PairingParty.Peer> result = new CompletableFuture<>();
        EventLoop loop = network.loops().get(0);
        network.connect(loop, address, SETTINGS, CONNECT_LIMIT, then(result, stream -> {
            SSLEngine engine = tls.engine(true, DeviceTls.PAIRING_PROTOCOL);
            network.secure(
                    stream, engine, HANDSHAKE_LIMIT, then(result, secured -> begin(secured, engine, token, result)));
        }));
        return await(result, "Pairing with " + Addresses.text(address) + " failed: ");
    }

    private static PairingParty.Peer await(CompletableFuture<PairingParty.Peer> result, String failure)
            throws ConfigException {
        try {
            return result.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new ConfigException(failure + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new ConfigException(failure + "there is no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException(failure + "it was interrupted", e);
        }
    }

    private interface Next {
        void with(Stream stream);
    }

    private static ConnectHandler then(CompletableFuture<PairingParty.Peer> result, Next next) {
        return new ConnectHandler() {
            @Override
            public void connected(Stream stream) {
                next.with(stream);
            }

            @Override
            public void failed(IOException reason) {
                result.completeExceptionally(reason);
            }
        };
    }

    private void begin(
            Stream stream, SSLEngine engine, PairingToken token, CompletableFuture<PairingParty.Peer> result) {
        if (!tls.protocol(engine).equals(DeviceTls.PAIRING_PROTOCOL)) {
            result.completeExceptionally(new IOException("what listens there does not pair; is it the other appliance's"
                    + " tunnel port (wom local-endpoint)?"));
            stream.reset();
            return;
        }
        X509Certificate own = tls.certificate();
        X509Certificate other = tls.peer(engine);
        if (own.equals(other)) {
            result.completeExceptionally(new IOException("that is this appliance itself"));
            stream.reset();
            return;
        }
        PairingDialler party = new PairingDialler(token, hostname, own, other);
        new PairingStream(stream, party, new PairingStream.Outcome() {
                    @Override
                    public void proved(PairingStream pairing, PairingParty.Peer peer) {
                        pairing.close();
                        result.complete(peer);
                    }

                    @Override
                    public void failed(String reason) {
                        result.completeExceptionally(new IOException(reason));
                    }
                })
                .start();
    }
}
