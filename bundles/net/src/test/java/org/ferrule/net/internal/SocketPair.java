package org.ferrule.net.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Two ends of a real connection over loopback.
 *
 * @param near the end that dialled
 * @param far the end that was dialled
 */
record SocketPair(SocketChannel near, SocketChannel far) implements AutoCloseable {
    static SocketPair open() throws IOException {
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            SocketChannel near = SocketChannel.open(listening.getLocalAddress());
            return new SocketPair(near, listening.accept());
        }
    }

    @Override
    public void close() throws IOException {
        near.close();
        far.close();
    }
}
