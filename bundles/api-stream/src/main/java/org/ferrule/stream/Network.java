package org.ferrule.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import org.osgi.annotation.versioning.ProviderType;

/** The appliance's loops, listeners and connectors. Methods may be called from any thread unless they say otherwise. */
@ProviderType
public interface Network {
    /** The loops, one a core; the list never changes. */
    List<EventLoop> loops();

    /**
     * Binds an address. Connections wait in the kernel's backlog until {@link Listener#accept} names a handler.
     *
     * <p>A listener that is claimed again by the same owner (a newer version of its bundle) is taken over without being
     * closed: the newest claim gets the connections, and when it is closed the one before gets them back.
     *
     * @param owner who listens, as a person would name it: "virtual", "isession"
     * @throws IOException if the address cannot be bound; the message names it and what holds it, where that is known
     */
    Listener listen(String owner, InetSocketAddress address) throws IOException;

    /**
     * Opens a connection.
     *
     * @param loop the loop that will own it; the result is delivered there
     * @param timeout after which the attempt is given up
     */
    void connect(
            EventLoop loop, InetSocketAddress address, TcpSettings settings, Duration timeout, ConnectHandler result);

    /**
     * Puts TLS on a stream, which must not have a handler of another yet, or be given up by it. On the stream's loop.
     *
     * <p>The handshake starts at once. The result is a stream of its own whose {@link Stream#loop} is the same; {@code
     * result} is told when the handshake is done, or why it failed (the transport is closed then).
     */
    void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result);

    /**
     * Moves a TCP stream to another loop, once, before anything else was done with it. On its present loop's thread; it
     * must be suspended. {@code done} runs on the new loop.
     */
    void move(Stream stream, EventLoop target, Consumer<Stream> done);

    /** The settings of an {@code ltm profile tcp}, inherited ones included. */
    TcpSettings settings(String tcpProfile);
}
