package org.ferrule.log.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import org.ferrule.log.internal.Syslog.RemoteServer;
import org.ferrule.stream.CloseReason;
import org.ferrule.stream.ConnectHandler;
import org.ferrule.stream.EventLoop;
import org.ferrule.stream.Network;
import org.ferrule.stream.Stream;
import org.ferrule.stream.StreamHandler;
import org.ferrule.stream.TcpSettings;
import org.ferrule.tls.TlsProfiles;

/** One connection to a server, from the first attempt to its end. On one loop, but for what says otherwise. */
final class Link implements StreamHandler {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int QUEUE_HIGH = 1 << 17;
    /** A server that takes nothing for so long is given up; what waits in the outbox is bounded anyway. */
    private static final TcpSettings SETTINGS =
            new TcpSettings(Duration.ZERO, true, false, 0, 0, QUEUE_HIGH, QUEUE_HIGH / 2, Duration.ofSeconds(60));

    private final RemoteServer server;
    private final Outbox outbox;
    private final Events events;
    private final EventLoop loop;
    private final AtomicBoolean awake = new AtomicBoolean();
    private Stream stream;
    private boolean open;
    private boolean full;
    private boolean over;

    /** What the owner of a link is told, on the link's loop. */
    interface Events {
        /** Messages go out from now on. */
        void opened();

        /** A message was handed to the connection. */
        void sent();

        /** The link is over; called once, unless the owner ended it. */
        void ended(Link link, String why);
    }

    Link(RemoteServer server, Outbox outbox, Events events, EventLoop loop) {
        this.server = server;
        this.outbox = outbox;
        this.events = events;
        this.loop = loop;
    }

    /** Begins to connect; to be called once. Any thread. */
    void dial(Network network, Optional<TlsProfiles> tls) {
        loop.execute(() -> connect(network, tls));
    }

    private void connect(Network network, Optional<TlsProfiles> tls) {
        if (over) {
            return;
        }
        network.connect(loop, server.address(), SETTINGS, CONNECT, then(transport -> {
            if (server.secured()) {
                secure(network, tls, transport);
            } else {
                begin(transport);
            }
        }));
    }

    private void secure(Network network, Optional<TlsProfiles> tls, Stream transport) {
        Optional<SSLEngine> engine = tls.flatMap(profiles ->
                profiles.serverSide(server.serverSsl(), server.host().getHostAddress(), server.remotePort()));
        if (engine.isEmpty()) {
            // Never in the clear instead.
            transport.reset();
            finish(server.serverSsl() + " is disabled, or module crypto is not running");
            return;
        }
        network.secure(transport, engine.get(), tls.get().handshakeTimeout(server.serverSsl()), then(this::begin));
    }

    @FunctionalInterface
    private interface Next {
        void with(Stream opened);
    }

    private ConnectHandler then(Next next) {
        return new ConnectHandler() {
            @Override
            public void connected(Stream opened) {
                stream = opened;
                if (over) {
                    opened.reset();
                } else {
                    next.with(opened);
                }
            }

            @Override
            public void failed(IOException reason) {
                finish(String.valueOf(reason.getMessage()));
            }
        };
    }

    private void begin(Stream opened) {
        opened.handler(this);
        open = true;
        events.opened();
        send();
    }

    /** There is something to send. Any thread. */
    void wake() {
        if (awake.compareAndSet(false, true)) {
            loop.execute(() -> {
                awake.set(false);
                send();
            });
        }
    }

    private void send() {
        while (open && !full) {
            byte[] message = outbox.poll();
            if (message == null) {
                return;
            }
            full = !stream.write(ByteBuffer.wrap(message));
            events.sent();
        }
    }

    @Override
    public void writable(Stream from) {
        full = false;
        send();
    }

    @Override
    public void received(Stream from, ByteBuffer data) {
        // A receiver of logs has nothing to say.
        data.position(data.limit());
    }

    @Override
    public void inputEnded(Stream from) {
        finish("the server ended the connection");
    }

    @Override
    public void closed(Stream from, CloseReason reason) {
        finish(reason.detail().isEmpty() ? "the connection was lost" : reason.detail());
    }

    private void finish(String why) {
        if (!over) {
            over = true;
            open = false;
            if (stream != null) {
                stream.reset();
            }
            events.ended(this, why);
        }
    }

    /** The owner wants it no more; what is in the outbox stays there. Any thread. */
    void end() {
        loop.execute(() -> {
            over = true;
            open = false;
            if (stream != null) {
                // What was written is sent before the connection ends.
                stream.shutdownOutput();
                loop.schedule(Duration.ofSeconds(1), stream::reset);
            }
        });
    }
}
