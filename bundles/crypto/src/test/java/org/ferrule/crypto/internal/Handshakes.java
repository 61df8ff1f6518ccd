package org.ferrule.crypto.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Runs TLS between two engines without a network. */
final class Handshakes {
    private static final int MAX_STEPS = 100;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(1 << 18);
    private final ByteBuffer toClient = ByteBuffer.allocate(1 << 18);
    private final ByteBuffer clientIn = ByteBuffer.allocate(1 << 18);
    private final ByteBuffer serverIn = ByteBuffer.allocate(1 << 18);

    Handshakes(SSLEngine client, SSLEngine server) {
        this.client = client;
        this.server = server;
    }

    /** Both ends are done, and a line went each way. */
    void complete() throws SSLException {
        handshake();
        send(client, "ping", toServer);
        receive(server, toServer, serverIn, "ping");
        send(server, "pong", toClient);
        receive(client, toClient, clientIn, "pong");
    }

    private void handshake() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        int steps = 0;
        while (busy(client) || busy(server) || toServer.position() > 0 || toClient.position() > 0) {
            if (++steps > MAX_STEPS) {
                throw new SSLException("the handshake does not end: " + client.getHandshakeStatus() + ", "
                        + server.getHandshakeStatus());
            }
            step(client, toServer, toClient, clientIn);
            step(server, toClient, toServer, serverIn);
        }
    }

    private static boolean busy(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in, ByteBuffer plain) throws SSLException {
        tasks(engine);
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        } else if (in.position() > 0) {
            in.flip();
            engine.unwrap(in, plain);
            in.compact();
        }
        tasks(engine);
    }

    private static void tasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private static void send(SSLEngine engine, String text, ByteBuffer out) throws SSLException {
        engine.wrap(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), out);
    }

    private static void receive(SSLEngine engine, ByteBuffer in, ByteBuffer plain, String expected)
            throws SSLException {
        in.flip();
        while (in.hasRemaining()) {
            SSLEngineResult result = engine.unwrap(in, plain);
            if (result.getStatus() != SSLEngineResult.Status.OK) {
                throw new SSLException("unwrap answered " + result);
            }
        }
        in.compact();
        plain.flip();
        String got = StandardCharsets.UTF_8.decode(plain).toString();
        plain.clear();
        if (!got.equals(expected)) {
            throw new SSLException("got \"" + got + "\", not \"" + expected + "\"");
        }
    }
}
