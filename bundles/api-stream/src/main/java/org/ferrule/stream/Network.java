package org.ferrule.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
     * As {@link #listen(String, InetSocketAddress)}, for connections that are routed through this host and were never
     * addressed to it. {@link Stream#localAddress} of an accepted stream is the destination that its client called; for a
     * client that called the listener itself it is the listener's own.
     *
     * <p>A listener that is claimed again takes what either method brings as soon as one claim asks for TPROXY.
     *
     * @throws IOException also where the kernel does not allow it; the message says what is missing
     */
    Listener listen(String owner, InetSocketAddress address, Interception interception) throws IOException;

    /** Goes on with a socket that was released; connections wait until {@link Listener#accept} names a handler. */
    Listener adopt(String owner, ListeningSocket socket);

    /**
     * Opens a connection.
     *
     * @param loop the loop that will own it, one of this network's; the result is delivered there, never within this call
     * @param timeout after which the attempt is given up
     */
    default void connect(
            EventLoop loop, InetSocketAddress address, TcpSettings settings, Duration timeout, ConnectHandler result) {
        connect(loop, address, Optional.empty(), settings, timeout, result);
    }

    /**
     * Opens a connection from an address that need not be this host's.
     *
     * @param loop the loop that will own it, one of this network's; the result is delivered there, never within this call
     * @param source where it seems to come from, of the same family as the address: its port where that is free, else
     *     another port; empty for this host's own address
     * @param timeout after which the attempt is given up
     */
    void connect(
            EventLoop loop,
            InetSocketAddress address,
            Optional<InetSocketAddress> source,
            TcpSettings settings,
            Duration timeout,
            ConnectHandler result);

    /**
     * Why addresses that are not this host's cannot be used, as {@link Interception#TPROXY} and a source of another host
     * need; empty if they can be. Found out by trying; what is said names the remedy. A {@link PrivilegeException} where a
     * capability is missing.
     */
    Optional<IOException> notTransparent();

    /**
     * Puts TLS on a stream, which must not have a handler of another yet, or be given up by it. On the stream's loop.
     *
     * <p>The handshake starts at once. The result is a stream of its own whose {@link Stream#loop} is the same; {@code
     * result} is told when the handshake is done, or why it failed (the transport is closed then).
     */
    void secure(Stream transport, SSLEngine engine, Duration handshakeTimeout, ConnectHandler result);

    /**
     * Gives a TCP stream, or TLS on one, to another loop: meant for a client once, before its server side is attached. It
     * may have a handler, be suspended or not, have delivered bytes, and have some queued.
     *
     * <p>Called on the stream's present loop, from a callback of the stream too. From then on the handler is told nothing
     * until {@code done} has begun on the target's thread, where {@link Stream#loop} is the target; what the peer sends
     * meanwhile waits in the kernel and follows in order. Handler, suspension, what is queued and the times since anything
     * moved are kept. {@code done} may suspend, resume, write, attach or move again.
     *
     * <p>The caller, once the method that called this has returned to the loop, leaves the stream and whatever its handler
     * keeps alone until {@code done}: then they are the target's. Only {@link Stream#reset} may still be called on the old
     * loop. Timers that it set there stay there: it cancels them first.
     *
     * <p>Either {@code done} runs, once, or the stream is closed before it gets there: then its handler is told that, once,
     * and {@code done} never runs. Nothing happens if the stream is closed already.
     *
     * @throws IllegalArgumentException if the stream is carried by something else, such as a flow in a tunnel
     * @throws IllegalStateException if it is being moved already
     */
    void move(Stream stream, EventLoop target, Consumer<Stream> done);

    /** The settings of an {@code ltm profile tcp}, inherited ones included. */
    TcpSettings settings(String tcpProfile);
}
