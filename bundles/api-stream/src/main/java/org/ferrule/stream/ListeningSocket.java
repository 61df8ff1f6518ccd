package org.ferrule.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/**
 * A bound socket between two versions of the module net, or while none is there: it listens, and connections wait in the
 * kernel's backlog. Whoever holds it gives it to {@link Network#adopt} or closes it.
 *
 * @param channel does not block, and belongs to no selector any more
 * @param address as it was asked for
 * @param intercepts whether connections may have been addressed elsewhere
 */
public record ListeningSocket(ServerSocketChannel channel, InetSocketAddress address, boolean intercepts)
        implements AutoCloseable {
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
