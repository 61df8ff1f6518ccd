package org.ferrule.stream;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** A bound address. */
@ProviderType
public interface Listener extends AutoCloseable {
    /** The address, with the port that was picked if 0 was asked for. */
    InetSocketAddress address();

    /**
     * Starts accepting, or replaces the handler. It runs on the thread of the accepted stream's loop, which is the least
     * loaded one, and sets the stream's handler before it returns.
     */
    void accept(TcpSettings settings, Consumer<Stream> accepted);

    /**
     * Says that many connections depend on each that comes here, once before {@link #accept}: they are taken in where memory
     * is scarce, too, when others wait in the kernel's backlog.
     */
    default void vital() {}

    /**
     * Stops accepting without closing the socket, so that another version of the module net can go on with it.
     *
     * @return the socket; empty if others claim it still
     */
    Optional<ListeningSocket> release();

    /** Stops accepting; accepted streams go on. */
    @Override
    void close();
}
