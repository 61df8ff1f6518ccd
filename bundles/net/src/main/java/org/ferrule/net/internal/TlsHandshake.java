package org.ferrule.net.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.ferrule.memory.MemoryAccount;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;

/**
 * A TLS handshake on a stream. Its public-key work takes milliseconds, so that each step runs on a worker while the
 * stream reads nothing; what comes of it is applied on the loop.
 */
final class TlsHandshake implements StreamHandler {
    /** No flight of a handshake is longer; a certificate chain is a few kilobytes. */
    private static final int MOST_INPUT = 1 << 17;

    private final Stream transport;
    private final SSLEngine engine;
    private final Executor workers;
    private final TlsScratchOf scratch;
    private final ConnectHandler result;
    private final EventLoop.Timer timeout;
    /** What an engine has on the heap, and what both sides say to each other. */
    private static final long HELD = 96 << 10;

    private final MemoryAccount account;
    private ByteBuffer input = ByteBuffer.allocate(1 << 15);
    private boolean working;
    private boolean done;

    /** Finds the shared buffers of the stream's loop. */
    @FunctionalInterface
    interface TlsScratchOf {
        TlsScratch of(EventLoop loop);
    }

    /** What a step brought: bytes for the peer, and whether the handshake is over or has failed. */
    private record Step(ByteBuffer output, boolean finished, IOException failed) {}

    private TlsHandshake(
            Stream transport,
            SSLEngine engine,
            Duration patience,
            Executor workers,
            TlsScratchOf scratch,
            ConnectHandler result) {
        this.transport = transport;
        this.engine = engine;
        this.workers = workers;
        this.scratch = scratch;
        this.result = result;
        account = scratch.of(transport.loop()).account();
        account.take(HELD);
        timeout = transport
                .loop()
                .schedule(
                        patience,
                        () -> fail(new IOException(transport.remoteAddress()
                                + ": the TLS handshake was not done within " + patience.toSeconds() + " s")));
    }

    static void start(
            Stream transport,
            SSLEngine engine,
            Duration patience,
            Executor workers,
            TlsScratchOf scratch,
            ConnectHandler result) {
        TlsHandshake handshake = new TlsHandshake(transport, engine, patience, workers, scratch, result);
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            handshake.fail(e);
            return;
        }
        transport.handler(handshake);
        handshake.work();
    }

    @Override
    public void received(Stream stream, ByteBuffer data) {
        if (done) {
            return;
        }
        if (input.remaining() < data.remaining()) {
            int needed = input.position() + data.remaining();
            if (needed > MOST_INPUT) {
                fail(new SSLException(transport.remoteAddress() + " sent more than a handshake can need"));
                return;
            }
            input = ByteBuffer.allocate(Math.max(needed, 2 * input.capacity())).put(input.flip());
        }
        input.put(data);
        work();
    }

    @Override
    public void inputEnded(Stream stream) {
        fail(new IOException(transport.remoteAddress() + ": the peer ended the connection during the TLS handshake"));
    }

    @Override
    public void closed(Stream stream, CloseReason reason) {
        fail(new IOException(transport.remoteAddress() + ": the connection ended during the TLS handshake"
                + (reason.detail().isEmpty() ? "" : " (" + reason.detail() + ")")));
    }

    private void work() {
        if (working || done) {
            return;
        }
        working = true;
        transport.suspendRead();
        workers.execute(() -> {
            Step step = step();
            transport.loop().execute(() -> apply(step));
        });
    }

    /** On a worker; the loop touches neither engine nor input meanwhile. */
    private Step step() {
        ByteBuffer output = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize());
        ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        input.flip();
        try {
            boolean finished = false;
            while (true) {
                HandshakeStatus status = engine.getHandshakeStatus();
                if (status == HandshakeStatus.NEED_TASK) {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                } else if (status == HandshakeStatus.NEED_WRAP) {
                    output = room(output, engine.getSession().getPacketBufferSize());
                    SSLEngineResult wrapped = engine.wrap(ByteBuffer.allocate(0), output);
                    if (wrapped.getStatus() == SSLEngineResult.Status.CLOSED) {
                        return new Step(output.flip(), false, closed());
                    }
                } else if (status == HandshakeStatus.NEED_UNWRAP || status == HandshakeStatus.NEED_UNWRAP_AGAIN) {
                    SSLEngineResult unwrapped = engine.unwrap(input, plain);
                    if (unwrapped.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                        return new Step(output.flip(), finished, null);
                    }
                    if (unwrapped.getStatus() == SSLEngineResult.Status.CLOSED) {
                        return new Step(output.flip(), false, closed());
                    }
                } else {
                    return new Step(output.flip(), true, null);
                }
            }
        } catch (SSLException e) {
            return new Step(alert(output), false, e);
        } catch (RuntimeException e) {
            return new Step(output.flip(), false, new SSLException("the TLS engine failed: " + e.getMessage(), e));
        } finally {
            input.compact();
        }
    }

    private IOException closed() {
        return new IOException(transport.remoteAddress() + " ended the TLS handshake");
    }

    /** What the engine wants the peer to know of the failure. */
    private ByteBuffer alert(ByteBuffer output) {
        ByteBuffer roomy = room(output, engine.getSession().getPacketBufferSize());
        try {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                engine.wrap(ByteBuffer.allocate(0), roomy);
            }
        } catch (SSLException noAlertEither) {
            // The first failure is the one that is reported.
            return roomy.flip();
        }
        return roomy.flip();
    }

    private static ByteBuffer room(ByteBuffer output, int needed) {
        return output.remaining() >= needed
                ? output
                : ByteBuffer.allocate(2 * output.capacity() + needed).put(output.flip());
    }

    private void apply(Step step) {
        working = false;
        if (done) {
            return;
        }
        if (step.output().hasRemaining()) {
            transport.write(step.output());
        }
        if (step.failed() != null) {
            fail(step.failed());
        } else if (step.finished()) {
            done = true;
            timeout.cancel();
            letGo();
            TlsStream stream = new TlsStream(transport, engine, scratch.of(transport.loop()), input.flip());
            result.connected(stream);
        } else {
            transport.resumeRead();
        }
    }

    private void letGo() {
        account.release(HELD);
    }

    private void fail(IOException reason) {
        if (done) {
            return;
        }
        done = true;
        letGo();
        timeout.cancel();
        // What was written (an alert) still goes out; nothing more is read.
        transport.shutdownOutput();
        if (transport.queued() > 0) {
            transport.loop().schedule(Duration.ofSeconds(1), transport::reset);
        } else {
            transport.loop().schedule(Duration.ofMillis(100), transport::reset);
        }
        result.failed(reason);
    }
}
